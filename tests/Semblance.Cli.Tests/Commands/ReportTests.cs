using System.Globalization;
using System.Text;

namespace Semblance.Cli.Tests.Commands;

/// <summary>Pages, figures and summaries, through the built program.</summary>
[Trait("speed", "slow")]
public sealed class ReportTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public ReportTests() => Table("scores.csv", 3);

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_table_becomes_a_page_with_verdict_and_command()
    {
        var run = await ProgramRun.OfAsync(folder.Path, ["report", "scores.csv", "--model", "b", "--model", "a"]);
        Assert.True(run.Code == 0, run.Error);
        Assert.Equal("report.html\n", run.Output);
        var page = File.ReadAllText(folder.At("report.html"));
        Assert.Contains("<h1><bdi>a is less consistent than b.</bdi></h1>", page, StringComparison.Ordinal);
        Assert.Contains("semblance report --model b --model a -- scores.csv", page, StringComparison.Ordinal);
        Assert.Contains("There are no images", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_table_stands_beside()
    {
        Table("before.csv", 1);
        var run = await ProgramRun.OfAsync(
            folder.Path,
            ["report", "scores.csv", "--compare-with", "before.csv", "-o", "page.html"]
        );
        Assert.True(run.Code == 0, run.Error);
        Assert.Contains("Beside another run", File.ReadAllText(folder.At("page.html")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compare_and_gate_write_the_page_and_the_summary_as_well()
    {
        var summary = new Dictionary<string, string> { ["GITHUB_STEP_SUMMARY"] = folder.At("summary.md") };
        var compared = await ProgramRun.OfAsync(
            folder.Path,
            ["compare", "scores.csv", "--report", "compare.html", "--summary"],
            summary
        );
        Assert.True(compared.Code == 0, compared.Error);
        Assert.Contains("Verdict", compared.Output, StringComparison.Ordinal);
        var gated = await ProgramRun.OfAsync(
            folder.Path,
            ["gate", "scores.csv", "--baseline", "a", "--candidate", "b", "--report", "gate.html", "--summary"],
            summary
        );
        Assert.True(gated.Code == 0, gated.Error);
        Assert.Contains("<h1><bdi>Pass", File.ReadAllText(folder.At("gate.html")), StringComparison.Ordinal);
        var written = File.ReadAllText(folder.At("summary.md"));
        Assert.StartsWith("### b is more consistent than a.", written, StringComparison.Ordinal);
        Assert.Contains("### Pass", written, StringComparison.Ordinal);
        Assert.Contains("| Model | Mean SCS |", written, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Figures_are_written_in_every_format_with_data_and_tables()
    {
        var run = await ProgramRun.OfAsync(
            folder.Path,
            ["figures", "scores.csv", "--out", "figures", "--figure", "differences", "--width", "icml"]
        );
        Assert.True(run.Code == 0, run.Error);
        string[] names =
        [
            "captions.md",
            "differences.csv",
            "differences.pdf",
            "differences.png",
            "differences.svg",
            "models.md",
            "models.tex",
            "pairs.md",
            "pairs.tex",
            "scores.csv",
        ];
        Assert.Equal(
            names,
            Directory.GetFiles(folder.At("figures")).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );
        Assert.Equal(
            names.Order(StringComparer.Ordinal),
            run.Output.Trim().Split('\n').Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );
        Assert.Contains(
            "width=\"234pt\"",
            File.ReadAllText(folder.At("figures", "differences.svg")),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(3, "There is no file or folder gone", "report", "gone")]
    [InlineData(2, "takes all, few or none", "report", "scores.csv", "--images", "many")]
    [InlineData(
        4,
        "no-such-folder/page.html cannot be written",
        "report",
        "scores.csv",
        "-o",
        "no-such-folder/page.html"
    )]
    [InlineData(2, "--max-mb takes a number above 0", "report", "scores.csv", "--max-mb", "0")]
    [InlineData(3, "no file or folder gone", "report", "scores.csv", "--compare-with", "gone")]
    [InlineData(2, "'--out' is required", "figures", "scores.csv")]
    [InlineData(2, "Did you mean 'slope'?", "figures", "scores.csv", "--out", "f", "--figure", "slop")]
    [InlineData(3, "it needs three models or more", "figures", "scores.csv", "--out", "f", "--figure", "pairs")]
    [InlineData(2, "--width: 'wide' is not a width", "figures", "scores.csv", "--out", "f", "--width", "wide")]
    [InlineData(2, "--font-size takes 4 to 48 points", "figures", "scores.csv", "--out", "f", "--font-size", "2")]
    [InlineData(
        2,
        "--format takes svg, pdf and png, not 'gif'",
        "figures",
        "scores.csv",
        "--out",
        "f",
        "--format",
        "gif"
    )]
    [InlineData(4, "scores.csv cannot be made", "figures", "scores.csv", "--out", "scores.csv")]
    [InlineData(2, "names none", "compare", "scores.csv", "--summary")]
    public async Task What_cannot_be_done_is_one_sentence(int code, string said, params string[] arguments) =>
        Assert.Contains(said, await RefusedRun.ErrorOfAsync(folder.Path, code, arguments), StringComparison.Ordinal);

    private void Table(string name, double difference)
    {
        var text = new StringBuilder("model,prompt,scs,encoder,seed_count\n");
        for (var i = 0; i < 20; i++)
        {
            var score = 70 + (5 * Math.Sin(i));
            text.Append(CultureInfo.InvariantCulture, $"a,prompt {i},{score:F3},clip,20\n");
            text.Append(
                CultureInfo.InvariantCulture,
                $"b,prompt {i},{score + difference + Math.Cos(3 * i):F3},clip,20\n"
            );
        }

        folder.Write(text.ToString(), name);
    }
}
