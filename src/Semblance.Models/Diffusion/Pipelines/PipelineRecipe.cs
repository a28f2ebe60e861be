using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using Semblance.Models.Diffusion.Components;
using Semblance.Models.Diffusion.Noise;
using Semblance.Tensors;

namespace Semblance.Models.Diffusion.Pipelines;

/// <summary>What makes the pictures of a pipeline what they are, in words that can be compared.</summary>
internal static class PipelineRecipe
{
    /// <summary>The parts, see <see cref="IImageGenerator.Recipe"/>.</summary>
    /// <exception cref="InputException">Weights cannot be read.</exception>
    public static IReadOnlyList<KeyValuePair<string, string>> Of(
        DiffusionPipeline pipeline,
        ModelFolder folder,
        DiffusionSettings settings
    )
    {
        List<KeyValuePair<string, string>> parts = [.. Sources(pipeline, folder), new("pipeline", folder.ClassName)];
        var stored = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var name in folder.Networks)
        {
            var weights = folder.Weightfiles(name);
            parts.Add(new($"{name}_sha256", weights.Sha256()));
            stored.UnionWith(
                weights.Tensors.Values.Where(tensor => tensor.Type.IsFloat()).Select(tensor => ShortName(tensor.Type))
            );
        }
        parts.AddRange(SettingsHash.Of(folder));
        parts.Add(
            new(
                "precision",
                stored is { Count: 1 } && stored.Contains("fp32")
                    ? "fp32"
                    : $"fp32 (weights {string.Join(" and ", stored)})"
            )
        );
        parts.Add(new("scheduler", pipeline.Scheduler.Description));
        parts.Add(new("steps", settings.Steps.ToString(CultureInfo.InvariantCulture)));
        parts.Add(new("guidance", pipeline.GuidanceScale.ToString(CultureInfo.InvariantCulture)));
        if (settings.NegativePrompt is { } negative)
        {
            parts.Add(new("negative_prompt", negative));
        }
        if (settings.Sizes is { } sizes)
        {
            parts.Add(new("size_conditions", sizes.ToString()));
        }
        if (settings.NegativeSizes is { } negativeSizes)
        {
            parts.Add(new("negative_size_conditions", negativeSizes.ToString()));
        }
        if (settings.Tiled)
        {
            parts.Add(new("decoding", "tiled"));
        }
        foreach (var (number, lora) in pipeline.Loras.Index())
        {
            parts.Add(
                new(
                    $"lora_{number + 1}",
                    string.Create(CultureInfo.InvariantCulture, $"sha256 {lora.Sha256} at {lora.Source.Scale}")
                )
            );
        }
        if (folder.ClassName.StartsWith("PixArt", StringComparison.Ordinal))
        {
            parts.Add(new("resolution_binning", settings.ResolutionBinning == false ? "off" : "on"));
            if (settings.TrimmedText)
            {
                parts.Add(new("text", "trimmed"));
            }
            if (!settings.CleanCaptions)
            {
                parts.Add(new("captions", "not cleaned"));
            }
        }
        parts.Add(new("noise", settings.Noise == NoiseKind.Cuda ? "cuda" : "cpu"));
        parts.Add(
            new("runtime", $"onnxruntime {typeof(InferenceSession).Assembly.GetName().Version!.ToString(3)} cpu")
        );
        return parts;
    }

    /// <summary>Where the weights lie, for a reader: names only, as paths are of one machine.</summary>
    private static IEnumerable<KeyValuePair<string, string>> Sources(DiffusionPipeline pipeline, ModelFolder folder)
    {
        var (name, revision) = folder.Source;
        yield return new("source", name);
        if (revision is not null)
        {
            yield return new("source_revision", revision);
        }
        foreach (var (number, lora) in pipeline.Loras.Index())
        {
            yield return new($"source_lora_{number + 1}", ModelFolder.NameOf(lora.Source.Path));
        }
    }

    private static string ShortName(TensorType type) =>
        type switch
        {
            TensorType.Float16 => "fp16",
            TensorType.BFloat16 => "bf16",
            TensorType.Float64 => "fp64",
            _ => "fp32",
        };
}
