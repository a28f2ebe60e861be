namespace Semblance.Cluster.Jobs;

/// <summary>How far a task is, from what the engine says and what the run folder holds.</summary>
public enum TaskState
{
    /// <summary>It came to a good end.</summary>
    Done,

    /// <summary>It is at work now.</summary>
    Running,

    /// <summary>Waits for room, or for other tasks.</summary>
    Waiting,

    /// <summary>It ended with another code than 0.</summary>
    Failed,

    /// <summary>Neither at work nor ended: never started, cancelled, or its machine is gone.</summary>
    Missing,
}

/// <summary>A task of a stage.</summary>
/// <param name="Stage">What it does.</param>
/// <param name="Task">Its number, from 0.</param>
/// <param name="State">How far it is.</param>
/// <param name="Code">The exit code that it ended with; null where it has not.</param>
/// <param name="Log">The last lines that it wrote, where it failed.</param>
public sealed record TaskReport(ClusterStage Stage, int Task, TaskState State, int? Code, IReadOnlyList<string> Log);

/// <summary>How far the jobs of a study are.</summary>
/// <param name="Engine">What they run on.</param>
/// <param name="Tasks">Of all stages, in order.</param>
public sealed record ClusterState(string Engine, IReadOnlyList<TaskReport> Tasks)
{
    /// <summary>Whether all tasks have come to a good end.</summary>
    public bool IsDone => Tasks.All(task => task.State == TaskState.Done);

    /// <summary>What an engine's word and an exit code come to.</summary>
    internal static TaskState Of(TaskActivity? activity, int? code) =>
        (activity, code) switch
        {
            // Queued again after it was told to end, or by the user.
            (TaskActivity.Waiting, _) => TaskState.Waiting,
            // The code is written before the job is gone.
            (TaskActivity.Running, not 0) => TaskState.Running,
            (_, 0) => TaskState.Done,
            (TaskActivity.Failed, _) => TaskState.Failed,
            // Told to end, and then not queued again.
            (_, 75) => TaskState.Missing,
            (_, not null) => TaskState.Failed,
            _ => TaskState.Missing,
        };
}
