using System.Text.Json.Nodes;
using k8s;
using Semblance.Cluster.Jobs;
using Semblance.Cluster.Kubernetes;
using Semblance.Studies;

namespace Semblance.Cluster.Tests.Kubernetes;

public sealed class KubernetesEngineTests : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeKubernetes _server = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private KubernetesEngine Engine =>
        new(() => new k8s.Kubernetes(new KubernetesClientConfiguration { Host = _server.Url.ToString() }));

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Both_jobs_are_made_looked_at_made_again_and_deleted()
    {
        var plan = Plan("run");
        var jobs = await ClusterRun.SubmitAsync(plan, Engine, new StudyHost(), Token);
        Assert.Equal([ClusterStage.Embeddings, ClusterStage.Finish], jobs.Select(job => job.Stage));
        var shards = _server.Jobs["foxes/semblance-a-study--of-foxes-shards"];
        // What comes later knows it from what was kept.
        plan = ClusterRun.Submitted(plan.Study).Plan;
        Assert.Equal((4, "foxes"), (plan.Settings.Shards, plan.Settings.Namespace));
        Assert.Equal("Indexed", (string?)shards["spec"]!["completionMode"]);

        shards["status"] = new JsonObject { ["active"] = 1, ["completedIndexes"] = "0,2-3" };
        foreach (var task in new[] { 0, 2, 3 })
        {
            _folder.Write("0\n", "run", "cluster", "ended", $"embeddings-{task}");
        }

        Assert.Equal("Done Running Done Done Waiting", await StatesAsync(plan));
        await Assert.ThrowsAsync<InputException>(() => ClusterRun.SubmitAsync(plan, Engine, new StudyHost(), Token));

        // A pod that failed for good: all start again, and find what is done.
        shards["status"] = JsonNode.Parse(
            """{ "failedIndexes": "1", "conditions": [{ "type": "Failed", "status": "True" }] }"""
        );
        _folder.Write("3\n", "run", "cluster", "ended", "embeddings-1");
        Assert.Equal("Done Failed Done Done Waiting", await StatesAsync(plan));
        await ClusterRun.RetryAsync(plan, Engine, Token);
        Assert.Null(_server.Jobs["foxes/semblance-a-study--of-foxes-shards"]["status"]);

        await ClusterRun.CancelAsync(plan, Engine, Token);
        Assert.Empty(_server.Jobs);
        Assert.Equal("Done Missing Done Done Missing", await StatesAsync(plan));
        await ClusterRun.CancelAsync(plan, Engine, Token);
    }

    [Fact]
    public async Task A_job_of_another_study_is_left_alone()
    {
        await ClusterRun.SubmitAsync(Plan("run"), Engine, new StudyHost(), Token);
        var error = await Assert.ThrowsAsync<InputException>(() =>
            ClusterRun.SubmitAsync(Plan("other"), Engine, new StudyHost(), Token)
        );
        Assert.Contains(
            "has a job semblance-a-study--of-foxes-shards of another study",
            error.Message,
            StringComparison.Ordinal
        );
        Assert.Equal(2, _server.Jobs.Count);
    }

    [Theory]
    [InlineData(401, "{}", "Kubernetes does not accept the token (401): log in again.")]
    [InlineData(
        403,
        """{"kind":"Status","message":"jobs.batch is forbidden: User \"fox\" cannot create"}""",
        "Kubernetes refused (403): jobs.batch is forbidden: User \"fox\" cannot create"
    )]
    public async Task What_the_api_says_is_said(int status, string body, string expected)
    {
        _server.Fail(Fault.Status(status, body));
        var error = await Assert.ThrowsAsync<ResourceException>(() =>
            ClusterRun.SubmitAsync(Plan("run"), Engine, new StudyHost(), Token)
        );
        Assert.Equal(expected, error.Message);
    }

    [Fact]
    public async Task A_cut_connection_is_one_sentence()
    {
        _server.Fail(new Fault { CutsBefore = true });
        var error = await Assert.ThrowsAsync<ResourceException>(() =>
            ClusterRun.SubmitAsync(Plan("run"), Engine, new StudyHost(), Token)
        );
        Assert.StartsWith("Kubernetes cannot be reached: ", error.Message, StringComparison.Ordinal);
    }

    private async Task<string> StatesAsync(ClusterPlan plan) =>
        string.Join(' ', (await ClusterRun.StateAsync(plan, Engine, Token)).Tasks.Select(task => task.State));

    private ClusterPlan Plan(string run)
    {
        var plan = Plans.Of(Plans.Study(_folder.At("study.yaml"), _folder.At(run)));
        return plan with { Settings = plan.Settings with { Namespace = "foxes", Claim = "studies" } };
    }
}
