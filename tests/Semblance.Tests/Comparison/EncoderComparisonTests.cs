using Semblance.Comparison;
using Semblance.Statistics;

namespace Semblance.Tests.Comparison;

public sealed class EncoderComparisonTests
{
    private static readonly double[] Base = [70, 71, 72, 73, 74, 75, 76, 77, 78, 79, 80, 81];

    /// <summary>Twelve prompts; the second encoder turns prompts 3 and 7 round, by so little that the winner stays.</summary>
    [Fact]
    public void One_winner_and_the_prompts_on_which_encoders_part()
    {
        var ahead = Enumerable.Range(0, 12).Select(i => 2 + (0.1 * i)).ToArray();
        var other = ahead.Select((d, i) => i is 3 or 7 ? -0.01 * i : d).ToArray();
        var found = Of(("clip", ahead), ("dino", other));
        Assert.True(found.Agree);
        Assert.Equal(["prompt 3", "prompt 7"], found.Disagreements);
        Assert.Equal(
            "The encoders agree on the winner: all 2 show model 1 to be more consistent. They put different models first on 2 of 12 prompts: \"prompt 3\" and \"prompt 7\".",
            found.Sentence
        );
        Assert.Equal(["model 1", "model 1"], found.Findings.Select(one => one.Winner));

        // Differences, then each model's scores; the first model's are the same with both.
        Assert.Equal([null, "model 0", "model 1"], found.Ranks.Select(one => one.Model));
        Assert.Equal(Kendall.Of(ahead, other).TauB, found.Ranks[0].TauB!.Value, 1e-12);
        Assert.Equal(1, found.Ranks[1].TauB!.Value, 1e-12);
        Assert.Null(found.Ranks[1].Low);
        Assert.True(found.Ranks[0].Low < found.Ranks[0].TauB);
    }

    [Fact]
    public void Encoders_that_contradict_each_other_are_said_to()
    {
        var ahead = Enumerable.Range(0, 12).Select(i => 2 + (0.1 * i)).ToArray();
        var found = Of(("clip", ahead), ("dino", [.. ahead.Select(d => -d)]));
        Assert.False(found.Agree);
        Assert.StartsWith(
            "The encoders do not agree on the winner: clip shows model 1 to be more consistent, dino shows model 0 to be more consistent. They put different models first on 12 of 12 prompts: \"prompt 0\", ",
            found.Sentence,
            StringComparison.Ordinal
        );
        Assert.EndsWith(" and 7 more.", found.Sentence, StringComparison.Ordinal);
        Assert.Equal(-1, found.Ranks[0].TauB!.Value, 1e-12);
    }

    [Fact]
    public void Without_a_winner_the_highest_means_are_named()
    {
        double[] mixed = [1, -1, 2, -2, 3, -3, 1, -1, 2, -2, 3, -2.5];
        Assert.StartsWith(
            "No encoder shows a winner; model 1 has the highest mean with all 2. They put the same model first on each of 12 prompts.",
            Of(("clip", mixed), ("dino", mixed)).Sentence,
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            "No encoder shows a winner; the highest mean is that of model 1 with clip, model 0 with dino.",
            Of(("clip", mixed), ("dino", [.. mixed.Select(d => -d)])).Sentence,
            StringComparison.Ordinal
        );
    }

    /// <summary>A tie with one encoder contradicts nobody, and only prompts that all encoders scored are compared.</summary>
    [Fact]
    public void Ties_and_missing_prompts()
    {
        var ahead = Enumerable.Range(0, 12).Select(i => 2 + (0.1 * i)).ToArray();
        var tied = ahead.Select((d, i) => i == 3 ? 0 : d).ToArray();
        var whole = Report("clip", ahead);
        var part = Scores.Of(Base[..10], [.. Base[..10].Zip(tied[..10], (b, d) => b + d)]);
        var found = EncoderComparison.Of([whole, new("dino", "k", part, Scores.Compare(part))], 0.95);
        Assert.Empty(found.Disagreements);
        Assert.Equal(10, found.Prompts);
    }

    [Fact]
    public void Of_three_models_the_winner_beats_both_others()
    {
        var a = Scores.Random(3, 40, 4, 6);
        var found = EncoderComparison.Of(
            [new("clip", "a", a, Scores.Compare(a)), new("dino", "b", a, Scores.Compare(a))],
            0.95
        );
        Assert.Contains("all 2 show model 2 to be the most consistent", found.Sentence, StringComparison.Ordinal);
        Assert.Equal(3, found.Ranks.Count);
        Assert.Null(found.Findings[0].Difference);
    }

    private static EncoderComparison Of(params (string Name, double[] Differences)[] encoders) =>
        EncoderComparison.Of([.. encoders.Select(one => Report(one.Name, one.Differences))], 0.95);

    private static EncoderReport Report(string name, double[] differences)
    {
        var matrix = Scores.Of(Base, [.. Base.Zip(differences, (b, d) => b + d)]);
        return new EncoderReport(name, $"key of {name}", matrix, Scores.Compare(matrix));
    }
}
