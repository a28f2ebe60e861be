using System.Text.RegularExpressions;
using Semblance.Cli.Tables;
using Semblance.Cli.Terminal;
using Semblance.Comparison;
using Semblance.Planning;
using Semblance.Runs.Comparing;
using Semblance.Variance;

namespace Semblance.Cli.Tests.Tables;

/// <summary>Comparisons, gates and plans as text, held against golden text (golden/*.txt).</summary>
public sealed class ComparisonTableTests
{
    private static readonly Surface Plain80 = new(80, Colour: false, Unicode: false);

    [Theory]
    [MemberData(nameof(Cultures.Marks), MemberType = typeof(Cultures))]
    public void Two_models_read_the_same_in_every_culture(string point, string group) =>
        Cultures.Run(
            point,
            group,
            () => Golden("compare-two-80", ComparisonTable.Render(Result(2, paper: true), "Not CLIP.", true, Plain80))
        );

    [Fact]
    public void Four_models_with_unicode() =>
        Golden("compare-four-100", ComparisonTable.Render(Result(4), null, false, new Surface(100, false, true)));

    [Fact]
    public void A_gate_draws_its_limits()
    {
        var decision = ConsistencyGate.Decide(Result(2).Matrix, "model 1", "model 0");
        Golden("gate-80", GateTable.Render(decision, false, "clip", null, Plain80));
    }

    [Theory]
    [InlineData(40)]
    [InlineData(60)]
    [InlineData(80)]
    [InlineData(120)]
    public void No_line_is_wider_than_the_terminal(int width)
    {
        foreach (var models in (int[])[2, 4, 12])
        {
            var page = ComparisonTable.Render(
                Result(models, paper: true, longNames: true),
                "Not CLIP.",
                true,
                new Surface(width, Colour: false, Unicode: true)
            );
            Assert.All(page.Split('\n'), line => Assert.InRange(Cells.Width(line), 0, width));
        }
    }

