using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Semblance.Architecture.Tests;

/// <summary>What the sources look like, as far as no analyzer says it.</summary>
public sealed partial class SourceTests
{
    [Fact]
    public void Libraries_name_no_command_line_option()
    {
        var named = House
            // The jobs of a cluster are command lines, ours and those of Slurm's programs; golden files hold them.
            .Assemblies.Where(project => project.Key is not ("Semblance.Cli" or "Semblance.Cluster"))
            .SelectMany(project => Texts(project.Value.Location).Select(text => (project.Key, Text: text)))
            // What `hf download` takes, in the advice on how to get a model without us.
            .Where(use => Option().IsMatch(use.Text) && use.Text is not (" --repo-type dataset" or " --revision "))
            .Select(use => $"{use.Key}: {use.Text}");
        Assert.Empty(named);
    }

    [Fact]
    public void A_file_bears_the_name_of_its_main_type()
    {
        var wrong = Sources()
            .Where(file => Path.GetFileName(file) != "Program.cs")
            .Where(file =>
            {
                string[] types =
                [
                    .. TopLevelType().Matches(File.ReadAllText(file)).Select(type => type.Groups["name"].Value),
                ];
                return types.Length > 0 && !types.Contains(Path.GetFileName(file).Split('.')[0]);
            })
            .Select(Relative);
        Assert.Empty(wrong);
    }

    [Fact]
    public void A_namespace_is_its_folder()
    {
        var wrong = Sources()
            .Where(file =>
                Namespace().Match(File.ReadAllText(file)) is { Success: true } found
                && found.Groups["name"].Value
                    != Path.GetDirectoryName(Relative(file))!.Replace('/', '.').Replace('\\', '.')
            )
            .Select(Relative);
        Assert.Empty(wrong);
    }

    [Fact]
    public void Locals_are_declared_with_var()
    {
        var wrong = Sources()
            .SelectMany(file =>
                TypedNew().Matches(File.ReadAllText(file)).Select(found => $"{Relative(file)}: {found.Value.Trim()}")
            );
        Assert.Empty(wrong);
    }

    [Fact]
    public void A_summary_says_more_than_its_name()
    {
        var wrong = Sources()
            .SelectMany(file =>
                Summary()
                    .Matches(File.ReadAllText(file))
                    .Where(found =>
                        found.Groups["text"].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length <= 4
                    )
                    .Select(found => $"{Relative(file)}: {found.Value.Trim()}")
            )
            .ToArray();
        Assert.True(
            wrong.Length == 0,
            $"{wrong.Length} summaries of four words or fewer:\n" + string.Join('\n', wrong)
        );
    }

    [Fact]
    public void Files_are_opened_for_reading_through_one_door()
    {
        var wrong = Sources()
            .Where(file => Path.GetFileName(file) is not ("RegularFile.cs" or "StaleFiles.cs"))
            .SelectMany(file =>
                File.ReadAllLines(file)
                    .Where(line =>
                        Opening().IsMatch(line) && !line.TrimStart().StartsWith("//", StringComparison.Ordinal)
                    )
                    .Select(line => $"{Relative(file)}: {line.Trim()}")
            );
        Assert.Empty(wrong);
    }

    [Fact]
    public void Folders_are_walked_where_links_in_a_circle_end()
    {
        var wrong = Sources()
            .Where(file => Path.GetFileName(file) != "FolderWalk.cs")
            .Where(file => File.ReadAllText(file).Contains("SearchOption.AllDirectories", StringComparison.Ordinal))
            .Select(Relative);
        Assert.Empty(wrong);
    }

    private static IEnumerable<string> Sources() =>
        Directory
            .EnumerateFiles(Root(), "*.cs", SearchOption.AllDirectories)
            .Where(file => !Relative(file).Split('/', '\\').Any(part => part is "bin" or "obj"));

    /// <summary>Every text in the code of an assembly.</summary>
    private static List<string> Texts(string assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly));
        var reader = file.GetMetadataReader();
        List<string> texts = [];
        var first = MetadataTokens.UserStringHandle(0);
        for (var at = reader.GetNextHandle(first); !at.IsNil; at = reader.GetNextHandle(at))
        {
            texts.Add(reader.GetUserString(at));
        }

        return texts;
    }

    private static string Relative(string file) => Path.GetRelativePath(Root(), file);

    private static string Root([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "src"));

    [GeneratedRegex(
        @"(?<!Regular)\bFile\.(Open\(|OpenRead|OpenText|OpenHandle|ReadAll|ReadLines)|ZipFile\.Open|FileMode\.Open,|new StreamReader\((path|file)|new FileInfo\([^)]*\)\.Open",
        RegexOptions.ExplicitCapture,
        60_000
    )]
    private static partial Regex Opening();

    [GeneratedRegex(@"(?<![\w-])--[a-z][a-z-]+", RegexOptions.None, 60_000)]
    private static partial Regex Option();

    [GeneratedRegex(
        @"^(?:(?:public|internal|file|sealed|static|abstract|readonly|partial|unsafe|ref) )*(?:class|record struct|record|struct|interface|enum|delegate \S+) (?<name>\w+)",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        60_000
    )]
    private static partial Regex TopLevelType();

    [GeneratedRegex(@"^namespace (?<name>[\w.]+);", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Namespace();

    [GeneratedRegex(
        @"^ {8,}(?:using |await using )?(?!return |throw |yield |await |var )[A-Z][\w.]*(?:<[^;=\n]*>)?\?? \w+ = new\(.*$",
        RegexOptions.Multiline,
        60_000
    )]
    private static partial Regex TypedNew();

    [GeneratedRegex(
        @"^\s*/// <summary>(?<text>[^\n]*)</summary>$",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        60_000
    )]
    private static partial Regex Summary();
}
