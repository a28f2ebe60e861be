using System.CommandLine;
using Semblance.Cli.Commands.Models;
using Semblance.Cli.Terminal;
using Semblance.Models.Diffusion.Noise;
using Semblance.Models.Diffusion.Pipelines;

namespace Semblance.Cli.Commands;

/// <summary><c>semblance generate</c>: prompts and seeds in, pictures of a diffusion model out.</summary>
internal static class GenerateCommand
{
    public const string Examples = """
        Examples:
          semblance generate --model MODEL --prompt "a cat" --seeds 0..19
          semblance generate --model MODEL --prompts prompts.txt --seeds 0..19 --scheduler euler --steps 20
          semblance generate --model MODEL --lora style.safetensors:0.6 --prompt "a cat in the style of TOK"
          semblance generate --preset paper-sdxl --prompts prompts.txt     the paper's exact settings
          semblance generate --model MODEL --prompts prompts.txt --estimate    how long it would take
          semblance score ./semblance-run                                  what to do next

        MODEL is a folder that diffusers loads (with model_index.json), sdxl, sd15, pixart, pixart-sigma, or a hub id.
        """;

    public static Command Build()
    {
        var model = Text("--model", "Folder of a diffusers model, known name (sdxl, pixart ...) or hub id", "MODEL");
        var preset = Text(
            "--preset",
            "The paper's settings: paper-sdxl, paper-pixart, paper-lora; other options override them",
            "NAME"
        );
        var prompt = new Option<string[]>("--prompt")
        {
            Description = "A prompt; may be given several times",
            HelpName = "TEXT",
        };
        var prompts = Text("--prompts", "A text file with one prompt per line; - reads standard input", "FILE");
        var seeds = Text("--seeds", "For each prompt, such as 0..19 or 1,2,7 [default: 0..19]", "SEEDS");
        var size = Text("--size", "Width and height in pixels [default: those of the model's training]", "WxH");
        var lora = SharedOptions.NotEmpty(
            new Option<string[]>("--lora")
            {
                Description =
                    "A LoRA and its scale (1 where none is given, with --preset paper-lora its own); may be given several times",
                HelpName = "FILE[:SCALE]",
            }
        );
        var allowUnmatched = new Option<bool>("--lora-allow-unmatched")
        {
            Description = "Go on where tensors of a LoRA have no place in the model",
        };
        var scheduler = Text(
            "--scheduler",
            "euler, euler-a, dpm++2m, dpm++2m-karras, ddim, unipc ... [default: the model's own]",
            "NAME"
        );
        var steps = SharedOptions.Count<int>("--steps", "Denoising steps [default: 20]");
        var guidance = SharedOptions.Number(
            "--guidance",
            "Scale of classifier-free guidance [default: the pipeline's]"
        );
        var negative = new Option<string?>("--negative")
        {
            Description = "What the pictures are led away from; the empty text counts as given",
            HelpName = "TEXT",
        };
        var noise = Text("--noise", "Whose random numbers [default: cpu]", "cpu|cuda");
        var precision = Text(
            "--precision",
            "Which weight files are read where there are several; the arithmetic is fp32 [default: fp32]",
            "fp32|fp16|bf16"
        );
        var format = Text("--format", "jpg is saved as Pillow does by default [default: png]", "png|jpg");
        var tiled = new Option<bool>("--tiled")
        {
            Description = "Decode large pictures in tiles, which needs less memory",
        };
        var binning = new Option<bool?>("--resolution-binning")
        {
            Description = "PixArt: make the nearest trained size, then resize and crop [default: true]",
            HelpName = "true|false",
            Arity = ArgumentArity.ZeroOrOne,
            CustomParser = result =>
            {
                if (result.Tokens.Count == 0)
                {
                    return true;
                }

                if (!bool.TryParse(result.Tokens[0].Value, out var wanted))
                {
                    result.AddError(
                        $"Option '--resolution-binning' takes true or false, not '{result.Tokens[0].Value}'."
                    );
                }

                return wanted;
            },
        };
        var trimmed = new Option<bool>("--trimmed-text") { Description = "PixArt: cut texts as diffusers 0.22 did" };
        var (told, negativeTold) = (SizeConditionOptions.Positive(), SizeConditionOptions.Negative());
        var name = Text("--name", "What the model is called in the run [default: its folder's name]", "NAME");
        var run = SharedOptions.NotEmpty(
            new Option<string>("--run")
            {
                Description = "Run folder, where the pictures are kept",
                HelpName = "DIR",
                DefaultValueFactory = _ => ScoreRequest.DefaultRun,
            }
        );
        var dryRun = new Option<bool>("--dry-run")
        {
            Description = "Say what would be made, and the memory and disk it needs",
        };
        var estimate = new Option<bool>("--estimate")
        {
            Description = "As --dry-run, and make one step to say how long it takes",
        };
        var force = new Option<bool>("--force") { Description = "Start even where memory or disk seem too small" };
        var yes = ModelsCommand.Yes();
        var offline = ModelsCommand.Offline();
        var threads = SharedOptions.Count<int>("--threads", "Threads to use; all cores by default");
        var quiet = new Option<bool>("--quiet", "-q") { Description = "No progress and no warnings on standard error" };

        var command = new Command("generate", "Make images with SDXL, SD 1.5 or PixArt checkpoints, natively")
        {
            model,
            preset,
            prompt,
            prompts,
            seeds,
            size,
            lora,
            allowUnmatched,
            scheduler,
            steps,
            guidance,
            negative,
            noise,
            precision,
            format,
            tiled,
            binning,
            trimmed,
            name,
            run,
            dryRun,
            estimate,
            force,
            yes,
            offline,
            threads,
            quiet,
        };
        told.AddTo(command);
        negativeTold.AddTo(command);
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                Messages.Quiet = parsed.GetValue(quiet);
                var given = parsed.GetValue(preset) is { } presetName ? GeneratePreset.Of(presetName) : null;
                return await GenerateRun.RunAsync(
                    new GenerateRequest(
                        Model: parsed.GetValue(model)
                            ?? given?.Model
                            ?? throw new UsageException(
                                "Which model? Give --model FOLDER (or sdxl, pixart, a hub id), or --preset paper-sdxl."
                            ),
                        Prompts: await GenerateArguments.PromptsOfAsync(
                            parsed.GetValue(prompt) ?? [],
                            parsed.GetValue(prompts),
                            cancellationToken
                        ),
                        Seeds: SeedList.Parse(parsed.GetValue(seeds) ?? GeneratePreset.Seeds),
                        Size: (parsed.GetValue(size) ?? (given is null ? null : GeneratePreset.Size)) is { } sides
                            ? PictureSize.Parse(sides)
                            : null,
                        Told: told.Of(parsed),
                        NegativeTold: negativeTold.Of(parsed),
                        Format: GenerateArguments.FormatOf(
                            parsed.GetValue(format) ?? (given is null ? "png" : GeneratePreset.Format)
                        ),
                        Settings: new DiffusionSettings
                        {
                            Name = parsed.GetValue(name),
                            Steps = parsed.GetValue(steps) ?? GeneratePreset.Steps,
                            Guidance =
                                GenerateArguments.GuidanceOf(parsed.GetValue(guidance))
                                ?? (given is null ? null : GeneratePreset.Guidance),
                            NegativePrompt =
                                parsed.GetValue(negative) ?? (given is null ? null : GeneratePreset.NegativePrompt),
                            Scheduler = parsed.GetValue(scheduler) ?? (given is null ? null : GeneratePreset.Scheduler),
                            Noise = GenerateArguments.NoiseOf(
                                parsed.GetValue(noise),
                                given is null ? NoiseKind.Cpu : GeneratePreset.Noise
                            ),
                            Loras = GenerateArguments.LorasOf(
                                parsed.GetValue(lora) ?? [],
                                given,
                                parsed.GetValue(preset)
                            ),
                            AllowUnmatchedLoraKeys = parsed.GetValue(allowUnmatched),
                            Variant = GenerateArguments.VariantOf(parsed.GetValue(precision)),
                            Tiled = parsed.GetValue(tiled),
                            ResolutionBinning = parsed.GetValue(binning),
                            TrimmedText = parsed.GetValue(trimmed),
                            Threads = parsed.GetValue(threads) ?? 0,
                        },
                        Run: parsed.GetRequiredValue(run),
                        DryRun: parsed.GetValue(dryRun),
                        Estimate: parsed.GetValue(estimate),
                        Force: parsed.GetValue(force),
                        Consent: new FetchConsent(parsed.GetValue(yes), parsed.GetValue(offline)),
                        Quiet: parsed.GetValue(quiet)
                    ),
                    cancellationToken
                );
            }
        );
        return command;
    }

    private static Option<string?> Text(string name, string description, string helpName) =>
        SharedOptions.NotEmpty(new Option<string?>(name) { Description = description, HelpName = helpName });
}
