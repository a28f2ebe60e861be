using System.Diagnostics;
using Semblance.Cluster.Jobs;
using Semblance.Cluster.Slurm;

namespace Semblance.Cluster.Tests.Slurm;

public sealed class SlurmScriptsTests
{
    [Theory]
    [InlineData(ClusterStage.Images)]
    [InlineData(ClusterStage.Embeddings)]
    [InlineData(ClusterStage.Finish)]
    public void A_job_file_reads_like_one_that_a_person_wrote(ClusterStage stage)
    {
        var plan = Plans.Of(Plans.Study("/data/my studies/it's.yaml", "/data/run 100%"), shards: 8);
        AcceptedText.Check(
            $"golden/{stage.Name()}.sbatch",
            SlurmScripts.Of(
                plan with
                {
                    Settings = plan.Settings with
                    {
                        AtOnce = 3,
                        Time = "8:00:00",
                        Memory = "16G",
                        Processors = 4,
                        Gpus = 1,
                        Partition = "gpu",
                        Account = "foxes",
                    },
                },
                stage
            )
        );
    }

    [Fact]
    public void With_a_bucket_tasks_are_told_of_it_and_may_keep_their_part_on_their_machine()
    {
        var plan = Plans.Of(Plans.Study("/data/study.yaml", "/data/run"));
        plan = plan with
        {
            Settings = plan.Settings with { Mirror = ["--mirror", "s3://b/it's"], Scratch = "$TMPDIR/" },
        };
        Assert.Contains(
            "--step embeddings '--mirror' 's3://b/it'\\''s' --run \"$TMPDIR/semblance-a-study--of-foxes-$task\" &",
            SlurmScripts.Of(plan, ClusterStage.Embeddings),
            StringComparison.Ordinal
        );
        // The last one works in the run folder itself.
        Assert.Contains(
            "study run \"$study\" --yes '--mirror' 's3://b/it'\\''s' &",
            SlurmScripts.Of(plan, ClusterStage.Finish),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(0, null, 0)]
    [InlineData(3, null, 3)]
    [InlineData(75, null, 75)]
    // Told to end: a run that is no shard says 130, one that has hardly begun is ended by the signal.
    [InlineData(75, "TERM", 75)]
    [InlineData(130, "TERM", 75)]
    [InlineData(143, "TERM", 75)]
    [InlineData(0, "TERM", 0)]
    public async Task The_code_of_the_worker_is_kept_and_75_is_queued_again(int code, string? signal, int expected)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Slurm's job files are for bash.");
        using var folder = new TemporaryFolder();
        // As the program: ends with a code, or with another one when it is told to end.
        var worker = folder.Write(
            signal is null
                ? $"exit {code}\n"
                : $"trap 'exit {code}' TERM\ntouch '{folder.At("up")}'\nwhile :; do sleep 0.05; done\n",
            "worker"
        );
        folder.Write("#!/bin/bash\necho \"$@\" >> \"$(dirname \"$0\")/called\"\n", "scontrol");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder.At("scontrol"), (UnixFileMode)0x1ED);
        }
        var plan = Plans.Of(Plans.Study(folder.At("study.yaml"), folder.At("run")));
        plan = plan with { Settings = plan.Settings with { Program = ["/bin/bash", worker] } };
        var script = folder.Write(SlurmScripts.Of(plan, ClusterStage.Images), "job");
        var start = new ProcessStartInfo("/bin/bash", [script]) { UseShellExecute = false };
        start.Environment["SLURM_ARRAY_TASK_ID"] = "2";
        start.Environment["SLURM_JOB_ID"] = "77";
        start.Environment["PATH"] = $"{folder.Path}:{Environment.GetEnvironmentVariable("PATH")}";
        using var job = Process.Start(start)!;
        if (signal is not null)
        {
            while (!File.Exists(folder.At("up")))
            {
                await Task.Delay(10, TestContext.Current.CancellationToken);
            }

            using var kill = Process.Start("/bin/kill", ["-TERM", $"{job.Id}"]);
        }

        await job.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(expected, job.ExitCode);
        Assert.Equal(
            $"{expected}\n",
            await File.ReadAllTextAsync(plan.Code(ClusterStage.Images, "2"), TestContext.Current.CancellationToken)
        );
        Assert.Equal(
            expected == 75 ? "requeue 77\n" : "",
            File.Exists(folder.At("called"))
                ? await File.ReadAllTextAsync(folder.At("called"), TestContext.Current.CancellationToken)
                : ""
        );
    }

    [Fact]
    public void A_path_that_no_job_file_can_hold_is_refused() =>
        Assert.Throws<UsageException>(() =>
            SlurmScripts.Of(Plans.Of(Plans.Study("/data/a\nb.yaml", "/data/run")), ClusterStage.Images)
        );

    [Fact]
    public void Every_job_is_told_of_the_device_and_the_precision()
    {
        var usual = Plans.Of(Plans.Study("/work/study.yaml", "/work/run"));
        var plan = usual with { Settings = usual.Settings with { Device = "cuda:0,1", Precision = "fp16" } };
        Assert.All(
            Enum.GetValues<ClusterStage>(),
            stage =>
            {
                Assert.Contains(
                    " --device cuda:0,1 --precision fp16 &",
                    SlurmScripts.Of(plan, stage),
                    StringComparison.Ordinal
                );
                Assert.DoesNotContain("--device", SlurmScripts.Of(usual, stage), StringComparison.Ordinal);
            }
        );
    }
}
