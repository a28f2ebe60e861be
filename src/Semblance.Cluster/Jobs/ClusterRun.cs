using Semblance.Studies;
using Semblance.Studies.Files;

namespace Semblance.Cluster.Jobs;

/// <summary>A study on a cluster: submitted, looked at, gone on with, cancelled.</summary>
public static class ClusterRun
{
    private const int LogLines = 5;

    /// <summary>Writes the job files into <c>cluster/</c> of the run folder, and submits nothing.</summary>
    /// <returns>Their full paths.</returns>
    /// <exception cref="ResourceException">They cannot be written.</exception>
    public static IReadOnlyList<string> Render(ClusterPlan plan, ISchedulingEngine engine, StudyHost host)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(host);
        var files = engine.Files(plan);
        foreach (var name in new ClusterFolder(plan).Write(engine.Name, files))
        {
            host.Warning(
                $"{Path.Combine(plan.Folder, name)} was edited and stays as it is; delete it to have it written again"
            );
        }

        return [.. files.Keys.Select(name => Path.Combine(plan.Folder, name))];
    }

    /// <summary>Writes the job files and submits all stages.</summary>
    /// <exception cref="InputException">The study is on the cluster already.</exception>
    /// <exception cref="ResourceException">The engine is not there, or refuses.</exception>
    public static async Task<IReadOnlyList<SubmittedJob>> SubmitAsync(
        ClusterPlan plan,
        ISchedulingEngine engine,
        StudyHost host,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(host);
        var folder = new ClusterFolder(plan);
        using var alone = folder.Lock();
        if (folder.Read() is { Jobs.Count: > 0 } before)
        {
            var active = await engine.AskAsync(plan, before.Jobs, cancellationToken);
            if (active.Values.Any(IsActive))
            {
                throw new InputException(
                    $"The study is on the cluster already (jobs {string.Join(", ", before.Jobs.Select(job => job.Id))}); wait for them, or cancel them first."
                );
            }

            folder.Forget();
        }

        Render(plan, engine, host);
        var open = engine
            .Stages(plan)
            .ToDictionary(stage => stage, stage => (IReadOnlyList<int>)[.. Enumerable.Range(0, plan.Tasks(stage))]);
        return await SubmitAsync(plan, engine, folder, open, cancellationToken);
    }

    /// <summary>Submits again what failed or is missing, and what follows from it; the job files stay as they are.</summary>
    /// <returns>Empty where nothing is to be done.</returns>
    /// <exception cref="InputException">The study was never submitted.</exception>
    /// <exception cref="ResourceException">The engine is not there, or refuses.</exception>
    public static async Task<IReadOnlyList<SubmittedJob>> RetryAsync(
        ClusterPlan plan,
        ISchedulingEngine engine,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(engine);
        var folder = new ClusterFolder(plan);
        using var alone = folder.Lock();
        var state = await StateAsync(plan, engine, cancellationToken);
        var open = state
            .Tasks.Where(task => task.State is TaskState.Failed or TaskState.Missing)
            .GroupBy(task => task.Stage)
            .ToDictionary(stage => stage.Key, stage => (IReadOnlyList<int>)[.. stage.Select(task => task.Task)]);
        return await SubmitAsync(plan, engine, folder, open, cancellationToken);
    }

    /// <summary>How far the jobs are.</summary>
    /// <exception cref="InputException">The study was never submitted.</exception>
    /// <exception cref="ResourceException">The engine is not there, or refuses.</exception>
    public static async Task<ClusterState> StateAsync(
        ClusterPlan plan,
        ISchedulingEngine engine,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(engine);
        var folder = new ClusterFolder(plan);
        var jobs = folder.Read() ?? throw NeverSubmitted(plan);
        var known = await engine.AskAsync(plan, jobs.Jobs, cancellationToken);
        return new ClusterState(
            engine.Name,
            [
                .. engine
                    .Stages(plan)
                    .SelectMany(stage => Enumerable.Range(0, plan.Tasks(stage)).Select(task => Report(stage, task))),
            ]
        );

        TaskReport Report(ClusterStage stage, int task)
        {
            var code = folder.CodeOf(stage, task);
            var state = ClusterState.Of(known.TryGetValue((stage, task), out var word) ? word : null, code);
            return new TaskReport(
                stage,
                task,
                state,
                code,
                state == TaskState.Failed ? folder.LastLines(stage, task, LogLines) : []
            );
        }
    }

    /// <summary>Ends all jobs of the study; what they have finished is kept.</summary>
    /// <returns>Ids of the jobs that were told to end.</returns>
    /// <exception cref="InputException">The study was never submitted.</exception>
    /// <exception cref="ResourceException">The engine is not there, or refuses.</exception>
    public static async Task<IReadOnlyList<string>> CancelAsync(
        ClusterPlan plan,
        ISchedulingEngine engine,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(engine);
        var jobs = new ClusterFolder(plan).Read() ?? throw NeverSubmitted(plan);
        await engine.CancelAsync(plan, jobs.Jobs, cancellationToken);
        return [.. jobs.Jobs.Select(job => job.Id)];
    }

    /// <summary>The plan and the engine that the study was submitted with.</summary>
    /// <param name="study">As it is now.</param>
    /// <exception cref="InputException">It never was, or what is kept of it is damaged.</exception>
    public static (ClusterPlan Plan, string Engine) Submitted(StudyFile study)
    {
        var plan = new ClusterPlan(study, new JobSettings(1, []));
        var jobs = new ClusterFolder(plan).Read() ?? throw NeverSubmitted(plan);
        return (
            plan with
            {
                Settings = plan.Settings with { Shards = jobs.Shards, Namespace = jobs.Namespace },
            },
            jobs.Engine
        );
    }

    private static async Task<IReadOnlyList<SubmittedJob>> SubmitAsync(
        ClusterPlan plan,
        ISchedulingEngine engine,
        ClusterFolder folder,
        IReadOnlyDictionary<ClusterStage, IReadOnlyList<int>> open,
        CancellationToken cancellationToken
    )
    {
        foreach ((var stage, var tasks) in open)
        {
            folder.Reopen(stage, tasks);
        }

        List<SubmittedJob> jobs = [];
        await engine.SubmitAsync(
            plan,
            open,
            job =>
            {
                // Kept at once: a job whose id is lost is a job that nobody cancels.
                folder.Add(job);
                jobs.Add(job);
            },
            cancellationToken
        );
        return jobs;
    }

    private static bool IsActive(TaskActivity activity) => activity is TaskActivity.Waiting or TaskActivity.Running;

    private static InputException NeverSubmitted(ClusterPlan plan) =>
        new($"The study {plan.Study.Name} was never submitted from here: there is no {plan.Folder}.");
}
