using Semblance.Models.Checkpoints;
using Semblance.Models.Configuration;
using Semblance.Models.Diffusion.Originals;
using Semblance.Models.Networks;
using Semblance.Models.Tokenizers;

namespace Semblance.Models.Diffusion.Components;

/// <summary>
/// A whole model in one file under the original names, read in place: its tensors are given diffusers' names and shapes,
/// and no number moves on disk.
/// </summary>
internal static class OneFileModel
{
    private const string UNet = "model.diffusion_model.";
    private const string Sdxl1 = "conditioner.embedders.0.transformer.";
    private const string Sdxl2 = "conditioner.embedders.1.model.";
    private const string Sd15 = "cond_stage_model.transformer.";

    /// <summary>By a sign in its names, what a file is that is no SDXL or SD 1.5; the first that fits counts.</summary>
    private static readonly (string Sign, string What)[] Others =
    [
        ("scaled_fp8", "has the scaled 8-bit weights of ComfyUI, which are not supported; use one of 16 or 32 bits"),
        (".joint_blocks.", "is of Stable Diffusion 3, which is not supported; SDXL and SD 1.5 are"),
        (".double_blocks.", "is of FLUX, which is not supported; SDXL and SD 1.5 are"),
        ("double_blocks.0.", "is of FLUX, which is not supported; SDXL and SD 1.5 are"),
        ("cond_stage_model.model.", "is of Stable Diffusion 2, which is read as a folder of diffusers only"),
        ("conditioner.embedders.0.model.", "is SDXL's refiner, which is not supported; the base model is"),
        ("edm_mean", "is an SDXL of the EDM kind (Playground), which is not supported"),
        ("lora_unet_", "is a LoRA and no whole model; give it beside a model"),
        (".lora_A.", "is a LoRA and no whole model; give it beside a model"),
        (".lora_down.", "is a LoRA and no whole model; give it beside a model"),
        ("control_model.", "is a ControlNet, which is not supported"),
        ("down_blocks.0.", "holds one component in diffusers' names; give the folder of the whole model"),
    ];

    /// <summary>The family of a file.</summary>
    /// <exception cref="InputException">It is of none that is read.</exception>
    public static OriginalFamily FamilyOf(Checkpoint file)
    {
        var names = file.Tensors.Keys;
        if (names.FirstOrDefault(name => name.StartsWith(UNet, StringComparison.Ordinal)) is null)
        {
            var own = names.Any(name => name.StartsWith("decoder.", StringComparison.Ordinal))
                ? "is an autoencoder and no whole model"
                : null;
            throw Refused(
                file,
                WhatElse(names) ?? own ?? $"holds no {UNet} tensors, so it is no model of SDXL or SD 1.5"
            );
        }

        var family =
            names.Any(name => name.StartsWith(Sdxl2, StringComparison.Ordinal)) ? OriginalFamily.Sdxl
            : names.Any(name => name.StartsWith(Sd15, StringComparison.Ordinal)) ? OriginalFamily.Sd15
            : null;
        if (WhatElse(names) is { } what)
        {
            throw Refused(file, what);
        }

        if (file.Tensors.TryGetValue($"{UNet}input_blocks.0.0.weight", out var first) && first.Shape is [_, 8 or 9, ..])
        {
            throw Refused(
                file,
                $"takes an image beside the noise ({first.Shape[1]} channels: inpainting or editing), which is not supported"
            );
        }

        return family
            ?? throw Refused(
                file,
                "holds a U-Net without the text encoders of SDXL or SD 1.5, which a whole model needs"
            );
    }

    /// <summary>Opens a file as a model.</summary>
    /// <param name="path">The file.</param>
    /// <param name="folder">A folder with configurations and tokenizers, each used where it is there; null for none.</param>
    /// <param name="tokenizers">A folder with tokenizers, or of one, that is used for those that are lacking; null for none.</param>
    /// <param name="vae">An autoencoder that takes the place of the file's; null for that.</param>
    /// <exception cref="InputException">It is of another kind, lacks a part, or no tokenizer is there.</exception>
    public static ModelFolder Open(string path, string? folder, string? tokenizers, string? vae) =>
        Open(Checkpoint.Open(path), folder, tokenizers, vae);

