using Semblance.Studies.Files;

namespace Semblance.Cluster.Jobs;

/// <summary>What the jobs of a study may use, and how they find the program; what is null is left to the cluster.</summary>
/// <param name="Shards">Tasks of each array, at least 1.</param>
/// <param name="Program">The program and its first arguments, as every machine of the cluster finds it.</param>
public sealed record JobSettings(int Shards, IReadOnlyList<string> Program)
{
    /// <summary>Most tasks at a time; null for as many as there is room for.</summary>
    public int? AtOnce { get; init; }

    /// <summary>Of a task, as the engine writes it: <c>4:00:00</c>.</summary>
    public string? Time { get; init; }

    /// <summary>Memory of a task, as the engine writes it: <c>16G</c>.</summary>
    public string? Memory { get; init; }

    /// <summary>How many processors a task has.</summary>
    public int? Processors { get; init; }

    /// <summary>Of a task that makes images.</summary>
    public int? Gpus { get; init; }

    /// <summary>The options by which the jobs hold the run in a bucket, each word by itself; empty for none.</summary>
    public IReadOnlyList<string> Mirror { get; init; } = [];

    /// <summary>
    /// With a bucket: a folder of each machine in which its tasks keep their part of the run, in place of the run folder that all
    /// see; may name variables of the machine, such as <c>$TMPDIR</c>.
    /// </summary>
    public string? Scratch { get; init; }

    /// <summary>What networks run on in every job, in place of the study's; null for that.</summary>
    public string? Device { get; init; }

    /// <summary>In which numbers networks calculate in every job, in place of the study's; null for that.</summary>
    public string? Precision { get; init; }

    /// <summary>What every <c>study run</c> is told of them. The last job loads no network, but knows its embeddings by it.</summary>
    internal string RunOptions =>
        (Device is null ? "" : $" --device {Device}") + (Precision is null ? "" : $" --precision {Precision}");

    /// <summary>Slurm: where the jobs wait.</summary>
    public string? Partition { get; init; }

    /// <summary>Slurm: the account that is charged.</summary>
    public string? Account { get; init; }

    /// <summary>Kubernetes: the namespace of the jobs.</summary>
    public string Namespace { get; init; } = "default";

    /// <summary>Kubernetes: the image that has the program.</summary>
    public string Image { get; init; } = "semblance:latest";

    /// <summary>Kubernetes: the secret whose entries the pods have as variables, such as the credentials of a bucket.</summary>
    public string? Secret { get; init; }

    /// <summary>Kubernetes: the claim of the volume that holds the study's folder.</summary>
    public string? Claim { get; init; }
}

/// <summary>A study, and where its jobs find and leave things. All paths are full, and the same on every machine.</summary>
/// <param name="Study">As it was read.</param>
/// <param name="Settings">What its jobs may use.</param>
public sealed record ClusterPlan(StudyFile Study, JobSettings Settings)
{
    /// <summary>Where the study's file is.</summary>
    public string StudyPath => Path.GetFullPath(Study.Path);

    /// <summary>Job files, logs, and what became of each task.</summary>
    public string Folder => Path.Combine(Path.GetFullPath(Study.Run), "cluster");

    /// <summary>Where a task's output goes.</summary>
    public string Log(ClusterStage stage, string task) => Path.Combine(Folder, "logs", $"{stage.Name()}-{task}.log");

    /// <summary>The code that a task ended with the last time; not there while it never ended.</summary>
    public string Code(ClusterStage stage, string task) => Path.Combine(Folder, "ended", $"{stage.Name()}-{task}");

    /// <summary>Where a task keeps its part of the run, on its machine alone; null for the run folder that all see.</summary>
    /// <param name="task">As the shell of the job has it.</param>
    internal string? ScratchOf(string task) =>
        Settings is { Scratch: { } scratch, Mirror.Count: > 0 }
            ? $"{scratch.TrimEnd('/')}/semblance-{JobName}-{task}"
            : null;

    /// <summary>Whether images are made: a model is a checkpoint or a painter.</summary>
    public bool MakesImages => Study.Models.Any(model => model.Source is CheckpointSource or PainterSource);

    /// <summary>How many tasks a stage has.</summary>
    public int Tasks(ClusterStage stage) => stage == ClusterStage.Finish ? 1 : Settings.Shards;

    /// <summary>A name that engines take: letters of ASCII, digits and <c>-</c>, at most 40.</summary>
    public string JobName
    {
        get
        {
            var kept = string.Concat(
                Study.Name.ToLowerInvariant().Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '-')
            );
            var trimmed = kept[..Math.Min(40, kept.Length)].Trim('-');
            return trimmed.Length > 0 ? trimmed : "study";
        }
    }
}
