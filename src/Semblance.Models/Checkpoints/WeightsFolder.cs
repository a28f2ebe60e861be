namespace Semblance.Models.Checkpoints;

/// <summary>The names under which transformers, open_clip and diffusers keep a model's weights in its folder.</summary>
internal static class WeightsFolder
{
    /// <summary>The names under which transformers and open_clip publish a whole network.</summary>
    public static IReadOnlyList<string> EncoderNames { get; } =
    [
        "model.safetensors",
        "model.safetensors.index.json",
        "open_clip_model.safetensors",
        "pytorch_model.bin",
        "pytorch_model.bin.index.json",
        "open_clip_pytorch_model.bin",
    ];

    /// <summary>What a folder is searched for, the first that exists wins.</summary>
    private static readonly string[] Names =
    [
        .. EncoderNames,
        // diffusers' names, then the half-precision files beside which no others were fetched.
        "diffusion_pytorch_model.safetensors",
        "diffusion_pytorch_model.safetensors.index.json",
        "diffusion_pytorch_model.bin",
        "diffusion_pytorch_model.bin.index.json",
        "model.fp16.safetensors",
        "model.safetensors.index.fp16.json",
        "diffusion_pytorch_model.fp16.safetensors",
        "diffusion_pytorch_model.safetensors.index.fp16.json",
        "pytorch_model.fp16.bin",
        "diffusion_pytorch_model.fp16.bin",
    ];

    /// <summary>The file, or index of shards, that holds a folder's weights.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="variant">Files of this variant are taken before the others.</param>
    /// <exception cref="InputException">None is there.</exception>
    public static string Find(string folder, string? variant)
    {
        var names = variant is null
            ? Names
            : Names
                .Where(name => !name.Contains(".fp16.", StringComparison.Ordinal))
                .SelectMany(name => OfVariant(name, variant))
                .Concat(Names);
        return names.Select(name => Path.Combine(folder, name)).FirstOrDefault(Has)
            ?? throw new InputException(
                $"{folder} holds no weights: none of model.safetensors, diffusion_pytorch_model.safetensors, pytorch_model.bin and the other names under which they are published is there. Fetch the whole model."
            );
    }

    /// <summary>Whether a file is there. A link that leads nowhere is, too, and is complained about by name.</summary>
    public static bool Has(string file) => File.Exists(file) || new FileInfo(file).LinkTarget is not null;

    /// <summary>model.fp16.safetensors; of an index both spellings, the old one before .index and the new one behind it.</summary>
    private static IEnumerable<string> OfVariant(string name, string variant)
    {
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        yield return name.Insert(dot, $".{variant}");
        if (name.EndsWith(".index.json", StringComparison.Ordinal))
        {
            yield return name.Insert(name.Length - ".json".Length, $".{variant}");
        }
    }
}
