using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using Semblance.Agreement;
using Semblance.Runs.Agreeing;

namespace Semblance.Runs.Tests.Agreeing;

/// <summary>Tables of votes, good and bad, and the pages that describe what is read and written.</summary>
public sealed partial class AgreementStageTests : IDisposable
{
    private const string Header = "vote_id,rater,prompt,left_model,right_model,answer,check,expected\n";

    private readonly Workplace _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public void Every_field_that_is_written_is_on_the_page()
    {
        var result = Run(Votes(40, 3));
        var curve = HumanCurve.Of(result.Report, result.Report.Figures.Encoders[0])!;
        var named = Quoted().Matches(Page("agreement-json.md")).Select(match => match.Groups["name"].Value).ToHashSet();
        Assert.All(Names(AgreementJson.Of(result)), name => Assert.Contains(name, named));
        Assert.All(Names(HumanCurveJson.Of(curve)), name => Assert.Contains(name, named));
        Assert.Equal(curve, HumanCurveJson.Read(_place.File("curve.json", HumanCurveJson.Of(curve))));
    }

    [Fact]
    public void Every_column_that_is_read_is_on_its_page_and_in_its_schema()
    {
        using var schema = JsonDocument.Parse(Page("votes.schema.json"));
        var properties = schema.RootElement.GetProperty("properties");
        var named = Quoted().Matches(Page("votes.md")).Select(match => match.Groups["name"].Value).ToHashSet();
        foreach (var field in VoteColumns.Fields.Where(field => field != VoteColumns.ChosenModel))
        {
            Assert.Contains(field, named);
            Assert.True(properties.TryGetProperty(field, out _), field);
        }
    }

    [Fact]
    public void Rows_of_the_papers_notebook_name_the_chosen_model_only()
    {
        var votes = "name,prompt,model\nann,prompt 0,A\nbob,prompt 0,B\nann,prompt 1,B\n";
        var input = Read(votes, source => source with { Form = VoteForm.Notebook });
        Assert.Equal([Answer.Left, Answer.Right, Answer.Right], input.Votes.Select(vote => vote.Answer));
        Assert.All(input.Votes, vote => Assert.False(vote.Sided));
        Assert.Null(AgreementStage.Run(input, new AgreementOptions { Resamples = 100 }).Report.Study.LeftShare);
    }

    [Fact]
    public void Columns_can_be_named_and_prompts_meet_by_their_key()
    {
        var votes = "who;text;l;r;pick\nann;PROMPT-0;A;B;right\n";
        var input = Read(
            votes,
            source =>
                source with
                {
                    Columns = ["rater=who", "prompt=text", "left_model=l", "right_model=r", "answer=pick"],
                }
        );
        Assert.Equal("prompt 0", Assert.Single(input.Votes).Prompt);
    }

