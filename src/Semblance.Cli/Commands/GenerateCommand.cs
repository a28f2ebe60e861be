using System.CommandLine;
using Semblance.Cli.Options;
using Semblance.Cli.Progress;
using Semblance.Cli.Terminal;
using Semblance.Cluster.Objects;
using Semblance.Models.Checkpoints;
using Semblance.Models.Diffusion.Noise;
using Semblance.Models.Diffusion.Pipelines;
using Semblance.Studies.Generating;

namespace Semblance.Cli.Commands;

/// <summary><c>semblance generate</c>: prompts and seeds in, images of a diffusion model out.</summary>
internal static class GenerateCommand
{
    public const string Examples = """
        Examples:
          semblance generate --model MODEL --prompt "a cat" --seeds 0..19
          semblance generate --model MODEL --prompts prompts.txt --seeds 0..19 --scheduler euler --steps 20
          semblance generate --model MODEL --lora style.safetensors:0.6 --prompt "a cat in the style of TOK"
          semblance generate --preset paper-sdxl --prompts prompts.txt     the paper's exact settings
          semblance generate --model MODEL --prompts prompts.txt --shard 0/8   an eighth of the images
          semblance generate --model MODEL --prompts prompts.txt --estimate    how long it would take
          semblance score ./semblance-run                                  what to do next

        MODEL is a folder that diffusers loads (with model_index.json), a checkpoint of SDXL or SD 1.5 in one file, sdxl,
        sdxl-turbo, sd15, pixart, pixart-sigma, or a hub id.
        """;

