using System.Globalization;
using k8s;
using k8s.Models;
using Semblance.Cluster.Jobs;
using Semblance.Runs.Sharding;

namespace Semblance.Cluster.Kubernetes;

/// <summary>The jobs of a study as Kubernetes has them: a plain function of the plan.</summary>
/// <remarks>
/// An Indexed Job whose pods are the shards, each making and embedding its images, and a Job that waits until every shard has
/// written that it is done. All see the folder of the study at the path that it has here, by one volume that many may write.
/// </remarks>
public static class KubernetesJobs
{
    /// <summary>The annotation that says which run folder a job works on.</summary>
    internal const string RunAnnotation = "semblance/run-folder";

    private const string Worker = "semblance";
    private const string Volume = "study";
    private const string ScratchVolume = "scratch";
    private const int Requeue = 75;

    /// <summary>The job of a stage: <see cref="ClusterStage.Embeddings"/> (images and embeddings) or <see cref="ClusterStage.Finish"/>.</summary>
    /// <exception cref="UsageException">No claim is given, or the run folder is not in the folder of the study.</exception>
    public static V1Job Of(ClusterPlan plan, ClusterStage stage)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var settings = plan.Settings;
        var isShards = stage != ClusterStage.Finish;
        var folder = Path.GetDirectoryName(plan.StudyPath)!;
        if (!plan.Folder.StartsWith(folder.TrimEnd('/') + "/", StringComparison.Ordinal))
        {
            throw new UsageException(
                $"The run folder {plan.Study.Run} is not in {folder}, the folder of the study, which is all that the pods see; put it there."
            );
        }

