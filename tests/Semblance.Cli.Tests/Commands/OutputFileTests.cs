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