    /// <summary>The same of a file whose tensors are known.</summary>
    internal static ModelFolder Open(Checkpoint file, string? folder, string? tokenizers, string? vae)
    {
        var path = file.Path;
        var family = FamilyOf(file);
        var table = new OriginalConfigs(path, family);
        var weights = new Dictionary<string, Checkpoint>(StringComparer.Ordinal) { ["unet"] = UNetOf(file) };
        if (family.Xl)
        {
            weights["text_encoder"] = TransformersNames.Of(file.Below(Sdxl1));
            weights["text_encoder_2"] = file.With(
                file.Below(Sdxl2).Tensors.Values.SelectMany(row => OriginalTextNames.ToTransformers(row.Name, row))
            );
        }
        else
        {
            weights["text_encoder"] = TransformersNames.Of(file.Below(Sd15));
        }

        var configs = weights.ToDictionary(
            component => component.Key,
            component => ConfigOf(component.Key) ?? FromTable(component.Key, component.Value),
            StringComparer.Ordinal
        );
        var index = ConfigIn("", "model_index.json");
        if (
            index is not null
            && index.Text("_class_name", family.PipelineClass) is var named
            && named != family.PipelineClass
        )
        {
            throw new InputException($"{index.File} is of a {named}, but {path} is of {family.Name}.");
        }

        var own = VaePart.InDiffusersNames(file);
        var hasOwn = own.Tensors.ContainsKey("decoder.conv_in.weight");
        var parts = new ModelParts(
            configs,
            weights,
            family.Texts.ToDictionary(
                text => text.Tokenizer,
                text => TokenizerOf(path, folder, tokenizers, text.Tokenizer, text.Pad, family)
            ),
            SchedulerIn(folder) is null ? table.Scheduler([.. file.Tensors.Keys]) : null
        );
        return new ModelFolder(path, index ?? table.Index())
        {
            SchedulerFile = SchedulerIn(folder),
            Parts =
                vae is not null ? With(VaePart.Open(vae, ConfigOf("vae") ?? (hasOwn ? table.Vae(own) : null)))
                : hasOwn ? With((ConfigOf("vae") ?? table.Vae(own), own))
                : throw new InputException($"{path} holds no autoencoder (first_stage_model.); give one beside it.")
                {
                    Remedies = [new(RemedyKind.GiveAutoencoder)],
                },
        };

        ModelParts With((ConfigJson Config, Checkpoint Weights) part) => parts.WithVae(part.Config, part.Weights);

        ConfigJson? ConfigOf(string component) => ConfigIn(component, "config.json");

        ConfigJson? ConfigIn(string component, string name) =>
            folder is not null && Path.Combine(folder, component, name) is var written && File.Exists(written)
                ? ConfigJson.Read(written)
                : null;

        ConfigJson FromTable(string component, Checkpoint tensors) =>
            component == "unet" ? table.UNet(tensors) : table.Text(tensors, second: component == "text_encoder_2");
    }

    private static string? SchedulerIn(string? folder) =>
        folder is not null
        && Path.Combine(folder, "scheduler", "scheduler_config.json") is var file
        && File.Exists(file)
            ? file
            : null;

    /// <summary>The U-Net's tensors in diffusers' names; those without one keep theirs, and are complained about later.</summary>
    private static Checkpoint UNetOf(Checkpoint file)
    {
        var own = file.Below(UNet);
        var names = own.Tensors;
        List<int> resnets = [0];
        for (var block = 1; ; block++)
        {
            if (names.ContainsKey($"input_blocks.{block}.0.op.weight"))
            {
                resnets.Add(0);
            }
            else if (names.ContainsKey($"input_blocks.{block}.0.in_layers.2.weight"))
            {
                resnets[^1]++;
            }
            else
            {
                break;
            }
        }

        var (upAttends, first) = (new List<bool>(), 0);
        foreach (var layers in Enumerable.Reverse(resnets))
        {
            upAttends.Add(names.ContainsKey($"output_blocks.{first}.1.norm.weight"));
            first += layers + 1;
        }

        var toDiffusers = OriginalUNetNames.ToDiffusers(resnets, upAttends);
        return own.Renamed(name => toDiffusers(name) ?? name);
    }

    private static TokenizerPart TokenizerOf(
        string path,
        string? folder,
        string? otherwise,
        string name,
        string pad,
        OriginalFamily family
    )
    {
        foreach (var place in new[] { folder, otherwise }.OfType<string>())
        {
            if (ClipTokenizer.IsIn(Path.Combine(place, name)))
            {
                return new TokenizerPart(Path.Combine(place, name), null);
            }
            // All of CLIP's have one vocabulary; only what fills up differs.
            if (new[] { Path.Combine(place, "tokenizer"), place }.FirstOrDefault(ClipTokenizer.IsIn) is { } other)
            {
                return new TokenizerPart(other, pad);
            }
        }

        throw new InputException(
            $"{path} holds no tokenizer, and none is in the cache; any of CLIP's will do, as that of {family.KnownName}."
        )
        {
            Remedies = [new(RemedyKind.GiveConfiguration), new(RemedyKind.FetchFromHub, family.KnownName)],
        };
    }

    private static string? WhatElse(IEnumerable<string> names) =>
        names
            .Select(name => Others.FirstOrDefault(row => name.Contains(row.Sign, StringComparison.Ordinal)).What)
            .FirstOrDefault(what => what is not null);

    private static InputException Refused(Checkpoint file, string what) => new($"{file.Path} {what}.");
}
