using k8s;
using k8s.Models;
using Semblance.Cluster.Jobs;
using Semblance.Cluster.Kubernetes;

namespace Semblance.Cluster.Tests.Kubernetes;

public sealed class KubernetesJobsTests
{
    private static ClusterPlan Plan
    {
        get
        {
            var plan = Plans.Of(Plans.Study("/data/study/it's.yaml", "/data/study/run"), shards: 8);
            return plan with
            {
                Settings = plan.Settings with
                {
                    AtOnce = 3,
                    Memory = "16Gi",
                    Processors = 4,
                    Gpus = 1,
                    Namespace = "foxes",
                    Image = "registry/semblance:1",
                    Claim = "studies",
                },
            };
        }
    }

    [Fact]
    public void The_jobs_are_as_accepted() => AcceptedText.Check("golden/jobs.yaml", KubernetesJobs.Yaml(Plan));

    [Fact]
    public void The_file_holds_both_jobs_and_no_field_that_the_api_does_not_have()
    {
        var jobs = KubernetesYaml.LoadAllFromString(KubernetesJobs.Yaml(Plan), strict: true).OfType<V1Job>().ToArray();
        Assert.Equal(
            ["semblance-a-study--of-foxes-shards", "semblance-a-study--of-foxes-finish"],
            jobs.Select(job => job.Name())
        );
        Assert.All(jobs, job => Assert.Equal(("batch/v1", "foxes"), (job.ApiVersion, job.Namespace())));
        Assert.Equal(
            (8, 3, "Indexed"),
            (jobs[0].Spec.Completions, jobs[0].Spec.Parallelism, jobs[0].Spec.CompletionMode)
        );
        Assert.Equal(75, jobs[0].Spec.PodFailurePolicy.Rules[0].OnExitCodes.Values.Single());
    }

    [Fact]
    public void With_a_bucket_pods_have_its_credentials_from_a_secret_and_a_folder_of_their_own()
    {
        var plan = Plan with
        {
            Settings = Plan.Settings with
            {
                Mirror = ["--mirror", "s3://b/x"],
                Scratch = "/scratch",
                Secret = "bucket",
            },
        };
        var shards = KubernetesJobs.Of(plan, ClusterStage.Embeddings).Spec.Template.Spec;
        Assert.Contains(
            $" --shard auto '--mirror' 's3://b/x' --run \"/scratch/semblance-{plan.JobName}-$JOB_COMPLETION_INDEX\" &",
            shards.Containers[0].Args[0],
            StringComparison.Ordinal
        );
        Assert.Equal("bucket", shards.Containers[0].EnvFrom[0].SecretRef.Name);
        Assert.Equal("/scratch", shards.Containers[0].VolumeMounts[1].MountPath);
        Assert.NotNull(shards.Volumes[1].EmptyDir);
        var last = KubernetesJobs.Of(plan, ClusterStage.Finish).Spec.Template.Spec;
        Assert.Contains(" --yes '--mirror' 's3://b/x' &", last.Containers[0].Args[0], StringComparison.Ordinal);
        Assert.Single(last.Volumes);
    }

    [Fact]
    public void Both_jobs_are_told_of_the_device_and_the_precision()
    {
        var plan = Plan with { Settings = Plan.Settings with { Device = "cuda", Precision = "bf16" } };
        Assert.Equal(
            2,
            KubernetesJobs.Yaml(plan).Split(" --device cuda --precision bf16 &", StringSplitOptions.None).Length - 1
        );
    }

    [Fact]
    public void A_run_folder_that_pods_do_not_see_and_a_missing_claim_are_refused()
    {
        var elsewhere = Plans.Of(Plans.Study("/data/study/s.yaml", "/other/run"));
        Assert.Contains(
            "is not in /data/study",
            Assert.Throws<UsageException>(() => KubernetesJobs.Of(elsewhere, ClusterStage.Finish)).Message,
            StringComparison.Ordinal
        );
        var unclaimed = Plans.Of(Plans.Study("/data/study/s.yaml", "/data/study/run"));
        Assert.Contains(
            "the name of the claim",
            Assert.Throws<UsageException>(() => KubernetesJobs.Of(unclaimed, ClusterStage.Finish)).Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("0-2,5", null, null, 1, TaskActivity.Ended)]
    [InlineData("0-2,5", null, 3, 4, TaskActivity.Running)]
    [InlineData("0-2,5", "3", 3, 3, TaskActivity.Failed)]
    [InlineData(null, null, null, 3, TaskActivity.Waiting)]
    public void A_status_says_what_became_of_a_pod(
        string? completed,
        string? failed,
        int? active,
        int task,
        TaskActivity expected
    ) =>
        Assert.Equal(
            expected,
            KubernetesEngine.ActivityOf(
                new V1Job
                {
                    Status = new V1JobStatus
                    {
                        CompletedIndexes = completed,
                        FailedIndexes = failed,
                        Active = active,
                    },
                },
                task
            )
        );
}