    [Fact]
    public void How_many_prompts_agree_goes_to_its_own_line_where_there_is_no_room()
    {
        var page = ComparisonTable.Render(Result(2, longNames: true), null, false, Plain80 with { Width = 40 });
        var lines = page.Split('\n');
        var bar = Array.FindIndex(lines, line => line.StartsWith("#####", StringComparison.Ordinal));
        Assert.Equal(20, lines[bar].Length);
        Assert.StartsWith("model 1 of", lines[bar + 1], StringComparison.Ordinal);
        Assert.Contains("is higher on", lines[bar + 2] + lines[bar + 3], StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_shown_is_said()
    {
        var result = Result(11, paper: true);
        var narrow = Plain80 with { Width = 60 };
        var page = ComparisonTable.Render(result, null, false, narrow).Replace('\n', ' ');
        Assert.Contains(
            "no room here for all at once, p (Nemenyi): a wider terminal and --format csv show more",
            page,
            StringComparison.Ordinal
        );
        Assert.Contains("and 10 more pairs; --format json has them all.", page, StringComparison.Ordinal);
        Assert.Contains("and 10 more pairs; --format csv has them all", page, StringComparison.Ordinal);
        Assert.DoesNotContain("signed-rank (", page, StringComparison.Ordinal);
        PairComparison[] approximate =
        [
            .. result.Report.Pairs.Select(pair =>
                pair with
                {
                    Wilcoxon = pair.Wilcoxon! with { Method = "normal approximation, continuity corrected" },
                }
            ),
        ];
        result = result with { Report = result.Report with { Pairs = approximate, Paper = null } };
        page = ComparisonTable.Render(result, null, false, Plain80).Replace('\n', ' ');
        Assert.Contains(
            "Wilcoxon signed-rank (normal approximation, continuity corrected), corrected",
            page,
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("no room here for p", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(12, 0, 0, 0, "both models used the same seeds.")]
    [InlineData(0, 0, 0, 12, "no seeds known to be common, so treated as independent.")]
    [InlineData(11, 1, 0, 0, "partly the same seeds: all of them on 11 of 12 prompts, some on 1.")]
    [InlineData(0, 12, 0, 0, "partly the same seeds: some on 12 of 12 prompts.")]
    [InlineData(
        5,
        4,
        2,
        1,
        "partly the same seeds: all of them on 5 of 12 prompts, some on 4, some, but too few (under four) or too many (over 1,000) to measure, so treated as independent, on 2, none on 1."
    )]
    public void Common_seeds_are_told_with_their_prompts(int all, int some, int untold, int none, string expected) =>
        Assert.Equal(expected, CommonSeedsText.Of(new CommonSeeds(all, some, untold, none)) + ".");

    [Theory]
    [InlineData(60)]
    [InlineData(80)]
    public void Models_of_endless_names_are_told_apart_on_every_line(int width)
    {
        var result = Result(2, ending: new string('a', 200));
        var surface = Plain80 with { Width = width };
        var lines = ComparisonTable.Render(result, null, true, surface).Split("\n\nVerdict")[0].Split('\n');
        Assert.All(lines, line => Assert.InRange(Cells.Width(line), 0, width));
        Assert.Contains(
            lines,
            line => line.StartsWith("aa", StringComparison.Ordinal) && line.Contains("a1 ", StringComparison.Ordinal)
        );
        Assert.Contains(
            lines,
            line => line.StartsWith("aa", StringComparison.Ordinal) && line.Contains("a0 ", StringComparison.Ordinal)
        );
        var decision = ConsistencyGate.Decide(result.Matrix, result.Matrix.Models[1], result.Matrix.Models[0]);
        var gate = GateTable.Render(decision, false, "clip", null, surface).Split('\n')[0];
        Assert.InRange(Cells.Width(gate), 0, width);
        Assert.Matches("^Gate  a+\\.\\.\\.a+0 against a+\\.\\.\\.a+1, paired by prompt$", gate);
    }

    [Theory]
    [InlineData(40)]
    [InlineData(60)]
    [InlineData(120)]
    public void A_plan_is_no_wider_than_the_terminal(int width)
    {
        var plan = StudyPlanner.Plan(
            new StudyVariance(6, new PairComponents(1.5, 20), 1),
            new PlanOptions { Effect = 1, HalfWidth = 0.5 }
        );
        var page = PlanTable.Render(plan, null, null, Plain80 with { Width = width });
        Assert.All(page.Split('\n'), line => Assert.InRange(Cells.Width(line), 0, width));
        Assert.Contains("a true difference of 1 point.", page.ReplaceLineEndings(" "), StringComparison.Ordinal);
    }

    [Fact]
    public void Colours_only_add_escape_sequences_and_names_cannot_steer_the_terminal()
    {
        var result = Result(2, longNames: true);
        var coloured = ComparisonTable.Render(result, null, true, Plain80 with { Colour = true });
        var plain = ComparisonTable.Render(result, null, true, Plain80);
        Assert.DoesNotContain('\u001b', plain);
        var stripped = Regex.Replace(coloured, "\u001b\\[[0-9]*m", "");
        Assert.Equal(
            plain.Split('\n').Select(line => line.TrimEnd()),
            stripped.Split('\n').Select(line => line.TrimEnd())
        );
    }

    [Theory]
    // Estimated parts add up to the whole, and one of them may be below 0.
    [InlineData(
        30.1,
        -4.3,
        "all from seeds (estimated at 30.10), none from prompts (estimated at -4.30, below 0 by chance)"
    )]
    [InlineData(-2, 27.8, "all from prompts, none from seeds (estimated at -2.00, below 0 by chance)")]
    [InlineData(5.16, 20.64, "from seeds 5.16, 20% of it")]
    public void No_part_of_a_variance_is_shown_larger_than_the_whole(double seeds, double prompts, string expected)
    {
        var result = Result(2);
        var split = new VarianceSplit(
            25.8,
            seeds,
            prompts,
            Math.Clamp(seeds / 25.8, 0, 1),
            Math.Sqrt(25.8 / 16),
            Math.Sqrt(Math.Max(0, seeds) / 16),
            new CommonSeeds(16, 0, 0, 0)
        );
        var pair = result.Report.Pairs[0] with { Variance = split };
        result = result with { Report = result.Report with { Pairs = [pair] } };
        var text = ComparisonTable.Render(result, null, false, Plain80).Replace('\n', ' ');
        Assert.Contains("Variance of the difference: 25.80; " + expected, text, StringComparison.Ordinal);
        Assert.Equal(prompts < 0, text.Contains("16, and no more for exactly these.", StringComparison.Ordinal));
    }

    private static CompareResult Result(int models, bool paper = false, bool longNames = false, string ending = "")
    {
        var end = longNames ? " of the long\u001b[2J name that no column holds, v2.1-turbo 狐 👩‍🚀" : "";
        string[] names =
        [
            .. Enumerable.Range(0, models).Select(i => ending.Length > 0 ? $"{ending}{i}" : $"model {i}{end}"),
        ];
        string[] prompts = [.. Enumerable.Range(0, 16).Select(i => $"picture {i} of a 狐{end}")];
        // Noise from a plain congruence, so that no two differences are of one size.
        PromptScore[][] rows =
        [
            .. names.Select(
                (name, m) =>
                    prompts
                        .Select(
                            (prompt, i) => new PromptScore(name, prompt, 75 + m + ((i * 37 + m * 53) % 97 / 12.0), 20)
                        )
                        .ToArray()
            ),
        ];
        var matrix = new ScoreMatrix(names, prompts, rows);
        var report = ModelComparison.Of(
            matrix,
            new ComparisonOptions { Paper = paper },
            null,
            TestContext.Current.CancellationToken
        );
        return new CompareResult(matrix, report, "clip", null, new(60, 240, 96_000), report.Warnings);
    }

    private static void Golden(string name, string actual) =>
        AcceptedText.Check(Path.Combine("..", "golden", name + ".txt"), actual);
}
