using System.Text.RegularExpressions;
using Semblance.Cli.Tables;
using Semblance.Cli.Terminal;
using Semblance.Consistency;

namespace Semblance.Cli.Tests.Tables;

/// <summary>The table of hand-made reports, held against golden text (golden/*.txt).</summary>
public sealed class ScoreTableTests
{
    private static readonly Surface Plain80 = new(80, Colour: false, Unicode: false);

    [Theory]
    [MemberData(nameof(Cultures.Marks), MemberType = typeof(Cultures))]
    public void Table_of_two_models_is_the_same_in_every_culture(string point, string group) =>
        Cultures.Run(
            point,
            group,
            () => Golden("two-models-80", ScoreTable.Render(Reports.TwoModels, null, false, false, Plain80))
        );

    [Fact]
    public void Per_prompt_with_unicode_bars() =>
        Golden(
            "per-prompt-unicode-100",
            ScoreTable.Render(Reports.TwoModels, "Not the paper's.", true, false, new Surface(100, false, true))
        );

    [Fact]
    public void Explained_single_set() =>
        Golden("explain-80", ScoreTable.Render(Reports.OneSet, Reports.LongCaution, false, true, Plain80));

    [Theory]
    [InlineData(40)]
    [InlineData(60)]
    [InlineData(80)]
    [InlineData(120)]
    public void No_line_is_wider_than_the_terminal(int width)
    {
        foreach (var unicode in (bool[])[false, true])
        {
            var table = ScoreTable.Render(
                Reports.TwoModels,
                Reports.LongCaution,
                perPrompt: true,
                explain: false,
                new Surface(width, Colour: false, unicode)
            );
            Assert.All(table.Split('\n'), line => Assert.InRange(Cells.Width(line), 0, width));
        }
    }

    [Fact]
    public void Colours_only_add_escape_sequences()
    {
        var coloured = ScoreTable.Render(Reports.TwoModels, null, true, true, Plain80 with { Colour = true });
        var plain = ScoreTable.Render(Reports.TwoModels, null, true, true, Plain80);
        Assert.Contains("\u001b[1m", coloured, StringComparison.Ordinal);
        var stripped = Regex.Replace(coloured, "\u001b\\[[0-9]*m", "");
        Assert.Equal(
            plain.Split('\n').Select(line => line.TrimEnd()),
            stripped.Split('\n').Select(line => line.TrimEnd())
        );
    }

