using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Semblance.Cluster.Jobs;

namespace Semblance.Cluster.Slurm;

/// <summary>Slurm, through its own programs.</summary>
/// <param name="programs">The folder of these; null to look for them on the PATH.</param>
public sealed class SlurmEngine(string? programs = null) : ISchedulingEngine
{
    /// <inheritdoc/>
    public string Name => "slurm";

    /// <inheritdoc/>
    public IReadOnlyList<ClusterStage> Stages(ClusterPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return plan.MakesImages
            ? [ClusterStage.Images, ClusterStage.Embeddings, ClusterStage.Finish]
            : [ClusterStage.Embeddings, ClusterStage.Finish];
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Files(ClusterPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return Stages(plan).ToDictionary(FileOf, stage => SlurmScripts.Of(plan, stage));
    }

    /// <inheritdoc/>
    public async Task SubmitAsync(
        ClusterPlan plan,
        IReadOnlyDictionary<ClusterStage, IReadOnlyList<int>> open,
        Action<SubmittedJob> submitted,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(open);
        ArgumentNullException.ThrowIfNull(submitted);
        (ClusterStage Stage, string Id)? before = null;
        foreach (var stage in Stages(plan))
        {
            if (open.GetValueOrDefault(stage) is not { Count: > 0 } tasks)
            {
                continue;
            }

            List<string> arguments = ["--parsable"];
            if (stage != ClusterStage.Finish && tasks.Count < plan.Tasks(stage))
            {
                arguments.Add($"--array={string.Join(',', tasks)}");
            }

            if (before is { } first)
            {
                // A task of embeddings waits for its own images alone, where both jobs have the same tasks.
                var same = stage == ClusterStage.Embeddings && open[first.Stage].SequenceEqual(tasks);
                arguments.Add($"--dependency={(same ? "aftercorr" : "afterok")}:{first.Id}");
                arguments.Add("--kill-on-invalid-dep=yes");
            }

            arguments.Add(Path.Combine(plan.Folder, FileOf(stage)));
            // With several clusters it is ID;CLUSTER.
            var id = (await RunAsync("sbatch", arguments, cancellationToken)).Trim().Split(';')[0];
            if (!long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            {
                throw new ResourceException($"sbatch answered '{id}' where the number of the job was expected.");
            }

            submitted(new SubmittedJob(stage, id, tasks));
            before = (stage, id);
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<(ClusterStage Stage, int Task), TaskActivity>> AskAsync(
        ClusterPlan plan,
        IReadOnlyList<SubmittedJob> jobs,
        CancellationToken cancellationToken
    )
    {
        // All jobs of the user: asked for a job that it has forgotten, squeue says nothing but that.
        var lines = await RunAsync(
            "squeue",
            ["--noheader", "--array", "--me", "--states=all", "--format=%F %K %T"],
            cancellationToken
        );
        var stages = jobs.ToDictionary(job => job.Id, job => job.Stage);
        Dictionary<(ClusterStage, int), TaskActivity> found = [];
        foreach (var line in lines.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (Parse(line) is var (id, task, activity) && stages.TryGetValue(id, out var stage))
            {
                // A task that was submitted again is what its last job says.
                var key = (stage, task);
                found[key] = found.TryGetValue(key, out var other) && IsActive(other) ? other : activity;
            }
        }

        return found;
    }

    /// <inheritdoc/>
    public async Task CancelAsync(
        ClusterPlan plan,
        IReadOnlyList<SubmittedJob> jobs,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(jobs);
        if (jobs.Count > 0)
        {
            await RunAsync("scancel", ["--quiet", .. jobs.Select(job => job.Id)], cancellationToken);
        }
    }

    /// <summary>A line of squeue: id of the job, number of the task (N/A for a job without an array), state.</summary>
    internal static (string Id, int Task, TaskActivity Activity)? Parse(string line) =>
        line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var id, var task, var state]
            ? (
                id,
                int.TryParse(task, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0,
                state switch
                {
                    "PENDING" or "REQUEUED" or "REQUEUE_HOLD" or "SUSPENDED" or "RESV_DEL_HOLD" or "SPECIAL_EXIT" =>
                        TaskActivity.Waiting,
                    "RUNNING"
                    or "COMPLETING"
                    or "CONFIGURING"
                    or "STAGE_OUT"
                    or "SIGNALING"
                    or "STOPPED"
                    or "RESIZING" => TaskActivity.Running,
                    "COMPLETED" => TaskActivity.Ended,
                    _ => TaskActivity.Failed,
                }
            )
            : null;

    private static bool IsActive(TaskActivity activity) => activity is TaskActivity.Waiting or TaskActivity.Running;

    private static string FileOf(ClusterStage stage) => $"{stage.Name()}.sbatch";

    /// <summary>Runs one of Slurm's programs.</summary>
    /// <returns>Its standard output.</returns>
    /// <exception cref="ResourceException">It is not there, or refuses; in its own words.</exception>
    private async Task<string> RunAsync(
        string program,
        IReadOnlyList<string> arguments,
        CancellationToken cancellationToken
    )
    {
        var start = new ProcessStartInfo(programs is null ? program : Path.Combine(programs, program), arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (Win32Exception error)
        {
            throw new ResourceException(
                $"{program} is not found here: run this on a machine of the cluster that submits jobs, or write the job files only and submit them there.",
                error
            );
        }

        using (process)
        {
            var error = process.StandardError.ReadToEndAsync(cancellationToken);
            var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return process.ExitCode == 0
                ? output
                : throw new ResourceException(
                    $"{program} refused: {string.Join(' ', (await error).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))}"
                );
        }
    }
}
