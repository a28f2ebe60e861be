using System.Text;
using System.Text.RegularExpressions;
using Semblance.Cli.Terminal;

namespace Semblance.Cli.Tests.Commands;

/// <summary>Whatever names and prompts hold, a terminal and a CI server get text.</summary>
public sealed partial class StrangeTextTests : IDisposable
{
    private const string Strange =
        "v2\n::error file=a.js::pwned \u001b[2J\u009b31m\u202egpj\u2066x\u2028::warning::y ##[error]old";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("table")]
    [InlineData("json")]
    [InlineData("csv")]
    public async Task Names_steer_neither_a_terminal_nor_a_CI_server(string format)
    {
        var table = new StringBuilder("model,prompt,scs\n");
        for (var i = 0; i < 12; i++)
        {
            table.Append(
                FormattableString.Invariant($"v1,p{i},{80 + (i % 3)}.5\n\"{Strange}\",p{i},{81 + (i % 5)}.5\n")
            );
        }

        table.Append($"v1,\"only\n::error::here\",80\n\"{Strange}\",\"::add-mask::x\",80\n");
        _folder.Write(table.ToString(), "t.csv");
        ProgramRun run = await ProgramRun.OfAsync(
            _folder.Path,
            [
                "gate",
                "t.csv",
                "--baseline",
                "v1",
                "--candidate",
                Strange,
                "--allow-unmatched",
                "--github",
                "--junit",
                "x.xml",
                "--format",
                format,
            ]
        );
        Assert.Equal(0, run.Code);
        var junit = await File.ReadAllTextAsync(_folder.At("x.xml"), TestContext.Current.CancellationToken);
        foreach (var text in (string[])[run.Output, run.Error, junit])
        {
            Assert.DoesNotMatch(Steering(), text);
        }

        Assert.DoesNotMatch(Command(), run.Output);
        Assert.Single(run.Error.Split('\n'), line => Command().IsMatch(line));
        Assert.StartsWith(
            "::notice title=",
            run.Error.Split('\n').Single(line => Command().IsMatch(line)),
            StringComparison.Ordinal
        );
        run = await ProgramRun.OfAsync(
            _folder.Path,
            ["compare", "t.csv", "--allow-unmatched", "--per-prompt", "--format", format]
        );
        Assert.Equal(0, run.Code);
        Assert.DoesNotMatch(Steering(), run.Output + run.Error);
        Assert.DoesNotMatch(Command(), run.Output + run.Error);
    }

    [Fact]
    public async Task Errors_about_strange_names_are_no_commands()
    {
        _folder.Write($"model,prompt,scs\nv1,p,80\n\"{Strange}\",\"q\n::error::x\",80\n", "t.csv");
        var error = await RefusedRun.ErrorOfAsync(_folder.Path, ExitCode.BadInput, ["compare", "t.csv"]);
        Assert.DoesNotMatch(Command(), error);
        Assert.DoesNotMatch(Steering(), error);
    }

    [Theory]
    [InlineData("a", "b", "All scores of 'a' are between 0 and 1")]
    [InlineData("b", "a", "All scores of 'a' are between 0 and 1")]
    [InlineData("a", "c", "All scores of 'a' and 'c' are between 0 and 1")]
    public async Task A_gate_on_cosines_is_refused_by_model(string baseline, string candidate, string said)
    {
        var table =
            "model,prompt,scs\n"
            + string.Concat(Enumerable.Range(0, 12).Select(i => $"a,p{i},0.7{i}\nb,p{i},7{i % 10}.5\nc,p{i},0.6{i}\n"));
        _folder.Write(table, "mixed.csv");
        var error = await RefusedRun.ErrorOfAsync(
            _folder.Path,
            ExitCode.BadInput,
            ["gate", "mixed.csv", "--baseline", baseline, "--candidate", candidate]
        );
        Assert.Contains(said, error, StringComparison.Ordinal);
        Assert.Contains("multiply them by 100", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Columns_are_named_on_the_command_line()
    {
        _folder.Write("caption,generator,value\np,a,80\nq,a,81\np,b,82\nq,b,83\n", "t.csv");
        ProgramRun run = await ProgramRun.OfAsync(
            _folder.Path,
            [
                "compare",
                "t.csv",
                "--column",
                "prompt=caption",
                "--column",
                "model=generator",
                "--column",
                "value=scs",
                "--format",
                "csv",
            ]
        );
        Assert.Equal(0, run.Code);
        Assert.Contains("\na,b,2,,2,", run.Output, StringComparison.Ordinal);
        foreach (
            (int code, string said, string[] arguments) in ((int, string, string[])[])
                [
                    (3, "say which column it is with --column model=generator", ["compare", "t.csv"]),
                    (
                        2,
                        "--column: \"promt\" is not a column that is read. Did you mean 'prompt'?",
                        ["compare", "t.csv", "--column", "promt=caption"]
                    ),
                    (
                        3,
                        "has no column \"captoin\" to be the prompt. Did you mean 'caption'?",
                        ["score", "t.csv", "--column", "prompt=captoin"]
                    ),
                    (2, "Names of columns are for tables", ["score", ".", "--column", "prompt=caption"]),
                    (
                        2,
                        "--column goes with a table of prompts",
                        ["generate", "--model", "m", "--prompt", "x", "--column", "prompt=caption"]
                    ),
                    (
                        2,
                        "The column \"seed\" is not read here",
                        ["generate", "--model", "m", "--prompts", "t.csv", "--column", "seed=x"]
                    ),
                ]
        )
        {
            Assert.Contains(
                said,
                await RefusedRun.ErrorOfAsync(_folder.Path, code, arguments),
                StringComparison.OrdinalIgnoreCase
            );
        }
    }

    [GeneratedRegex(
        "[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u2028-\\u202e\\u2066-\\u2069]",
        RegexOptions.None,
        60_000
    )]
    private static partial Regex Steering();

    [GeneratedRegex(@"^\s*::\w", RegexOptions.Multiline, 60_000)]
    private static partial Regex Command();
}
