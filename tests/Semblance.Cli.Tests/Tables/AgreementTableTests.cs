using Semblance.Agreement;
using Semblance.Cli.Tables;
using Semblance.Cli.Terminal;
using Semblance.Comparison;
using Semblance.Runs.Agreeing;

namespace Semblance.Cli.Tests.Tables;

/// <summary>Agreements as text, held against golden text (golden/*.txt).</summary>
public sealed class AgreementTableTests
{
    private static readonly Surface Plain80 = new(80, Colour: false, Unicode: false);

    [Theory]
    [MemberData(nameof(Cultures.Marks), MemberType = typeof(Cultures))]
    public void A_study_reads_the_same_in_every_culture(string point, string group) =>
        Cultures.Run(
            point,
            group,
            () =>
                AcceptedText.Check(
                    Path.Combine("..", "golden", "agreement-80.txt"),
                    AgreementTable.Render(Result(3), Plain80)
                )
        );

    [Fact]
    public void One_rater_with_unicode() =>
        AcceptedText.Check(
            Path.Combine("..", "golden", "agreement-one-rater-100.txt"),
            AgreementTable.Render(Result(1), new Surface(100, false, true))
        );

    [Theory]
    [InlineData(40)]
    [InlineData(60)]
    [InlineData(80)]
    [InlineData(120)]
    public void No_line_is_wider_than_the_terminal(int width) =>
        Assert.All(
            AgreementTable.Render(Result(3), new Surface(width, Colour: false, Unicode: true)).Split('\n'),
            line => Assert.InRange(Cells.Width(line), 0, width)
        );

    /// <summary>40 prompts; raters follow the score but for some, tie on some, and the last one fails its checks.</summary>
    private static AgreementResult Result(int raters)
    {
        var options = new AgreementOptions { Resamples = 200, Threads = 1 };
        PromptScore[] scores =
        [
            .. Enumerable
                .Range(0, 40)
                .SelectMany(i =>
                    new PromptScore[]
                    {
                        new("first", $"prompt {i}", 70 + (0.1 * i)),
                        new("second", $"prompt {i}", 70 + (0.1 * i) + (((i * 7) % 40) - 15) / 10.0),
                    }
                ),
        ];
        List<Vote> votes = [];
        for (var r = 0; r < raters; r++)
        {
            for (var i = 0; i < 40; i++)
            {
                var isSwapped = (i + r) % 2 == 0;
                var isSecond = ((i * 7) % 40 > 15) ^ ((i + (3 * r)) % 8 == 0);
                votes.Add(
                    new Vote(
                        $"r{r + 1}",
                        $"prompt {i}",
                        isSwapped ? "second" : "first",
                        isSwapped ? "first" : "second",
                        (i + r) % 9 == 4 ? Answer.Same
                            : isSecond == isSwapped ? Answer.Left
                            : Answer.Right
                    )
                    {
                        Seconds = 4 + r + (i % 5),
                        Position = i + 1,
                        Time = DateTimeOffset.UnixEpoch.AddSeconds(60 * i),
                        QuestionHash = "sha256:1",
                    }
                );
            }

            for (var check = 0; check < 4; check++)
            {
                votes.Add(
                    new Vote($"r{r + 1}", "prompt 0", "first", "first", r == 2 ? Answer.Left : Answer.Same)
                    {
                        Check = CheckKind.SameSet,
                        Expected = Answer.Same,
                    }
                );
            }
        }

        return new AgreementResult(
            AgreementReport.Of(votes, [new VotedScores("clip-vit-b32", scores)], options),
            options
        );
    }
}
