using System.Text.Json;
using Semblance.Comparison;

namespace Semblance.Tests.Comparison;

public sealed class ScoreMatchingTests
{
    /// <summary>Whole studies, with the suffixes that pair them.</summary>
    public static IEnumerable<TheoryDataRow<string>> Studies =>
        Directory.Exists(Fixtures.At("study"))
            ? Directory
                .EnumerateFiles(Fixtures.At("study"), "expected_*.json")
                .Where(file => File.ReadAllText(file).Contains("prompt_suffixes", StringComparison.Ordinal))
                .Select(file => new TheoryDataRow<string>(Path.GetFileName(file)))
            : [];

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Studies))]
    public void The_rows_of_a_study_are_paired_by_prompt(string file)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(Fixtures.At("study", file)));
        var expected = json.RootElement.GetProperty("expected");
        var scores = Rows(Fixtures.At("study", json.RootElement.GetProperty("input").GetString()!)).ToArray();
        string[] suffixes =
        [
            .. json
                .RootElement.GetProperty("prompt_suffixes")
                .EnumerateObject()
                .Where(one => one.Value.GetString()!.Length > 0)
                .Select(one => $"{one.Name}={one.Value.GetString()}"),
        ];
        var matrix = ScoreMatching.Match(scores, new MatchOptions { StripSuffixes = suffixes });
        Assert.Equal(expected.GetProperty("models").EnumerateArray().Select(one => one.GetString()!), matrix.Models);
        Assert.Equal(expected.GetProperty("prompts").GetInt32(), matrix.Prompts.Count);
        Assert.Empty(matrix.LeftOut);
        var differences = matrix.Scores(0).Zip(matrix.Scores(1), (a, b) => b - a).ToArray();
        var descriptive = expected.GetProperty("descriptive").GetProperty("difference");
        Assert.Equal(descriptive.GetProperty("mean").GetDouble(), differences.Average(), 1e-8);
        Assert.Equal(descriptive.GetProperty("min").GetDouble(), differences.Min(), 1e-8);
        Assert.Equal(descriptive.GetProperty("max").GetDouble(), differences.Max(), 1e-8);
        Assert.Equal(
            expected.GetProperty("prompts_where_second_is_higher").GetInt32(),
            differences.Count(difference => difference > 0)
        );

        if (suffixes.Length > 0)
        {
            var error = Assert.Throws<InputException>(() => ScoreMatching.Match(scores));
            Assert.All(
                suffixes,
                suffix =>
                    Assert.Contains(
                        new Remedy(RemedyKind.StripSuffix, suffix.Replace("= ", "=", StringComparison.Ordinal)),
                        error.Remedies
                    )
            );
        }
    }

    [Fact]
    public void Models_can_be_chosen_and_ordered()
    {
        PromptScore[] scores = [new("a", "fox", 80), new("b", "fox", 70), new("c", "cat", 60), new("c", "fox", 50)];
        var matrix = ScoreMatching.Match(scores, new MatchOptions { Models = ["c", "a"], AllowUnmatched = true });
        Assert.Equal(["c", "a"], matrix.Models);
        Assert.Equal([50.0], matrix.Scores(0));
        Assert.Equal([new LeftOutPrompt("c", "cat")], matrix.LeftOut);
    }

    [Fact]
    public void Unmatched_prompts_are_refused_unless_allowed()
    {
        PromptScore[] scores = [new("a", "fox", 80), new("b", "fox", 70), new("b", "cat", 60)];
        var error = Assert.Throws<InputException>(() => ScoreMatching.Match(scores));
        Assert.Contains("\"cat\"", error.Message, StringComparison.Ordinal);
        Assert.Contains(new Remedy(RemedyKind.AllowUnmatched), error.Remedies);
        Assert.Single(ScoreMatching.Match(scores, new MatchOptions { AllowUnmatched = true }).Prompts);
    }

    [Fact]
    public void Models_without_a_prompt_in_common_are_refused_even_so()
    {
        PromptScore[] scores = [new("a", "fox", 80), new("b", "cat", 60)];
        var error = Assert.Throws<InputException>(() =>
            ScoreMatching.Match(scores, new MatchOptions { AllowUnmatched = true })
        );
        Assert.Contains("No prompt is shared", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(-0.1)]
    [InlineData(100.1)]
    public void A_score_off_the_scale_is_named(double score)
    {
        var error = Assert.Throws<InputException>(() =>
            ScoreMatching.Match([new("a", "fox", score), new("b", "fox", 70)])
        );
        Assert.Contains("'a' for the prompt \"fox\"", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("a", "a")]
    public void One_chosen_model_is_a_slip_of_the_caller_where_there_are_more(params string[] chosen)
    {
        PromptScore[] scores = [new("a", "fox", 80), new("b", "fox", 70), new("c", "fox", 50)];
        Assert.Equal(
            "Only model 'a' is asked for, and a comparison needs two; name another of the 3 (a, b and c).",
            Assert
                .Throws<UsageException>(() => ScoreMatching.Match(scores, new MatchOptions { Models = chosen }))
                .Message
        );
    }

    [Fact]
    public void One_model_and_too_many_models_are_refused()
    {
        Assert.Contains(
            "one model only ('a')",
            Assert.Throws<InputException>(() => ScoreMatching.Match([new("a", "fox", 1)])).Message,
            StringComparison.Ordinal
        );
        PromptScore[] many = [.. Enumerable.Range(0, 1001).Select(i => new PromptScore($"m{i}", "fox", 50))];
        Assert.Contains(
            "1001 models",
            Assert.Throws<InputException>(() => ScoreMatching.Match(many)).Message,
            StringComparison.Ordinal
        );
        Assert.Equal(1000, ScoreMatching.Match(many[..1000]).Models.Count);
    }

    [Theory]
    [InlineData("sdlx=in oil", "sdxl")]
    [InlineData("in oil", "MODEL=TEXT")]
    [InlineData("sdxl=in ink", "\"a fox in oil\"")]
    public void A_suffix_that_fits_nothing_is_a_slip_of_the_caller(string option, string said)
    {
        var error = Assert.Throws<UsageException>(() =>
            ScoreMatching.Match(
                [new("sdxl", "a fox in oil", 80), new("b", "a fox", 70)],
                new MatchOptions { StripSuffixes = [option] }
            )
        );
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_may_have_an_equals_sign_in_its_name()
    {
        var matrix = ScoreMatching.Match(
            [new("lora=0.6", "a fox TOK", 80), new("lora", "a fox", 70)],
            new MatchOptions { StripSuffixes = ["lora=0.6=TOK"] }
        );
        Assert.Equal(["a fox"], matrix.Prompts);
    }

    private static IEnumerable<PromptScore> Rows(string file)
    {
        // Model first and numbers last; only the prompt may be quoted.
        foreach (var line in File.ReadLines(file).Skip(1))
        {
            var (first, last) = (line.IndexOf(','), line.LastIndexOf(','));
            var beforeLast = line.LastIndexOf(',', last - 1);
            yield return new PromptScore(
                line[..first],
                line[(first + 1)..beforeLast].Trim('"'),
                double.Parse(line[(last + 1)..], System.Globalization.CultureInfo.InvariantCulture)
            );
        }
    }
}
