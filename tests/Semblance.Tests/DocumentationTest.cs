using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Semblance.Tests;

public sealed partial class DocumentationTest
{
    // The words that docs/glossary.md says not to use, and only it may name.
    private static readonly Regex Avoided = new(
        @"\b(pictures?|mends?|mended|lest|wherein|came out broken|of so many)\b",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture
    );

    /// <summary>Every Markdown page of the repository, relative to its root.</summary>
    public static IEnumerable<TheoryDataRow<string>> Pages() =>
        Files("*.md").Order(StringComparer.Ordinal).Select(page => new TheoryDataRow<string>(page));

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_link_leads_to_a_file_and_a_heading(string page)
    {
        var file = Path.Combine(Root(), page);
        var broken = Links()
            .Matches(WithoutCode(File.ReadAllText(file)))
            .Select(match => match.Groups["target"].Value)
            .Where(target => !target.Contains("://", StringComparison.Ordinal))
            .Where(target => !Exists(file, target));
        Assert.Empty(broken);
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void No_page_uses_words_that_the_glossary_advises_against(string page) =>
        Assert.Empty(
            page.EndsWith("glossary.md", StringComparison.Ordinal)
                ? []
                : Avoided
                    .Matches(WithoutCode(File.ReadAllText(Path.Combine(Root(), page))))
                    .Select(match => match.Value)
        );

    [Fact]
    public void Every_page_that_the_source_names_exists()
    {
        var broken =
            from source in Files("*.cs")
            where source.StartsWith("src", StringComparison.Ordinal)
            from Match match in PagesNamed().Matches(File.ReadAllText(Path.Combine(Root(), source)))
            where !Exists(Path.Combine(Root(), "README.md"), match.Value)
            select $"{source}: {match.Value}";
        Assert.Empty(broken);
    }

    [Fact]
    public void The_glossary_is_in_alphabetical_order_and_names_no_word_twice()
    {
        var page = File.ReadAllText(Path.Combine(Root(), "docs", "glossary.md"));
        string[] words =
        [
            .. page[..page.IndexOf("## Words we avoid", StringComparison.Ordinal)]
                .Split('\n')
                .Where(line => line.StartsWith("| ", StringComparison.Ordinal))
                .Select(line => line.Split('|')[1].Trim())
                .Skip(1),
        ];
        Assert.NotEmpty(words);
        Assert.Equal(words.Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.OrdinalIgnoreCase), words);
    }

    private static bool Exists(string from, string target)
    {
        var parts = target.Split('#', 2);
        var file = parts[0].Length == 0 ? from : Path.Combine(Path.GetDirectoryName(from)!, parts[0]);
        return Path.Exists(file) && (parts.Length == 1 || Anchors(file).Contains(parts[1]));
    }

    /// <summary>The anchors of a page's headings, as GitHub makes them.</summary>
    private static HashSet<string> Anchors(string file) =>
        [
            .. WithoutCode(File.ReadAllText(file))
                .Split('\n')
                .Where(line => line.StartsWith('#'))
                .Select(line => line.TrimStart('#').Trim().ToLowerInvariant())
                .Select(heading => string.Concat(heading.Where(c => char.IsLetterOrDigit(c) || c is ' ' or '-' or '_')))
                .Select(heading => heading.Replace(' ', '-')),
        ];

    private static IEnumerable<string> Files(string pattern) =>
        Directory
            .EnumerateFiles(Root(), pattern, SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Root(), file))
            .Where(file => !file.Split('/', '\\')[..^1].Any(part => part is "bin" or "obj" || part.StartsWith('.')));

    private static string WithoutCode(string page) => Fences().Replace(page, "");

    private static string Root([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", ".."));

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)", RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Links();

    [GeneratedRegex(@"(?<![\w.-])docs/[\w-]+(/[\w-]+)*\.md(#[\w-]+)?", RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex PagesNamed();

    [GeneratedRegex(@"^```.*?^```", RegexOptions.Multiline | RegexOptions.Singleline, 60_000)]
    private static partial Regex Fences();
}