    [Theory]
    [InlineData("", "votes.csv has no votes")]
    [InlineData("1,ann,prompt 0,A,C,left,,\n", "votes on model 'C', and no scores of it")]
    [InlineData("1,ann,prompt 0,A,A,left,,\n", "against itself")]
    [InlineData("1,ann,prompt 0,A,B,better,,\n", "line 2: the answer is 'better'")]
    [InlineData("1,ann,prompt 0,A,B,,,\n", "line 2: the answer is empty")]
    [InlineData("1,,prompt 0,A,B,left,,\n", "line 2: the rater is empty")]
    [InlineData("1,ann,prompt 0,A,B,left,odd,\n", "the check is 'odd'")]
    [InlineData("1,ann,prompt 0,A,B,left,,\n2,ann,prompt 0,B,A,left,,\n", "has already voted on")]
    [InlineData("1,ann,prompt 0,A,B,left,,\n1,bob,prompt 0,B,A,left,,\n", "the vote_id '1' is also on line 2")]
    [InlineData("1,ann,elsewhere,A,B,left,,\n", "No vote is on a prompt that has scores of both models")]
    [InlineData("1,ann,check,A,A,same,same_set,same\n", "No vote is on the study's own pages")]
    public void Bad_votes_are_refused_in_a_sentence(string rows, string expected)
    {
        var fault = Assert.Throws<InputException>(() => Run(Header + rows));
        Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_column_is_named()
    {
        var fault = Assert.Throws<InputException>(() => Run("rater,prompt,answer\nann,prompt 0,left\n"));
        Assert.Contains("no column for \"left_model\" and \"right_model\"", fault.Message, StringComparison.Ordinal);
        Assert.Equal(RemedyKind.NameVoteColumn, Assert.Single(fault.Remedies).Kind);
    }

    [Fact]
    public void A_column_that_there_is_not_is_a_mistake_of_the_caller()
    {
        var fault = Assert.Throws<UsageException>(() =>
            Read(Header + "1,ann,prompt 0,A,B,left,,\n", source => source with { Columns = ["rater=rate"] })
        );
        Assert.Contains("Did you mean 'rater'?", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rules_of_exclusion_are_read_and_others_refused()
    {
        var rules = ExclusionsJson.Read(
            _place.File("e.json", """{"schema":"semblance.exclusions/1","least_median_seconds":2,"raters":["ann"]}""")
        );
        Assert.Equal((0.75, 2.0, "ann"), (rules.LeastChecksPassed, rules.LeastMedianSeconds, rules.Raters[0]));
        var file = _place.File("f.json", """{"schema":"semblance.exclusions/1","least_seconds":2}""");
        Assert.Throws<InputException>(() => ExclusionsJson.Read(file));
    }

    [Fact]
    public void A_curve_of_something_else_is_refused()
    {
        var file = _place.File("curve.json", """{"schema":"semblance.scores/1"}""");
        Assert.Throws<InputException>(() => HumanCurveJson.Read(file));
    }

    private AgreementResult Run(string votes) =>
        AgreementStage.Run(Read(votes, source => source), new AgreementOptions { Resamples = 100 });

    private AgreementInput Read(string votes, Func<AgreementSource, AgreementSource> more)
    {
        var scores = string.Concat(
            Enumerable.Range(0, 40).SelectMany(i => new[] { $"A,prompt {i},70\n", $"B,prompt {i},{Score(i)}\n" })
        );
        var source = new AgreementSource(_place.File("scores.csv", "model,prompt,scs\n" + scores))
        {
            Votes = _place.File("votes.csv", votes),
        };
        return AgreementInput.Read(more(source));
    }

    private static string Score(int i) => (70 + Math.Sin(i * 2)).ToString("R", CultureInfo.InvariantCulture);

    /// <summary>Votes that mostly follow the score.</summary>
    private static string Votes(int prompts, int raters) =>
        Header
        + string.Concat(
            Enumerable
                .Range(0, prompts)
                .SelectMany(i =>
                    Enumerable
                        .Range(0, raters)
                        .Select(r =>
                            $"{i}-{r},r{r},prompt {i},A,B,{((i + r) % 7 == 0 ? "same" : Math.Sin(i * 2) > 0 ^ (i + r) % 5 == 0 ? "right" : "left")},,\n"
                        )
                )
        );

    private static IEnumerable<string> Names(string json)
    {
        using var document = JsonDocument.Parse(json);
        return [.. Names(document.RootElement).Distinct(StringComparer.Ordinal)];
    }

    private static IEnumerable<string> Names(JsonElement element) =>
        element.ValueKind switch
        {
            JsonValueKind.Object => element
                .EnumerateObject()
                .SelectMany(property => Names(property.Value).Prepend(property.Name)),
            JsonValueKind.Array => element.EnumerateArray().SelectMany(Names),
            _ => [],
        };

    private static string Page(string page, [CallerFilePath] string here = "") =>
        File.ReadAllText(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "docs", page));

    [GeneratedRegex("[`\"](?<name>[a-z0-9_]+)[`\"]", RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Quoted();
}
