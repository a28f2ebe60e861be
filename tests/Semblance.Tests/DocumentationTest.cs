using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Semblance.Tests;

public sealed partial class DocumentationTest
{
    public static IEnumerable<TheoryDataRow<string>> Pages() =>
        new[] { "README.md", "CHANGELOG.md" }
            .Concat(
                Directory
                    .EnumerateFiles(Path.Combine(Root(), "docs"), "*.md", SearchOption.AllDirectories)
                    .Select(file => Path.GetRelativePath(Root(), file))
            )
            .Order(StringComparer.Ordinal)
            .Select(page => new TheoryDataRow<string>(page));

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_link_to_a_file_leads_somewhere(string page)
    {
        var file = Path.Combine(Root(), page);
        var broken = Links()
            .Matches(File.ReadAllText(file))
            .Select(match => match.Groups["target"].Value)
            .Where(target => !target.Contains("://", StringComparison.Ordinal) && !target.StartsWith('#'))
            .Where(target => !Path.Exists(Path.Combine(Path.GetDirectoryName(file)!, target.Split('#')[0])));
        Assert.Empty(broken);
    }

    private static string Root([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", ".."));

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Links();
}
