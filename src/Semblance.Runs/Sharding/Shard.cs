using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Semblance.Runs.Sharding;

/// <summary>
/// One of several processes, on one machine or many, that share out the images of a run. Which images are a shard's is a
/// plain function of their model, prompt and seed, so that shards need not know of each other.
/// </summary>
/// <param name="Index">From 0, as the engines of clusters count.</param>
/// <param name="Count">How many there are.</param>
public readonly record struct Shard(int Index, int Count)
{
    /// <summary>The variable that says how many pods an indexed job of Kubernetes has, which Kubernetes itself does not.</summary>
    public const string CountVariable = "SEMBLANCE_SHARDS";

    private const string SlurmIndex = "SLURM_ARRAY_TASK_ID";
    private const string KubernetesIndex = "JOB_COMPLETION_INDEX";

    /// <summary>A shard that is written as <c>I/N</c>.</summary>
    /// <exception cref="UsageException">It is something else, or there is no such shard.</exception>
    public static Shard Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Split('/') is [var index, var count] && Number(index) is { } i && Number(count) is { } n
            ? Of(i, n)
            : throw new UsageException($"A shard is I/N, such as 0/8 for the first of 8, not '{text}'.");
    }

    /// <summary>
    /// What the engine of a cluster tells a process of a job: <c>SLURM_ARRAY_TASK_ID</c> with the first, the last and the number
    /// of the array's tasks, or <c>JOB_COMPLETION_INDEX</c> of Kubernetes with <see cref="CountVariable"/>.
    /// </summary>
    /// <param name="variable">Reads an environment variable; null where there is none.</param>
    /// <exception cref="UsageException">The process is part of no job, or of one whose numbers have gaps.</exception>
    public static Shard OfJob(Func<string, string?> variable)
    {
        ArgumentNullException.ThrowIfNull(variable);
        int Required(string name) =>
            Number(variable(name) ?? "")
            ?? throw new UsageException(
                $"The job does not say which shard this is: {name} is not set to a whole number."
            );
        if (variable(KubernetesIndex) is not null)
        {
            return Of(Required(KubernetesIndex), Required(CountVariable));
        }

        if (variable(SlurmIndex) is null)
        {
            throw new UsageException(
                $"This process is part of no job: neither {SlurmIndex} nor {KubernetesIndex} is set; name the shard, such as 0/8."
            );
        }

        (var id, var count) = (Required(SlurmIndex), Required("SLURM_ARRAY_TASK_COUNT"));
        (var first, var last) = (
            Number(variable("SLURM_ARRAY_TASK_MIN") ?? "") ?? 0,
            Number(variable("SLURM_ARRAY_TASK_MAX") ?? "") ?? count - 1
        );
        return last - first + 1 == count
            ? Of(id - first, count)
            : throw new UsageException(
                $"The tasks {first} to {last} of the array are {count}, so their numbers do not say which shard of how many this is; name it, such as $SLURM_ARRAY_TASK_ID/8."
            );
    }

    /// <summary>Whether the image is this shard's.</summary>
    /// <param name="model">Name of the model.</param>
    /// <param name="prompt">Raw text.</param>
    /// <param name="image">The seed, or what else tells the images of a prompt apart.</param>
    public bool Owns(string model, string prompt, string image) =>
        Count <= 1
        || BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{model}\0{prompt}\0{image}")))
            % (ulong)Count
            == (ulong)Index;

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Index}/{Count}");

    private static int? Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static Shard Of(int index, int count) =>
        count < 1 ? throw new UsageException($"There is no shard {index}/{count}: at least one shard is needed.")
        : index < 0 || index >= count
            ? throw new UsageException(
                $"There is no shard {index}/{count}: the shards of {count} are 0/{count} to {count - 1}/{count}."
            )
        : new Shard(index, count);
}
