using Semblance.Comparison;
using Semblance.Planning;
using Semblance.Runs.Comparing;
using Semblance.Studies.Comparing;

namespace Semblance.Studies.Tests.Comparing;

/// <summary><see cref="CompareStudy"/>, <see cref="GateStudy"/> and <see cref="PlanStudy"/> on one source.</summary>
public sealed class CompareStudyTests : IDisposable
{
    private const string Table = "model,prompt,scs\na,fox,80\na,cat,82\na,owl,81\nb,fox,85\nb,cat,88\nb,owl,84\n";

    private readonly TemporaryFolder _folder = new();
    private readonly Heard _heard = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_table_is_compared_and_nothing_is_kept()
    {
        var outcome = await CompareAsync(new ScoreSource([_folder.Write(Table, "t.csv")]));
        Assert.Equal(["a", "b"], outcome.Result.Report.Models.Select(model => model.Model));
        Assert.Equal((null, null), (outcome.Caution, outcome.NotKept));
        Assert.Empty(_heard.Notes);
    }

    [Fact]
    public async Task Images_are_scored_first_and_the_run_folder_then_says_the_same()
    {
        Images();
        var images = await CompareAsync(Source(_folder.At("images")));
        Assert.Contains("not the paper's", images.Caution, StringComparison.Ordinal);
        Assert.Contains($"every statistic is kept in {Path.Combine(Run, "comparison.json")}", _heard.Notes);
        var kept = await File.ReadAllTextAsync(_folder.At("run", "comparison.json"), Token);
        Assert.Equal(ComparisonJson.Of(images.Result), kept);

        var again = await CompareAsync(Source(Run));
        Assert.Equal(ComparisonJson.Of(images.Result), ComparisonJson.Of(again.Result));
        Assert.Equal(["embedding"], _heard.Stages);
    }

    [Fact]
    public async Task A_comparison_that_cannot_be_kept_is_there_all_the_same()
    {
        Images();
        Directory.CreateDirectory(_folder.At("run", "comparison.json"));
        var outcome = await CompareAsync(Source(_folder.At("images")));
        Assert.Equal(2, outcome.Result.Report.Models.Count);
        Assert.Contains("a folder of that name is in the way", outcome.NotKept?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_models_that_are_asked_for_are_compared_in_their_order()
    {
        var source = new ScoreSource([_folder.Write(Table + "c,fox,1\nc,cat,2\nc,owl,3\n", "t.csv")])
        {
            Match = new MatchOptions { Models = ["b", "a"] },
        };
        Assert.Equal(["b", "a"], (await CompareAsync(source)).Result.Matrix.Models);
    }

    [Fact]
    public async Task Images_and_scores_are_not_compared_with_each_other()
    {
        Images();
        var source = Source(_folder.Write(Table, "t.csv"), _folder.At("images"));
        var fault = await Assert.ThrowsAsync<UsageException>(() => CompareAsync(source));
        Assert.Contains("score the images into the run folder first", fault.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Run));
    }

    [Fact]
    public async Task A_run_folder_that_is_not_there_is_a_matter_of_usage()
    {
        var fault = await Assert.ThrowsAsync<UsageException>(() => CompareAsync(Source(Run)));
        Assert.Contains($"no run folder {Run}", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Left_out_files_are_told_before_a_comparison_fails()
    {
        Images();
        Directory.Delete(_folder.At("images", "b", "cat"), recursive: true);
        TestImage.Write(77, _folder.At("images", "b", "cat", "0.png"));
        await Assert.ThrowsAsync<InputException>(() => CompareAsync(Source(_folder.At("images"))));
        Assert.EndsWith("0.png", Assert.Single(_heard.LeftOut).Path, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_gate_decides_between_the_two_that_it_is_told()
    {
        var rows = Enumerable.Range(0, 12).Select(i => $"a,prompt {i},{70 + i}\nb,prompt {i},{75 + i + (i % 3)}\n");
        var source = new ScoreSource([_folder.Write("model,prompt,scs\n" + string.Concat(rows), "t.csv")]);
        var better = await GateAsync(source, "a", "b");
        var worse = await GateAsync(source, "b", "a");
        Assert.Equal((GateOutcome.Pass, "b"), (better.Decision.Outcome, better.Decision.Candidate));
        Assert.Equal(GateOutcome.Fail, worse.Decision.Outcome);
    }

    [Fact]
    public async Task A_plan_rests_on_the_pilot()
    {
        Images();
        var one = await PlanAsync(new PlanSubject("a", null, null));
        var two = await PlanAsync(new PlanSubject(null, "a", "b"));
        Assert.Equal((1, 2), (one.Plan.Variance.Models, two.Plan.Variance.Models));
        Assert.Equal("builtin", one.EncoderName);
        var table = new ScoreSource([_folder.Write(Table, "t.csv")]);
        await Assert.ThrowsAsync<InputException>(() =>
            PlanStudy.RunAsync(table, new PlanSubject("a", null, null), new PlanOptions(), _heard.Host(), Token)
        );
    }

    private string Run => _folder.At("run");

    private ScoreSource Source(params string[] paths) => new(paths) { Run = Run, Encoder = "builtin" };

    private void Images()
    {
        for (var i = 0; i < 16; i++)
        {
            var model = i % 2 == 0 ? "a" : "b";
            var prompt = i / 2 % 2 == 0 ? "fox" : "cat";
            TestImage.Write(i, _folder.At("images", model, prompt, $"{i / 4}.png"));
        }
    }

    private Task<CompareOutcome> CompareAsync(ScoreSource source) =>
        CompareStudy.RunAsync(new CompareRequest(source, new ComparisonOptions()), _heard.Host(), Token);

    private Task<GateResult> GateAsync(ScoreSource source, string baseline, string candidate) =>
        GateStudy.RunAsync(
            new GateRequest(source, baseline, candidate, new GateOptions { Margin = 1 }),
            _heard.Host(),
            Token
        );

    private Task<PlanResult> PlanAsync(PlanSubject subject) =>
        PlanStudy.RunAsync(Source(_folder.At("images")), subject, new PlanOptions(), _heard.Host(), Token);
}
