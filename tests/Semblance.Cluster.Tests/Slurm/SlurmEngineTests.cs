using Semblance.Cluster.Jobs;
using Semblance.Cluster.Slurm;
using Semblance.Studies;

namespace Semblance.Cluster.Tests.Slurm;

/// <summary>Slurm's programs as scripts that answer what they answer.</summary>
public sealed class SlurmEngineTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private ClusterPlan Plan => Plans.Of(Plans.Study(_folder.At("study.yaml"), _folder.At("run")));

    private SlurmEngine Engine => new(_folder.At("bin"));

    public SlurmEngineTests() => Assert.SkipWhen(OperatingSystem.IsWindows(), "Slurm's programs are scripts here.");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("12 3 RUNNING", "12", 3, TaskActivity.Running)]
    [InlineData("12 N/A PENDING", "12", 0, TaskActivity.Waiting)]
    [InlineData("12 0 COMPLETED", "12", 0, TaskActivity.Ended)]
    [InlineData("12 0 NODE_FAIL", "12", 0, TaskActivity.Failed)]
    [InlineData("12 0 OUT_OF_MEMORY", "12", 0, TaskActivity.Failed)]
    [InlineData("12 0 TIMEOUT", "12", 0, TaskActivity.Failed)]
    public void A_line_of_squeue_is_job_task_and_state(string line, string id, int task, TaskActivity activity) =>
        Assert.Equal((id, task, activity), SlurmEngine.Parse(line));

    [Fact]
    public async Task Stages_wait_for_each_other_and_a_retry_takes_what_is_missing()
    {
        Programs(squeue: "");
        var jobs = await ClusterRun.SubmitAsync(Plan, Engine, new StudyHost(), Token);
        Assert.Equal(["1", "2", "3"], jobs.Select(job => job.Id));
        Assert.Equal(
            [
                $"--parsable {_folder.At("run", "cluster", "images.sbatch")}",
                $"--parsable --dependency=aftercorr:1 --kill-on-invalid-dep=yes {_folder.At("run", "cluster", "embeddings.sbatch")}",
                $"--parsable --dependency=afterok:2 --kill-on-invalid-dep=yes {_folder.At("run", "cluster", "finish.sbatch")}",
            ],
            Calls()
        );

        // Of the images 1 failed, of the embeddings 3 is still at work, and what follows was never started.
        foreach (var task in new[] { 0, 2, 3 })
        {
            Ended(ClusterStage.Images, task, 0);
        }

        Ended(ClusterStage.Images, 1, 3);
        _folder.Write("one\n\ntwo\n", "run", "cluster", "logs", "images-1.log");
        Ended(ClusterStage.Embeddings, 0, 0);
        Ended(ClusterStage.Embeddings, 2, 75);
        Programs(squeue: "2 3 RUNNING\\n2 1 CANCELLED\\n99 0 RUNNING\\n");
        var state = await ClusterRun.StateAsync(Plan, Engine, Token);
        Assert.Equal(
            "Done Failed Done Done Done Failed Missing Running Missing",
            string.Join(' ', state.Tasks.Select(task => task.State))
        );
        Assert.Equal(["one", "two"], state.Tasks[1].Log);
        Assert.Equal(3, state.Tasks[1].Code);

        File.Delete(_folder.At("bin", "calls"));
        await ClusterRun.RetryAsync(Plan, Engine, Token);
        Assert.Equal(
            [
                $"--parsable --array=1 {_folder.At("run", "cluster", "images.sbatch")}",
                $"--parsable --array=1,2 --dependency=afterok:4 --kill-on-invalid-dep=yes {_folder.At("run", "cluster", "embeddings.sbatch")}",
                $"--parsable --dependency=afterok:5 --kill-on-invalid-dep=yes {_folder.At("run", "cluster", "finish.sbatch")}",
            ],
            Calls()
        );
    }

    [Fact]
    public async Task A_study_is_not_submitted_twice()
    {
        Programs(squeue: "");
        await ClusterRun.SubmitAsync(Plan, Engine, new StudyHost(), Token);
        Programs(squeue: "2 3 PENDING\\n");
        var error = await Assert.ThrowsAsync<InputException>(() =>
            ClusterRun.SubmitAsync(Plan, Engine, new StudyHost(), Token)
        );
        Assert.Equal(
            "The study is on the cluster already (jobs 1, 2, 3); wait for them, or cancel them first.",
            error.Message
        );
        Programs(squeue: "");
        File.WriteAllText(_folder.At("run", "cluster", "submitting"), "");
        Assert.Contains(
            "is being submitted by another process",
            (
                await Assert.ThrowsAsync<ResourceException>(() =>
                    ClusterRun.SubmitAsync(Plan, Engine, new StudyHost(), Token)
                )
            ).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_job_file_that_was_edited_stays()
    {
        List<string> warnings = [];
        var host = new StudyHost { Warning = warnings.Add };
        var files = ClusterRun.Render(Plan, Engine, host);
        ClusterRun.Render(Plan, Engine, host);
        Assert.Empty(warnings);
        File.AppendAllText(files[0], "# mine\n");
        ClusterRun.Render(Plan, Engine, host);
        Assert.EndsWith("# mine\n", File.ReadAllText(files[0]), StringComparison.Ordinal);
        Assert.Contains(
            "images.sbatch was edited and stays as it is",
            Assert.Single(warnings),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task What_sbatch_says_is_said_and_a_machine_without_it_is_told()
    {
        Program("sbatch", "echo 'sbatch: error: invalid partition specified: gpu' >&2; exit 1");
        var refused = await Assert.ThrowsAsync<ResourceException>(() =>
            ClusterRun.SubmitAsync(Plan, Engine, new StudyHost(), Token)
        );
        Assert.Equal("sbatch refused: sbatch: error: invalid partition specified: gpu", refused.Message);
        var missing = await Assert.ThrowsAsync<ResourceException>(() =>
            ClusterRun.SubmitAsync(Plan, new SlurmEngine(_folder.At("nowhere")), new StudyHost(), Token)
        );
        Assert.StartsWith("sbatch is not found here:", missing.Message, StringComparison.Ordinal);
    }

    private void Ended(ClusterStage stage, int task, int code) =>
        _folder.Write($"{code}\n", "run", "cluster", "ended", $"{stage.Name()}-{task}");

    private string[] Calls() => File.ReadAllLines(_folder.At("bin", "calls"));

    private void Programs(string squeue)
    {
        Program(
            "sbatch",
            "cd \"$(dirname \"$0\")\"; echo \"$@\" >> calls; n=$(($(cat ids 2>/dev/null || echo 0) + 1)); echo $n > ids; echo $n"
        );
        Program("squeue", $"printf '{squeue}'");
    }

    private void Program(string name, string script)
    {
        var path = _folder.Write($"#!/bin/bash\n{script}\n", "bin", name);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, (UnixFileMode)0x1ED);
        }
    }
}