        var claim =
            settings.Claim
            ?? throw new UsageException(
                "Kubernetes needs the name of the claim of the volume that holds the folder of the study."
            );
        return new V1Job
        {
            ApiVersion = "batch/v1",
            Kind = "Job",
            Metadata = new V1ObjectMeta
            {
                Name = NameOf(plan, stage),
                NamespaceProperty = settings.Namespace,
                Labels = new Dictionary<string, string>
                {
                    ["app.kubernetes.io/name"] = "semblance",
                    ["app.kubernetes.io/instance"] = plan.JobName,
                },
                Annotations = new Dictionary<string, string> { [RunAnnotation] = Path.GetFullPath(plan.Study.Run) },
            },
            Spec = new V1JobSpec
            {
                CompletionMode = isShards ? "Indexed" : "NonIndexed",
                Completions = plan.Tasks(stage),
                Parallelism = isShards ? Math.Min(settings.AtOnce ?? settings.Shards, settings.Shards) : 1,
                // A shard that fails does not end the others.
                BackoffLimitPerIndex = isShards ? 3 : null,
                MaxFailedIndexes = isShards ? settings.Shards : null,
                BackoffLimit = isShards ? null : 3,
                PodFailurePolicy = new V1PodFailurePolicy
                {
                    Rules =
                    [
                        // Told to end before it was done: goes on where it stopped, and counts as no failure.
                        new V1PodFailurePolicyRule
                        {
                            Action = "Ignore",
                            OnExitCodes = new V1PodFailurePolicyOnExitCodesRequirement
                            {
                                ContainerName = Worker,
                                OperatorProperty = "In",
                                Values = [Requeue],
                            },
                        },
                        new V1PodFailurePolicyRule
                        {
                            Action = "Ignore",
                            OnPodConditions =
                            [
                                new V1PodFailurePolicyOnPodConditionsPattern
                                {
                                    Type = "DisruptionTarget",
                                    Status = "True",
                                },
                            ],
                        },
                    ],
                },
                Template = new V1PodTemplateSpec
                {
                    Spec = new V1PodSpec
                    {
                        RestartPolicy = "Never",
                        TerminationGracePeriodSeconds = 120,
                        InitContainers = isShards ? null : [Waiting(plan, folder)],
                        Containers = [Working(plan, stage, folder)],
                        Volumes =
                        [
                            new V1Volume
                            {
                                Name = Volume,
                                PersistentVolumeClaim = new V1PersistentVolumeClaimVolumeSource { ClaimName = claim },
                            },
                            .. HasScratch(plan, isShards)
                                ? new[]
                                {
                                    new V1Volume { Name = ScratchVolume, EmptyDir = new V1EmptyDirVolumeSource() },
                                }
                                : [],
                        ],
                    },
                },
            },
        };
    }

    /// <summary>Both jobs, as a file for <c>kubectl apply</c>.</summary>
    public static string Yaml(ClusterPlan plan) =>
        string.Join(
            "---\n",
            $"""
            # The study {plan.JobName} on Kubernetes: an Indexed Job of shards, and a Job that scores when all are done.
            # Written by `semblance cluster submit`, which leaves this file alone once it was edited.

            """
                + KubernetesYaml.Serialize(Of(plan, ClusterStage.Embeddings)).TrimEnd()
                + "\n",
            KubernetesYaml.Serialize(Of(plan, ClusterStage.Finish)).TrimEnd() + "\n"
        );

    /// <summary>The name of a stage's job.</summary>
    internal static string NameOf(ClusterPlan plan, ClusterStage stage) =>
        $"semblance-{plan.JobName}-{(stage == ClusterStage.Finish ? "finish" : "shards")}";

    private static bool HasScratch(ClusterPlan plan, bool isShards) => isShards && plan.ScratchOf("") is not null;

    private static V1Container Working(ClusterPlan plan, ClusterStage stage, string folder)
    {
        var settings = plan.Settings;
        var isShards = stage != ClusterStage.Finish;
        var task = isShards ? "$JOB_COMPLETION_INDEX" : "0";
        var program = string.Join(' ', settings.Program.Select(Quoted));
        var shard =
            (isShards ? " --shard auto" : "")
            + string.Concat(settings.Mirror.Select(word => $" {Quoted(word)}"))
            + (isShards && plan.ScratchOf(task) is { } scratch ? $" --run \"{scratch}\"" : "");
        var ended = Path.GetDirectoryName(plan.Code(stage, "0"))!;
        var file = $"{Quoted(ended)}/{stage.Name()}-{task}";
        return new V1Container
        {
            Name = Worker,
            Image = settings.Image,
            WorkingDir = folder,
            Command = ["/bin/sh", "-c"],
            Args =
            [
                $"""
                    told=
                    worker=
                    trap 'told=1; [ -n "$worker" ] && kill -TERM "$worker"' TERM
                    {program} study run {Quoted(Path.GetFileName(plan.StudyPath))} --yes{shard}{settings.RunOptions} &
                    worker=$!
                    wait "$worker"
                    code=$?
                    if [ -n "$told" ] && [ "$code" -ge 128 ]; then
                      wait "$worker" # the first wait ended with the signal
                      code=$?
                      case $code in 127 | 130 | 143) code={Requeue} ;; esac
                    fi
                    mkdir -p {Quoted(ended)}
                    echo "$code" > {file}.new && mv {file}.new {file}
                    exit "$code"
                    """,
            ],
            Env = isShards
                ?
                [
                    new V1EnvVar
                    {
                        Name = Shard.CountVariable,
                        Value = settings.Shards.ToString(CultureInfo.InvariantCulture),
                    },
                ]
                : null,
            EnvFrom = settings.Secret is { } secret
                ? [new V1EnvFromSource { SecretRef = new V1SecretEnvSource { Name = secret } }]
                : null,
            Resources = new V1ResourceRequirements
            {
                Requests = Amounts(
                    ("cpu", settings.Processors?.ToString(CultureInfo.InvariantCulture)),
                    ("memory", settings.Memory)
                ),
                Limits = Amounts(
                    ("memory", settings.Memory),
                    ("nvidia.com/gpu", isShards ? settings.Gpus?.ToString(CultureInfo.InvariantCulture) : null)
                ),
            },
            VolumeMounts =
            [
                new V1VolumeMount { Name = Volume, MountPath = folder },
                .. HasScratch(plan, isShards)
                    ? new[]
                    {
                        new V1VolumeMount { Name = ScratchVolume, MountPath = settings.Scratch },
                    }
                    : [],
            ],
        };
    }

    /// <summary>Jobs of Kubernetes do not wait for each other, so the last one looks whether all shards have ended well.</summary>
    private static V1Container Waiting(ClusterPlan plan, string folder)
    {
        var ended = Path.GetDirectoryName(plan.Code(ClusterStage.Embeddings, "0"))!;
        return new V1Container
        {
            Name = "wait-for-shards",
            Image = plan.Settings.Image,
            Command = ["/bin/sh", "-c"],
            Args =
            [
                $"""
                    until [ "$(cat {Quoted(
                        ended
                    )}/embeddings-* 2>/dev/null | grep -cx 0)" -ge {plan.Settings.Shards} ]; do
                      sleep 20
                    done
                    """,
            ],
            Resources = new V1ResourceRequirements { Requests = Amounts(("cpu", "10m"), ("memory", "16Mi")) },
            VolumeMounts =
            [
                new V1VolumeMount
                {
                    Name = Volume,
                    MountPath = folder,
                    ReadOnlyProperty = true,
                },
            ],
        };
    }

    private static Dictionary<string, ResourceQuantity>? Amounts(params (string Name, string? Amount)[] amounts)
    {
        var given = amounts
            .Where(one => one.Amount is not null)
            .ToDictionary(one => one.Name, one => new ResourceQuantity(one.Amount));
        return given.Count > 0 ? given : null;
    }

    private static string Quoted(string word) => $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
