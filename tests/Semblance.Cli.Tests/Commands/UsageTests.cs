using Semblance.Cli.Commands;
using Semblance.Cli.Terminal;

namespace Semblance.Cli.Tests.Commands;

/// <summary>The built program: what it says to mistakes, where, and with which code.</summary>
public sealed class UsageTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Version_names_the_program_and_its_parts()
    {
        var run = await ProgramRun.OfAsync(folder.Path, ["--version"]);
        Assert.Equal(0, run.Code);
        Assert.Matches(@"^semblance \d+\.\d+\.\d+ \(ONNX Runtime \d.*, libvips \d.*, \.NET 1\d.*\)\n$", run.Output);
        Assert.Equal("", run.Error);
    }

    [Theory]
    [InlineData("Examples:", "models list --format", "--help")]
    [InlineData("Examples:", "models list --format", "score", "--help")]
    [InlineData("Examples:", "models list --format", "compare", "--help")]
    [InlineData("Examples:", "models list --format", "gate", "--help")]
    [InlineData("", "Examples:", "demo", "--help")]
    [InlineData("models pull clip", "models list --format", "models", "--help")]
    [InlineData("models pull sdxl --variant fp16", "models list --format", "models", "pull", "--help")]
    [InlineData("models verify --all", "models pull", "models", "verify", "-h")]
    public async Task Help_is_of_the_command_told_once_and_fits_into_80_columns(
        string with,
        string without,
        params string[] arguments
    )
    {
        var run = await ProgramRun.OfAsync(folder.Path, arguments);
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Contains(with, run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(without, run.Output, StringComparison.Ordinal);
        Assert.Single(run.Output.Split('\n'), line => line.Contains("-?, -h, --help", StringComparison.Ordinal));
        Assert.All(run.Output.Split('\n'), line => Assert.InRange(line.Length, 0, 80));
    }

    [Theory]
    [InlineData("demo")] // Names the way in when called without anything.
    [InlineData("Did you mean 'score'?", "scor", "x")]
    [InlineData("PATH", "score")]
    [InlineData("Did you mean '--explain'?", "score", "--explian", "x")]
    [InlineData("table, json or csv, not 'xml'", "score", "x", "--format", "xml")]
    [InlineData("at least 1", "score", "x", "--threads", "0")]
    [InlineData("at least 1", "score", "x", "--max-pixels", "-5")]
    [InlineData("a whole number of at least 1, not 'many'", "score", "x", "--threads", "many")]
    [InlineData("a whole number of at least 1, not '1.5'", "compare", "x", "--threads", "1.5")]
    [InlineData("a whole number of at least 1, not '1e6'", "score", "x", "--max-pixels", "1e6")]
    [InlineData("cuda:N,M, coreml, webgpu or auto, not 'gpu'", "score", "x", "--device", "gpu")]
    [InlineData("--run", "score", "x", "--run")]
    public async Task A_slip_in_the_line_is_code_2_and_one_sentence(string said, params string[] arguments)
    {
        var error = await RefusedRun.ErrorOfAsync(folder.Path, 2, arguments);
        Assert.Contains(said, error, StringComparison.Ordinal);
        Assert.Contains("--help", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("openai, hf, hf4, siglip or dinov2, not 'foo'", "score", "x", "--preprocessing", "foo")]
    public void A_wrong_word_is_known_before_anything_is_read(string said, params string[] arguments) =>
        Assert.Contains(
            said,
            Assert
                .Single(CommandTree.Build(new Messages(TextWriter.Null, Width: null)).Parse(arguments).Errors)
                .Message,
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData(2, "scor")]
    [InlineData(2, "score", "x", "--threads", "0")]
    [InlineData(3, "score", "nowhere")]
    [InlineData(3, "compare", "nowhere.csv")]
    [InlineData(4, "models", "path", "org/name")]
    public async Task Errors_are_told_on_standard_error_only(int code, params string[] arguments)
    {
        var run = await ProgramRun.OfAsync(folder.Path, arguments);
        Assert.Equal((code, ""), (run.Code, run.Output));
        Assert.StartsWith("semblance: error: ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_disk_behind_standard_output_is_code_4()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "There is no /dev/full here.");
        var run = await ProgramRun.OfShellAsync(folder.Path, "\"$@\" > /dev/full", "--version");
        Assert.Equal(4, run.Code);
        Assert.Contains("Standard output cannot be written: no space is left", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reader_that_goes_away_is_no_error()
    {
        Assert.SkipUnless(File.Exists("/bin/bash"), "There is no bash here.");
        var run = await ProgramRun.OfShellAsync(folder.Path, "\"$@\" | true; echo ${PIPESTATUS[0]}", "--help");
        Assert.Equal("0\n", run.Output);
        Assert.Equal("", run.Error);
    }
}
