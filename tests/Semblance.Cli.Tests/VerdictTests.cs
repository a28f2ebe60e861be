using Semblance.Cli.Output;
using Semblance.Consistency;

namespace Semblance.Cli.Tests;

public sealed class VerdictTests
{
    [Fact]
    public void Direction_mean_and_agreement_are_over_shared_prompts()
    {
        // Differences 10, -4 and 3: mean 3; two of three agree. The prompt that only one has does not count.
        ScoreReport report = Report(
            [("a", "fox", 80), ("a", "Cat!", 60), ("a", "city", 73), ("a", "only here", 1)],
            [("b", "fox", 70), ("b", "cat", 64), ("b", "city", 70)]
        );
        const string Words =
            "a is more consistent than b: its images of one prompt are 3.00 points of SCS more alike, "
            + "on average over 3 prompts; 2 of the 3 prompts agree.";
        Assert.Equal(Words, Verdict.Of(report, "a", "b"));
        Assert.Equal(Words, Verdict.Of(report, "b", "a"));
    }

    [Fact]
    public void Equal_models_are_said_to_be_equal() =>
        Assert.Equal(
            "a and b are equally consistent over the prompts that both have.",
            Verdict.Of(Report([("a", "fox", 80)], [("b", "fox", 80)]), "a", "b")
        );

    [Fact]
    public void Models_without_a_shared_prompt_are_not_compared() =>
        Assert.Contains(
            "share no prompt",
            Verdict.Of(Report([("a", "fox", 80)], [("b", "cat", 80)]), "a", "b"),
            StringComparison.Ordinal
        );

    private static ScoreReport Report(params (string Model, string Prompt, double Scs)[][] sets) =>
        Reports.OneSet with
        {
            Sets =
            [
                .. sets.SelectMany(of => of)
                    .Select(set =>
                        Reports.OneSet.Sets[0] with
                        {
                            Model = set.Model,
                            Prompt = set.Prompt,
                            PromptKey = Prompts.PromptKey.Of(set.Prompt),
                            Scs = set.Scs,
                        }
                    ),
            ],
        };
}