    [Theory]
    [InlineData(40, "model mean interval")]
    [InlineData(60, "model prompts images mean sd interval")]
    [InlineData(80, "model prompts images mean median sd interval")]
    public void Columns_give_way_before_names_cannot_be_told_apart(int width, string columns)
    {
        var table = ScoreTable.Render(Reports.TwoModels, null, false, false, Plain80 with { Width = width });
        var lines = table.Split('\n');
        var heading = Array.FindIndex(lines, line => line.StartsWith("model ", StringComparison.Ordinal));
        Assert.Equal(
            columns,
            string.Join(
                ' ',
                lines[heading]
                    .Replace("95% ", "", StringComparison.Ordinal)
                    .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            )
        );
        Assert.EndsWith("urbo", lines[heading + 3].Split("  ")[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Of_two_images_neither_is_the_more_typical()
    {
        var report = Reports.OneSet with
        {
            Sets = [Reports.OneSet.Sets[0] with { Images = 2, Medoid = "a.png", Outlier = "a.png", PerImage = [] }],
        };
        var table = ScoreTable.Render(report, null, false, explain: true, Plain80);
        Assert.Contains("over 2 images; all equally typical\n", table, StringComparison.Ordinal);
        Assert.DoesNotContain("most typical", table, StringComparison.Ordinal);
        Assert.DoesNotContain("least typical", table, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(100, 1, "as much alike as can be, so scores cannot be calibrated", "calibr.")]
    [InlineData(60, 2, "0 = floor (60.00, images of different prompts)", null)]
    public void A_floor_is_explained_by_what_it_allows(double floor, int pairs, string said, string? unsaid)
    {
        var report = Reports.TwoModels with { Floor = new ConsistencyFloor(floor, pairs, 4) };
        var table = ScoreTable.Render(report, null, false, false, Plain80).ReplaceLineEndings(" ");
        Assert.Contains(said, table, StringComparison.Ordinal);
        Assert.True(unsaid is null || !table.Contains(unsaid, StringComparison.Ordinal));
    }

    [Fact]
    public void Embeddings_made_elsewhere_have_no_known_encoder()
    {
        var report = Reports.OneSet with { Encoder = new("", "embeddings", "", "", "", "", 512, "") };
        Assert.Contains(
            "encoder: unknown (embeddings made elsewhere)\n",
            ScoreTable.Render(report, null, false, false, Plain80),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Intervals_say_what_they_are_and_what_few_prompts_make_of_them()
    {
        static string Table(params ModelScore[] models) =>
            OneLine(ScoreTable.Render(Reports.OneSet with { Models = models }, null, false, false, Plain80));
        var many = new ModelScore("many", 15, 80, 80, 2, [78.9, 81.1], null);
        var two = new ModelScore("two", 2, 75.95, 75.95, 17.36, [-79.97, 231.88], null);
        var equal = new ModelScore("equal", 14, 80, 80, 0, [80, 80], null);
        Assert.Contains("78.90 to 81.10", Table(many), StringComparison.Ordinal);
        Assert.DoesNotContain("caution", Table(many), StringComparison.Ordinal);
        Assert.Contains("caution: With only 2 prompts the interval", Table(many, two), StringComparison.Ordinal);
        Assert.Contains("17.36  too few prompts", Table(many, two), StringComparison.Ordinal);
        Assert.DoesNotContain("231.88", Table(many, two), StringComparison.Ordinal);
        Assert.True(
            Table(many, two).IndexOf("caution", StringComparison.Ordinal)
                < Table(many, two).IndexOf("17.36", StringComparison.Ordinal)
        );
        Assert.Contains("With only 14 prompts", Table(many, equal), StringComparison.Ordinal);
        Assert.Contains("prompts of equal all score the same", Table(many, equal), StringComparison.Ordinal);
        Assert.DoesNotContain("caution", Table(two with { Ci95 = null }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-10.004)]
    [InlineData(-100.0)]
    [InlineData(100.0)]
    [InlineData(3.0)]
    public void Columns_stand_below_one_another_whatever_the_alignment_is(double alignment)
    {
        var set = Reports.OneSet.Sets[0];
        var report = Reports.OneSet with
        {
            Sets =
            [
                set with
                {
                    Prompt = "first",
                    Alignment = alignment,
                },
                set with
                {
                    Prompt = "other",
                    Alignment = 25,
                },
            ],
        };
        foreach (var perPrompt in (bool[])[false, true])
        {
            var lines = ScoreTable.Render(report, null, perPrompt, false, Plain80).Split('\n');
            var heading = Array.FindLastIndex(lines, line => line.EndsWith("  prompt", StringComparison.Ordinal));
            var at = lines[heading].Length - "prompt".Length;
            var wide = alignment <= -100;
            Assert.All(
                lines[(heading + 1)..(heading + 3)],
                line =>
                    Assert.Matches(
                        "^(first|other)$",
                        line[(at + (wide && line.EndsWith("first", StringComparison.Ordinal) ? 1 : 0))..]
                    )
            );
        }
    }

    [Fact]
    public void Near_duplicates_that_are_too_long_for_a_line_stand_below_one_another()
    {
        string first = new('a', 40);
        string second = new('b', 40);
        var report = Reports.OneSet with
        {
            Sets =
            [
                Reports.OneSet.Sets[0] with
                {
                    NearDuplicateGroups = [new(["1.png", "2.png"], 99.95), new([first, second], 100)],
                },
            ],
        };
        var table = ScoreTable.Render(report, null, false, explain: true, Plain80);
        Assert.Contains("99.95  1.png = 2.png\n", table, StringComparison.Ordinal);
        Assert.Contains($"100.00  {first}\n", table, StringComparison.Ordinal);
        Assert.Contains($"= {second}\n", table, StringComparison.Ordinal);
        Assert.All(table.Split('\n'), line => Assert.InRange(line.Length, 0, 80));
    }

    [Fact]
    public void Many_near_duplicates_are_few_lines()
    {
        var report = Reports.OneSet with
        {
            Sets =
            [
                Reports.OneSet.Sets[0] with
                {
                    PerImage = [.. Enumerable.Range(0, 40).Select(i => new ImageScore($"row {i}", i, i < 12))],
                    NearDuplicateGroups =
                    [
                        new([.. Enumerable.Range(0, 60).Select(i => $"row {i}")], 99.93),
                        .. Enumerable.Range(0, 14).Select(i => new DuplicateGroup([$"a{i}", $"b{i}"], 100)),
                    ],
                },
            ],
        };
        var table = ScoreTable.Render(report, null, false, explain: true, Plain80);
        Assert.Contains(
            "  near-duplicates  99.93  row 0 = row 1 = row 2\n                          and 57 more like these;",
            table,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "\n  and 5 more groups of near-duplicates; --format json has all\n",
            table,
            StringComparison.Ordinal
        );
        Assert.Contains("\n  and 2 more outliers; --format json has all\n", table, StringComparison.Ordinal);
        Assert.DoesNotContain("row 11", table, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(80)]
    [InlineData(44)]
    public void Prompts_with_one_long_beginning_are_told_apart(int width)
    {
        const string Beginning =
            "A photorealistic close-up portrait of an old lighthouse keeper with a beard, looking out ";
        string[] prompts =
        [
            Beginning + "to the sea",
            Beginning + "to the land",
            Beginning + "of the window, in the evening",
        ];
        var report = Reports.OneSet with
        {
            Sets =
            [
                .. prompts.Select(prompt => Reports.OneSet.Sets[0] with { Prompt = prompt, NearDuplicateGroups = [] }),
            ],
        };
        var table = ScoreTable.Render(report, null, true, explain: true, Plain80 with { Width = width });
        // In the list, and above what is said of each.
        foreach (var end in new[] { "sea", "land", "of the" })
        {
            Assert.Equal(
                2,
                table
                    .Split('\n')
                    .Count(line =>
                        line.Contains("A photo", StringComparison.Ordinal)
                        && line.Contains(end, StringComparison.Ordinal)
                    )
            );
        }

        var file = ScoreTable.Render(report, null, true, explain: true, Surface.File);
        Assert.All(prompts, prompt => Assert.Equal(3, file.Split(prompt).Length));
    }

    [Fact]
    public void Names_cannot_steer_the_terminal()
    {
        var report = Reports.OneSet with
        {
            Sets = [Reports.OneSet.Sets[0] with { Prompt = "evil\u001b[2Jprompt\nnext" }],
        };
        var table = ScoreTable.Render(report, null, true, true, Plain80);
        Assert.DoesNotContain('\u001b', table);
        Assert.Contains("evil\ufffd[2Jprompt next", table, StringComparison.Ordinal);
    }

    private static string OneLine(string text) => text.Replace('\n', ' ');

    private static void Golden(string name, string actual) =>
        AcceptedText.Check(Path.Combine("..", "golden", name + ".txt"), actual);
}
