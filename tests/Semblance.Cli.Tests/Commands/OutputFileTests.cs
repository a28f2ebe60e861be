using Semblance.Cli.Terminal;

namespace Semblance.Cli.Tests.Commands;

/// <summary>No result is written over what it was made of.</summary>
public sealed class OutputFileTests : IDisposable
{
    private const string Scores = "model,prompt,scs\na,p,80\nb,p,81\na,q,70\nb,q,72\n";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("scores.csv", "compare", "scores.csv", "-o", "scores.csv")]
    [InlineData("./sub/../scores.csv", "compare", "scores.csv", "-o", "./sub/../scores.csv")]
    [InlineData("link.csv", "gate", "scores.csv", "--baseline", "a", "--candidate", "b", "-o", "link.csv")]
    [InlineData("scores.csv", "gate", "link.csv", "--baseline", "a", "--candidate", "b", "--junit", "scores.csv")]
    [InlineData(
        "x.xml",
        "gate",
        "scores.csv",
        "--baseline",
        "a",
        "--candidate",
        "b",
        "-o",
        "x.xml",
        "--junit",
        "x.xml"
    )]
    [InlineData("scores.csv", "plan", "scores.csv", "-o", "scores.csv")]
    [InlineData("scores.csv", "report", "scores.csv", "-o", "scores.csv")]
    [InlineData("set/0.png", "score", "set", "--encoder", "builtin", "-o", "set/0.png")]
    [InlineData("set/link.npy", "score", "set", "--encoder", "builtin", "-o", "set/link.npy")]
    [InlineData("prompts.txt", "score", "set", "--encoder", "builtin", "--prompts", "prompts.txt", "-o", "prompts.txt")]
    public async Task A_file_that_is_read_is_not_written(string named, params string[] arguments)
    {
        Directory.CreateDirectory(_folder.At("sub"));
        _folder.Write(Scores, "scores.csv");
        File.CreateSymbolicLink(_folder.At("link.csv"), "scores.csv");
        _folder.Write("image", "set", "0.png");
        _folder.Write("vector", "set", "1.npy");
        File.CreateSymbolicLink(_folder.At("set", "link.npy"), "1.npy");
        _folder.Write("a cat", "prompts.txt");
        var error = await RefusedRun.ErrorOfAsync(_folder.Path, ExitCode.Usage, arguments);
        Assert.Contains($"{named} is read by this command", error, StringComparison.Ordinal);
        Assert.Equal(
            Scores,
            await File.ReadAllTextAsync(_folder.At("scores.csv"), TestContext.Current.CancellationToken)
        );
    }

    [Theory]
    [InlineData("no/x.csv", "score", "set", "--encoder", "builtin", "-o", "no/x.csv")]
    [InlineData("other", "score", "set", "--encoder", "builtin", "-o", "other")]
    [InlineData("no/x.csv", "compare", "nowhere.csv", "-o", "no/x.csv")]
    [InlineData("no/x.html", "compare", "nowhere.csv", "--report", "no/x.html")]
    [InlineData("no/x.csv", "plan", "nowhere.csv", "-o", "no/x.csv")]
    [InlineData("no/x.html", "report", "nowhere.csv", "-o", "no/x.html")]
    [InlineData("no/x.xml", "gate", "nowhere.csv", "--baseline", "a", "--candidate", "b", "--junit", "no/x.xml")]
    [InlineData("prompts.txt/f", "figures", "nowhere.csv", "--out", "prompts.txt/f")]
    [InlineData("no/x.json", "agreement", "nowhere.csv", "--curve", "no/x.json")]
    [InlineData("no/x.csv", "agreement", "nowhere.csv", "-o", "no/x.csv")]
    public async Task A_place_that_cannot_be_written_is_known_before_anything_is_read(
        string named,
        params string[] arguments
    )
    {
        _folder.Write("image", "set", "0.png");
        Directory.CreateDirectory(_folder.At("other"));
        _folder.Write("a cat", "prompts.txt");
        var error = await RefusedRun.ErrorOfAsync(_folder.Path, ExitCode.Resource, arguments);
        Assert.Contains($"{named} cannot be ", error, StringComparison.Ordinal);
        Assert.DoesNotContain("nowhere", error, StringComparison.Ordinal);
        Assert.Equal(
            ["other", "prompts.txt", "set"],
            Directory.EnumerateFileSystemEntries(_folder.Path).Select(Path.GetFileName).Order()
        );
        Assert.Single(Directory.EnumerateFileSystemEntries(_folder.At("set")));
    }

    [Fact]
    public async Task A_dash_is_standard_output_and_other_files_beside_the_input_are_written()
    {
        _folder.Write(Scores, "scores.csv");
        ProgramRun run = await ProgramRun.OfAsync(
            _folder.Path,
            ["compare", "scores.csv", "--format", "csv", "-o", "-"]
        );
        Assert.Equal(0, run.Code);
        Assert.StartsWith("first,second,", run.Output, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.At("-")));
        Assert.Contains(
            "--junit takes a file",
            await RefusedRun.ErrorOfAsync(
                _folder.Path,
                ExitCode.Usage,
                ["gate", "scores.csv", "--baseline", "a", "--candidate", "b", "--junit", "-"]
            ),
            StringComparison.Ordinal
        );
    }
}
