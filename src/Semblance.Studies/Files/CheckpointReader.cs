using Semblance.Models.Diffusion.Lora;
using Semblance.Models.Diffusion.Noise;
using Semblance.Models.Diffusion.Pipelines;
using Semblance.Studies.Generating;

namespace Semblance.Studies.Files;

/// <summary>Reads a model that is a checkpoint, as <c>generate</c> takes it.</summary>
internal sealed class CheckpointReader(YamlReading reading, ModelSettings settings)
{
    public static GeneratePreset? Preset(YamlFields fields)
    {
        if (fields.Word("preset") is not { } name)
        {
            return null;
        }

        try
        {
            var preset = GeneratePreset.Of(name);
            if (preset.NeedsLora && !fields.Has("loras"))
            {
                fields.Fault("preset", $"The preset {name} is of a fine-tune, and this model has no loras.");
            }

            return preset;
        }
        catch (UsageException fault)
        {
            fields.Fault("preset", fault.Message);
            return null;
        }
    }

    public StudyModel? Read(YamlFields fields, string id, ImageSize size, GeneratePreset? preset)
    {
        if ((fields.Word("checkpoint") ?? preset?.Model) is not { } checkpoint)
        {
            reading.Fault(
                fields.Node,
                $"{id} has no checkpoint: a folder, a file, a known name such as sdxl, or a hub id."
            );
            return null;
        }

        var usual = preset ?? GeneratePreset.OfModel(checkpoint);
        var local = Path.Combine(settings.Folder, checkpoint);
        var diffusion = new DiffusionSettings
        {
            Name = id,
            Steps = settings.Steps(fields) ?? usual.Steps,
            Guidance = (float?)settings.Guidance(fields) ?? usual.Guidance,
            NegativePrompt = settings.Inherited(fields, "negative_prompt") ?? usual.NegativePrompt,
            Scheduler = settings.Inherited(fields, "scheduler") ?? usual.Scheduler,
            Noise = fields.OneOf("noise", "cpu", "cuda") switch
            {
                null => usual.Noise,
                "cuda" => NoiseKind.Cuda,
                _ => NoiseKind.Cpu,
            },
            Loras =
            [
                .. settings
                    .Loras(fields, usual.LoraScale)
                    .Select(lora => new LoraSource(settings.Local(lora.Name), lora.Weight)),
            ],
            Variant = fields.OneOf("variant", "fp32", "fp16", "bf16"),
            Vae = fields.Word("vae") is { } vae ? settings.Local(vae) : null,
            Batch = fields.Whole("batch", 1, 1024) ?? 1,
            ClipSkip = fields.Whole("clip_skip", 1, 12),
        };
        return new StudyModel(
            id,
            new CheckpointSource(
                new GenerateRequest(Path.Exists(local) ? local : checkpoint, [], [], diffusion)
                {
                    Size =
                        fields.Has("width")
                        || fields.Has("height")
                        || preset is not null
                        || settings.Defaults?.Has("width") == true
                            ? size
                            : null,
                    Format = usual.Format,
                }
            )
            {
                Precision = StudyFileReader.PrecisionOf(fields),
            },
            []
        );
    }
}
