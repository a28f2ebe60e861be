using Semblance.Cluster.Jobs;

namespace Semblance.Cluster.Tests.Jobs;

public sealed class ClusterStateTests
{
    [Theory]
    [InlineData(null, null, TaskState.Missing)]
    [InlineData(null, 0, TaskState.Done)]
    [InlineData(null, 3, TaskState.Failed)]
    // Told to end, and nobody queued it again.
    [InlineData(null, 75, TaskState.Missing)]
    [InlineData(TaskActivity.Waiting, null, TaskState.Waiting)]
    [InlineData(TaskActivity.Waiting, 75, TaskState.Waiting)]
    [InlineData(TaskActivity.Running, null, TaskState.Running)]
    [InlineData(TaskActivity.Running, 75, TaskState.Running)]
    // The code is written a moment before the job is gone.
    [InlineData(TaskActivity.Running, 0, TaskState.Done)]
    [InlineData(TaskActivity.Failed, null, TaskState.Failed)]
    [InlineData(TaskActivity.Ended, null, TaskState.Missing)]
    public void The_engine_and_the_folder_together_say_how_far_a_task_is(
        TaskActivity? activity,
        int? code,
        TaskState expected
    ) => Assert.Equal(expected, ClusterState.Of(activity, code));
}
