using Semblance.Models.Checkpoints;
using Semblance.Models.Graphs;
using Semblance.Tensors;

namespace Semblance.Models.Diffusion.Lora;

/// <summary>The tensors of a LoRA as they lie on disk; nothing but headers is read on opening, and the hash where it is not known yet.</summary>
/// <param name="Path">For messages.</param>
/// <param name="Tensors">By key, sorted.</param>
/// <param name="Sha256">Of the file (and of those with its new tokens beside it, or in one tar with it), lower-case hexadecimal.</param>
/// <param name="Metadata">Ranks and alphas of peft, where the file or one beside it holds them.</param>
/// <param name="Tuning">New tokens, where it is a hosted fine-tune with some.</param>
internal sealed record LoraFile(
    string Path,
    IReadOnlyDictionary<string, TensorEntry> Tensors,
    string Sha256,
    PeftMetadata Metadata,
    PivotalTuning? Tuning
)
{
    /// <summary>What a folder is searched for: diffusers' name, peft's, and a hosted fine-tune's.</summary>
    private static readonly string[] Names =
    [
        "pytorch_lora_weights.safetensors",
        "adapter_model.safetensors",
        PivotalTuning.Lora,
        "pytorch_lora_weights.bin",
        "adapter_model.bin",
    ];

    /// <summary>
    /// Opens a file, a folder that holds one, or the tar of a hosted fine-tune. Where the tar was extracted, its tokens are
    /// read from beside the file.
    /// </summary>
    /// <exception cref="InputException">Nothing is there, or it is damaged.</exception>
    public static LoraFile Open(string path)
    {
        if (path.EndsWith(".tar", StringComparison.OrdinalIgnoreCase) && File.Exists(path))
        {
            return PivotalTuning.Open(path);
        }

        var file = Directory.Exists(path) ? InFolder(path) : path;
        var checkpoint = Checkpoint.Open(file);
        var tuned = PivotalTuning.Beside(file);
        return new LoraFile(
            file,
            Weights.From(checkpoint).All,
            tuned is null
                ? checkpoint.Sha256()
                : WeightsHash.Of([.. checkpoint.Files, .. tuned.Value.Files], WeightsHash.DefaultFolder()),
            Describe(file, checkpoint),
            tuned?.Tuning
        );
    }

    /// <summary>The value of a tensor that holds a single number.</summary>
    /// <exception cref="InputException">It is not a finite number.</exception>
    public double Number(string key) =>
        Tensors[key] is { Count: 1 } tensor && tensor.ReadNumber() is { } value && double.IsFinite(value)
            ? value
            : throw new InputException($"{Path}: {key} must be one number.");

    /// <summary>Refuses weights with which every image would fail, far from here and without a name.</summary>
    /// <exception cref="InputException">A tensor holds NaN or an infinity.</exception>
    public void RequireFinite()
    {
        foreach (var (key, tensor) in Tensors)
        {
            if (
                tensor.Type.IsFloat()
                && Array.Find(tensor.ReadFloat32(), value => !float.IsFinite(value)) is not 0 and var odd
            )
            {
                throw new InputException(
                    $"{Path}: tensor \"{key}\" holds {(float.IsNaN(odd) ? "NaN" : "an infinity")}, with which no image can be made; the file is damaged, or its training failed."
                );
            }
        }
    }

    private static PeftMetadata Describe(string file, Checkpoint checkpoint)
    {
        if (checkpoint.Metadata.ContainsKey(PeftMetadata.HeaderKey))
        {
            return PeftMetadata.FromHeader(file, checkpoint.Metadata);
        }

        var beside = System.IO.Path.Combine(
            System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(file))!,
            "adapter_config.json"
        );
        var isPeft = System.IO.Path.GetFileName(file).StartsWith("adapter_model.", StringComparison.Ordinal);
        return isPeft && File.Exists(beside) ? PeftMetadata.FromConfig(beside) : PeftMetadata.None;
    }

    private static string InFolder(string folder)
    {
        var known = Names.Select(name => System.IO.Path.Combine(folder, name)).FirstOrDefault(File.Exists);
        if (known is not null)
        {
            return known;
        }

        var files = Directory.GetFiles(folder, "*.safetensors").Order(StringComparer.Ordinal).ToArray();
        return files.Length switch
        {
            1 => files[0],
            0 => throw new InputException($"{folder} holds no LoRA: there is no .safetensors file in it."),
            _ => throw new InputException(
                $"{folder} holds {files.Length} .safetensors files; name the one that is meant, such as {System.IO.Path.GetFileName(files[0])}."
            ),
        };
    }
}