    public static Command Build(Messages messages)
    {
        var command = new Command("generate", "Make images with SDXL, SD 1.5 or PixArt checkpoints, natively");
        var model = command.Text(
            "--model",
            "Folder of a diffusers model, checkpoint in one file, known name (sdxl, pixart ...) or hub id",
            "MODEL"
        );
        var preset = command.Text(
            "--preset",
            "The paper's settings: paper-sdxl, paper-pixart, paper-lora; other options override them",
            "NAME"
        );
        var prompt = command.Texts("--prompt", "A prompt; may be given several times", "TEXT");
        var prompts = command.Text(
            "--prompts",
            "A text file with one prompt per line, or a table with a column prompt; - reads standard input",
            "FILE"
        );
        var columns = command.Columns();
        var seeds = command.Text("--seeds", "For each prompt, such as 0..19 or 1,2,7 [default: 0..19]", "SEEDS");
        var size = command.Text("--size", "Width and height in pixels [default: those of the model's training]", "WxH");
        var lora = command.Texts(
            "--lora",
            "A LoRA and its scale (1 where none is given, with --preset paper-lora its own); may be given several times",
            "FILE[:SCALE]"
        );
        var allowUnmatched = command.Flag(
            "--lora-allow-unmatched",
            "Leave out tensors of a LoRA that have no place in the model"
        );
        var vae = command.Text(
            "--vae",
            "An autoencoder in place of the model's own: folder, one file, known name or hub id",
            "VAE"
        );
        var clipSkip = command.Count<int>(
            "--clip-skip",
            "Layer of CLIP's text encoders, from the end [default: 1 for SD 1.5, 2 for SDXL]"
        );
        var config = command.Text(
            "--config",
            "For a checkpoint in one file: folder or name of a model with its configurations and tokenizer",
            "MODEL"
        );
        var scheduler = command.Text(
            "--scheduler",
            "euler, euler-a, heun, dpm++2m-karras, dpm++2m-sde, lcm ... [default: the model's own]",
            "NAME"
        );
        var steps = command.Count<int>("--steps", "Denoising steps [default: 20; sdxl-turbo: 1]");
        var guidance = command.Number("--guidance", "Scale of classifier-free guidance [default: the pipeline's]");
        var negative = command.AnyText(
            "--negative",
            "The text that guidance leads away from; the empty text counts as given",
            "TEXT"
        );
        var noise = command
            .Text("--noise", "Random numbers of the noise [default: cpu]", "cpu|cuda")
            .Restrict("cpu", "cuda");
        var variant = command
            .Text(
                "--variant",
                "Which weight files are read if there are several [default: fp16 with --precision fp16, else fp32]",
                "fp32|fp16|bf16"
            )
            .Restrict("fp32", "fp16", "bf16");
        var format = command
            .Text("--format", "jpg is saved as Pillow does by default [default: png]", "png|jpg")
            .Restrict("png", "jpg", "jpeg");
        var noMapping = command.NoMapping();
        var tiled = command.Flag("--tiled", "Decode large images in tiles, which needs less memory");
        var binning = command.TrueOrFalse(
            "--resolution-binning",
            "PixArt: make the nearest trained size, then resize and crop [default: true]"
        );
        var trimmed = command.Flag("--trimmed-text", "PixArt: cut texts as diffusers 0.22 did");
        var name = command.Text("--name", "What the model is called in the run [default: its folder's name]", "NAME");
        var run = command.Run("Run folder, where the images are kept");
        var shard = command.Shard("Make only a part of the images, beside other processes on any machine");
        var mirror = new MirrorOption(command);
        var dryRun = command.Flag("--dry-run", "Say what would be made, and the memory and disk it needs");
        var estimate = command.Flag("--estimate", "As --dry-run, and make one step to say how long it takes");
        var force = command.Flag("--force", "Start even if memory or disk seem too small");
        var yes = command.Yes();
        var offline = command.Offline();
        var batch = command.Count<int>(
            "--batch",
            "Seeds of a prompt that are denoised at a time, where memory allows [default: 1]"
        );
        var device = new DeviceOptions(command);
        var threads = command.Threads();
        var quiet = command.Quiet();
        var sampling = new SamplingOptions(command);
        var sizes = new SizeConditionOptions(command);
        var negativeSizes = new SizeConditionOptions(command, ofNegative: true);

        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                WeightMapping.IsOn = !parsed.GetValue(noMapping);
                var heard = messages with { Quiet = parsed.GetValue(quiet) };
                var given = parsed.GetValue(preset) is { } presetName
                    ? NewOption.Read(preset, presetName, GeneratePreset.Of)
                    : GeneratePreset.OfModel(parsed.GetValue(model));
                var place = device.Read(parsed, heard);
                var request = new GenerateRequest(
                    parsed.GetValue(model)
                        ?? given.Model
                        ?? throw new UsageException(
                            "Which model? Give --model FOLDER (or sdxl, pixart, a hub id), or --preset paper-sdxl."
                        ),
                    await GenerateArguments.PromptsOfAsync(
                        parsed.GetValue(prompt) ?? [],
                        parsed.GetValue(prompts),
                        columns.Read(parsed),
                        heard,
                        cancellationToken
                    ),
                    NewOption.Read(seeds, parsed.GetValue(seeds) ?? given.Seeds, SeedList.Parse),
                    sampling.Add(
                        parsed,
                        new DiffusionSettings
                        {
                            Name = parsed.GetValue(name),
                            Steps = parsed.GetValue(steps) ?? given.Steps,
                            Guidance = GenerateArguments.GuidanceOf(parsed.GetValue(guidance)) ?? given.Guidance,
                            NegativePrompt = parsed.GetValue(negative) ?? given.NegativePrompt,
                            Scheduler = parsed.GetValue(scheduler) ?? given.Scheduler,
                            Noise = parsed.GetValue(noise) switch
                            {
                                null => given.Noise,
                                "cuda" => NoiseKind.Cuda,
                                _ => NoiseKind.Cpu,
                            },
                            Loras = GenerateArguments.LorasOf(
                                parsed.GetValue(lora) ?? [],
                                given,
                                parsed.GetValue(preset)
                            ),
                            AllowUnmatchedLoraKeys = parsed.GetValue(allowUnmatched),
                            Variant = parsed.GetValue(variant),
                            Vae = parsed.GetValue(vae),
                            ClipSkip = parsed.GetValue(clipSkip),
                            Configuration = parsed.GetValue(config),
                            Tiled = parsed.GetValue(tiled),
                            ResolutionBinning = parsed.GetValue(binning),
                            TrimmedText = parsed.GetValue(trimmed),
                            Device = place.Devices[0],
                            FurtherDevices = [.. place.Devices.Skip(1)],
                            Precision = place.Precision,
                            Batch = parsed.GetValue(batch) ?? 1,
                            Threads = parsed.GetValue(threads) ?? 0,
                        },
                        parsed.GetValue(steps)
                    )
                )
                {
                    Size = parsed.GetValue(size) is { } sides
                        ? NewOption.Read(size, sides, ImageSize.Parse)
                        : given.Size,
                    Sizes = sizes.Read(parsed),
                    NegativeSizes = negativeSizes.Read(parsed),
                    Format = parsed.GetValue(format) is { } named
                        ? named.Replace("jpeg", "jpg", StringComparison.Ordinal)
                        : given.Format,
                    Run = parsed.GetRequiredValue(run),
                    Shard = shard.Read(parsed),
                };
                var depth = new GenerateDepth(
                    parsed.GetValue(dryRun),
                    parsed.GetValue(estimate),
                    parsed.GetValue(force)
                );
                return await mirror.RunAsync(
                    parsed,
                    request.Run,
                    request.Shard is null && !depth.OnlyLook ? MirrorPart.Results : MirrorPart.Images,
                    StudyView.Of(heard, parsed.GetValue(yes), parsed.GetValue(offline)),
                    (host, stop) => GenerateRun.RunAsync(request, depth, heard, host, stop),
                    cancellationToken
                );
            }
        );
        return command;
    }
}
