namespace Semblance.Cluster.Jobs;

/// <summary>A job that was submitted.</summary>
/// <param name="Stage">What it does.</param>
/// <param name="Id">As the engine calls it.</param>
/// <param name="Tasks">Which tasks of the stage it has.</param>
public sealed record SubmittedJob(ClusterStage Stage, string Id, IReadOnlyList<int> Tasks);

/// <summary>How an engine sees a task.</summary>
public enum TaskActivity
{
    /// <summary>It waits for room, for time, or for other jobs.</summary>
    Waiting,

    /// <summary>It is at work now.</summary>
    Running,

    /// <summary>It came to no good end.</summary>
    Failed,

    /// <summary>It has ended, and the engine does not say how, or that it was well.</summary>
    Ended,
}

/// <summary>What runs jobs on the machines of a cluster: Slurm or Kubernetes.</summary>
public interface ISchedulingEngine
{
    /// <summary>As the user names it.</summary>
    string Name { get; }

    /// <summary>The stages that are jobs of their own, in order.</summary>
    IReadOnlyList<ClusterStage> Stages(ClusterPlan plan);

    /// <summary>The job files, by name, as they are written into the run folder.</summary>
    IReadOnlyDictionary<string, string> Files(ClusterPlan plan);

    /// <summary>Submits the tasks of stages that are not done, each stage after the one before it.</summary>
    /// <param name="plan">The study.</param>
    /// <param name="open">Tasks that are to be done, by stage; a stage without tasks is left out.</param>
    /// <param name="submitted">Called for each job as soon as it has an id.</param>
    /// <param name="cancellationToken">Ends the submission; jobs that have an id stay.</param>
    /// <exception cref="ResourceException">The engine is not there, or refuses; in its own words.</exception>
    Task SubmitAsync(
        ClusterPlan plan,
        IReadOnlyDictionary<ClusterStage, IReadOnlyList<int>> open,
        Action<SubmittedJob> submitted,
        CancellationToken cancellationToken
    );

    /// <summary>What the engine knows of the tasks of jobs; those it has forgotten are left out.</summary>
    /// <exception cref="ResourceException">The engine is not there, or refuses.</exception>
    Task<IReadOnlyDictionary<(ClusterStage Stage, int Task), TaskActivity>> AskAsync(
        ClusterPlan plan,
        IReadOnlyList<SubmittedJob> jobs,
        CancellationToken cancellationToken
    );

    /// <summary>Ends jobs; those that have ended are left alone.</summary>
    /// <exception cref="ResourceException">The engine is not there, or refuses.</exception>
    Task CancelAsync(ClusterPlan plan, IReadOnlyList<SubmittedJob> jobs, CancellationToken cancellationToken);
}
