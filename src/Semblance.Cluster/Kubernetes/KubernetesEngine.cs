using System.Net;
using k8s;
using k8s.Autorest;
using k8s.Models;
using Semblance.Cluster.Jobs;

namespace Semblance.Cluster.Kubernetes;

/// <summary>Jobs of Kubernetes, through its API.</summary>
/// <param name="connect">Opens the API; by default as kubectl does, or as a pod within the cluster.</param>
public sealed class KubernetesEngine(Func<IKubernetes>? connect = null) : ISchedulingEngine
{
    /// <summary>Of all files, the one that holds both jobs.</summary>
    public const string FileName = "jobs.yaml";

    /// <inheritdoc/>
    public string Name => "kubernetes";

    /// <summary>Shards make and embed their images in one job, since jobs of Kubernetes do not wait for each other.</summary>
    public IReadOnlyList<ClusterStage> Stages(ClusterPlan plan) => [ClusterStage.Embeddings, ClusterStage.Finish];

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Files(ClusterPlan plan) =>
        new Dictionary<string, string> { [FileName] = KubernetesJobs.Yaml(plan) };

    /// <inheritdoc/>
    public Task SubmitAsync(
        ClusterPlan plan,
        IReadOnlyDictionary<ClusterStage, IReadOnlyList<int>> open,
        Action<SubmittedJob> submitted,
        CancellationToken cancellationToken
    ) =>
        CallAsync(async client =>
        {
            ArgumentNullException.ThrowIfNull(plan);
            ArgumentNullException.ThrowIfNull(open);
            ArgumentNullException.ThrowIfNull(submitted);
            // Edited or not, what the file says is submitted.
            var jobs = KubernetesYaml
                .LoadAllFromString(RegularFile.ReadAllText(Path.Combine(plan.Folder, FileName), RegularFile.MostOfText))
                .OfType<V1Job>();
            foreach (var job in jobs)
            {
                var stage = job.Spec.CompletionMode == "Indexed" ? ClusterStage.Embeddings : ClusterStage.Finish;
                // Pods of a shard that is done find nothing to do, so the whole job is started again.
                var isOpen = open.ContainsKey(stage);
                if (isOpen)
                {
                    await DeleteOwnAsync(client, plan, job.Name(), cancellationToken);
                    await client.BatchV1.CreateNamespacedJobAsync(
                        job,
                        plan.Settings.Namespace,
                        cancellationToken: cancellationToken
                    );
                    submitted(new SubmittedJob(stage, job.Name(), [.. Enumerable.Range(0, plan.Tasks(stage))]));
                }
            }
        });

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<(ClusterStage Stage, int Task), TaskActivity>> AskAsync(
        ClusterPlan plan,
        IReadOnlyList<SubmittedJob> jobs,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(jobs);
        Dictionary<(ClusterStage, int), TaskActivity> found = [];
        await CallAsync(async client =>
        {
            foreach (var job in jobs.DistinctBy(job => job.Id))
            {
                try
                {
                    var state = await client.BatchV1.ReadNamespacedJobStatusAsync(
                        job.Id,
                        plan.Settings.Namespace,
                        cancellationToken: cancellationToken
                    );
                    foreach (var task in job.Tasks)
                    {
                        found[(job.Stage, task)] = ActivityOf(state, task);
                    }
                }
                catch (HttpOperationException error) when (error.Response.StatusCode == HttpStatusCode.NotFound)
                {
                    // Deleted: what became of its pods the run folder says.
                }
            }
        });
        return found;
    }

    /// <inheritdoc/>
    public Task CancelAsync(ClusterPlan plan, IReadOnlyList<SubmittedJob> jobs, CancellationToken cancellationToken) =>
        CallAsync(async client =>
        {
            foreach (var name in jobs.Select(job => job.Id).Distinct())
            {
                await DeleteAsync(client, name, plan.Settings.Namespace, cancellationToken);
            }
        });

    /// <summary>What a job says of one of its pods.</summary>
    internal static TaskActivity ActivityOf(V1Job job, int task)
    {
        ArgumentNullException.ThrowIfNull(job);
        var isOver =
            job.Status?.Conditions?.Any(one => one is { Type: "Failed" or "Complete", Status: "True" }) == true;
        var failed = job.Status?.Conditions?.Any(one => one is { Type: "Failed", Status: "True" }) == true;
        return Indexes(job.Status?.CompletedIndexes).Contains(task) ? TaskActivity.Ended
            : Indexes(job.Status?.FailedIndexes).Contains(task) || failed ? TaskActivity.Failed
            : isOver ? TaskActivity.Ended
            : job.Status?.Active > 0 ? TaskActivity.Running
            : TaskActivity.Waiting;
    }

    /// <summary>Indexes as a status has them: <c>0-3,5</c>.</summary>
    private static IEnumerable<int> Indexes(string? text) =>
        (text ?? "")
            .Split(',', StringSplitOptions.RemoveEmptyEntries)
            .Select(range => Array.ConvertAll(range.Split('-'), int.Parse))
            .SelectMany(ends => Enumerable.Range(ends[0], ends[^1] - ends[0] + 1));

    /// <summary>Deletes what an earlier submission left; a job of another study that has the same name stays, and is refused.</summary>
    private static async Task DeleteOwnAsync(
        IKubernetes client,
        ClusterPlan plan,
        string name,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var job = await client.BatchV1.ReadNamespacedJobAsync(
                name,
                plan.Settings.Namespace,
                cancellationToken: cancellationToken
            );
            if (job.GetAnnotation(KubernetesJobs.RunAnnotation) != Path.GetFullPath(plan.Study.Run))
            {
                throw new InputException(
                    $"The namespace {plan.Settings.Namespace} has a job {name} of another study; give this study another name, or use another namespace."
                );
            }
        }
        catch (HttpOperationException error) when (error.Response.StatusCode == HttpStatusCode.NotFound)
        {
            return;
        }

        await DeleteAsync(client, name, plan.Settings.Namespace, cancellationToken);
    }

    private static async Task DeleteAsync(
        IKubernetes client,
        string name,
        string space,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await client.BatchV1.DeleteNamespacedJobAsync(
                name,
                space,
                propagationPolicy: "Background",
                cancellationToken: cancellationToken
            );
        }
        catch (HttpOperationException error) when (error.Response.StatusCode == HttpStatusCode.NotFound)
        {
            // Not there, or gone by now.
        }
    }

    private async Task CallAsync(Func<IKubernetes, Task> call)
    {
        try
        {
            using var client =
                connect?.Invoke() ?? new k8s.Kubernetes(KubernetesClientConfiguration.BuildDefaultConfig());
            await call(client);
        }
        catch (HttpOperationException error)
        {
            throw new ResourceException(
                error.Response.StatusCode == HttpStatusCode.Unauthorized
                    ? "Kubernetes does not accept the token (401): log in again."
                    : $"Kubernetes refused ({(int)error.Response.StatusCode}): {WordsOf(error)}",
                error
            );
        }
        catch (Exception error) when (error is HttpRequestException or k8s.Exceptions.KubeConfigException)
        {
            throw new ResourceException($"Kubernetes cannot be reached: {error.Message}", error);
        }
    }

    private static string WordsOf(HttpOperationException error)
    {
        try
        {
            return KubernetesJson.Deserialize<V1Status>(error.Response.Content).Message ?? error.Message;
        }
        catch (System.Text.Json.JsonException)
        {
            return error.Message;
        }
    }
}
