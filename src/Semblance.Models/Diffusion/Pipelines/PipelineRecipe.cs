using System.Globalization;
using System.Text.Json;
using Microsoft.ML.OnnxRuntime;
using Semblance.Models.Devices;
using Semblance.Models.Diffusion.Components;
using Semblance.Models.Diffusion.Noise;
using Semblance.Models.Diffusion.Schedulers;
using Semblance.Models.Graphs;
using Semblance.Tensors;

namespace Semblance.Models.Diffusion.Pipelines;

/// <summary>What makes the images of a pipeline what they are, in words that can be compared.</summary>
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
        var (source, revision) = folder.Source;
        var networks = folder.Networks.Select(name => (Name: name, Weights: folder.WeightFiles(name))).ToList();
        var stored = networks
            .SelectMany(network => network.Weights.Tensors.Values)
            .Where(tensor => tensor.Type.IsFloat())
            .Select(tensor => Weights.ShortName(tensor.Type));
        var pixArt = folder.Denoiser == "transformer";
        (string Name, string? Value)[] parts =
        [
            // Names only, as paths are of one machine.
            ("source", source),
            ("source_revision", revision),
            .. pipeline.Loras.Select((lora, i) => ($"source_lora_{i + 1}", ModelFolder.NameOf(lora.Source.Path))),
            ("source_vae", settings.Vae is { } vae ? ModelFolder.NameOf(vae) : null),
            ("pipeline", folder.ClassName),
            .. networks.Select(network => ($"{network.Name}_sha256", network.Weights.Sha256())),
            .. SettingsHash.Of(folder).Select(pair => (pair.Key, pair.Value)),
            ("precision", Weights.Described(settings.Precision, stored)),
            (
                "vae_precision",
                pipeline.DecoderPrecision == settings.Precision ? null : pipeline.DecoderPrecision.Word()
            ),
            ("scheduler", pipeline.Scheduler.Description),
            ("prediction", settings.Prediction is { } prediction ? Words(prediction) : null),
            ("steps", settings.Steps.ToString(CultureInfo.InvariantCulture)),
            ("guidance", pipeline.GuidanceScale.ToString(CultureInfo.InvariantCulture)),
            (
                "guidance_rescale",
                settings.GuidanceRescale > 0 ? settings.GuidanceRescale.ToString(CultureInfo.InvariantCulture) : null
            ),
            ("negative_prompt", settings.NegativePrompt),
            ("size_conditions", settings.Sizes?.ToString()),
            ("negative_size_conditions", settings.NegativeSizes?.ToString()),
            ("clip_skip", ClipSkip(settings, folder)?.ToString(CultureInfo.InvariantCulture)),
            ("decoding", settings.Tiled ? "tiled" : null),
            .. pipeline.Loras.Select(
                (lora, i) =>
                    (
                        $"lora_{i + 1}",
                        string.Create(CultureInfo.InvariantCulture, $"sha256 {lora.Sha256} at {lora.Source.Scale}")
                    )
            ),
            (
                "resolution_binning",
                !pixArt ? null
                : settings.ResolutionBinning == false ? "off"
                : "on"
            ),
            ("text", pixArt && settings.TrimmedText ? "trimmed" : null),
            ("captions", pixArt && !settings.CleanCaptions ? "not cleaned" : null),
            ("noise", settings.Noise == NoiseKind.Cuda ? "cuda" : "cpu"),
            ("batch", settings.Batch > 1 ? settings.Batch.ToString(CultureInfo.InvariantCulture) : null),
            (
                "runtime",
                $"onnxruntime {typeof(InferenceSession).Assembly.GetName().Version!.ToString(3)} {settings.Device.Identity(settings.Precision)}"
            ),
        ];
        return
        [
            .. from part in parts
            where part.Value is not null
            select new KeyValuePair<string, string>(part.Name, part.Value),
        ];
    }

    private static string Words(PredictionType prediction) =>
        JsonNamingPolicy.SnakeCaseLower.ConvertName(prediction.ToString());

    /// <summary>Null where it is the pipeline's own.</summary>
    private static int? ClipSkip(DiffusionSettings settings, ModelFolder folder) =>
        settings.ClipSkip == (folder.ClassName == "StableDiffusionXLPipeline" ? 2 : 1) ? null : settings.ClipSkip;
}
