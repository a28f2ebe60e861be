using System.Globalization;
using Semblance.Cli.Terminal;
using Semblance.Models.Devices;
using Semblance.Models.Diffusion.Lora;
using Semblance.Models.Diffusion.Noise;
using Semblance.Models.Diffusion.Pipelines;
using Semblance.Models.Hub;
using Semblance.Studies;
using Semblance.Studies.Generating;

namespace Semblance.Cli.Tables;

/// <summary>What <c>generate --dry-run</c> and <c>--estimate</c> show.</summary>
internal static class GenerateTable
{
    private const int NameWidth = 11;
    private const string Indent = "  ";

    /// <summary>What would be made, and what it needs.</summary>
    public static void Write(Page page, GenerateStudy study, GenerationNeeds needs)
    {
        var (request, pipeline, size) = (study.Request, study.Pipeline, study.Size);
        var missing = study.Missing.Count;
        var images = request.Prompts.Count * request.Seeds.Count;
        page.Add("What would be made", Ink.Title).EndLine();
        Row(page, "model", $"{pipeline.Model} ({study.Folder})");
        Row(
            page,
            "images",
            $"{images}: {Figures.Count(request.Prompts.Count, "prompt")} x {Figures.Count(request.Seeds.Count, "seed")}, {size}, {request.Format}"
        );
        Row(page, "", missing < images ? $"{images - missing} there already, {missing} to be made" : null);

        foreach (var lora in pipeline.Loras)
        {
            Row(page, "lora", TextOf(lora));
        }

        Row(page, "sizes", request.Sizes.For(size)?.ToString());
        Row(page, "negative", request.NegativeSizes.For(size)?.ToString());
        Row(page, "scheduler", $"{pipeline.SchedulerName}; {Figures.Count(request.Settings.Steps, "step")}");
        Row(
            page,
            "guidance",
            pipeline.GuidanceScale > 1
                ? $"{pipeline.GuidanceScale.ToString(CultureInfo.InvariantCulture)}{Rescaled(request.Settings)}; negative prompt {Negative(request.Settings)}"
                : "none"
        );
        Row(
            page,
            "noise",
            request.Settings.Noise == NoiseKind.Cuda ? "as CUDA samples it" : "as torch samples it on the CPU"
        );
        Row(page, "into", $"{request.Run}");
        page.EndLine().Add("What it needs", Ink.Title).EndLine();
        var nothing = needs == default;
        Row(page, "nothing", nothing ? "all images are made" : null);
        Row(
            page,
            "memory",
            nothing
                ? null
                : $"about {ByteText.Of(needs.Memory)}{Where(request.Settings, needs)} at its peak (arithmetic in {request.Settings.Precision.Word()}{(request.Settings.Batch > 1 ? $", {request.Settings.Batch} images at a time" : "")})"
        );
        Row(page, "disk", nothing ? null : $"up to {ByteText.Of(needs.Disk)}");
    }

    /// <summary>What would be fetched first, before anything else is known.</summary>
    public static void Write(Page page, GenerateRequest request, Download download)
    {
        page.Add("What would be fetched", Ink.Title).EndLine();
        Row(page, "model", $"{download.Plan.Repository.Name} at {download.Plan.Commit}");
        Row(page, "size", $"{download.Size}, from {download.Hub.Endpoint.Authority}");
        Row(page, "into", download.Hub.CacheFolder);
        Row(page, "licence", download.Licence);
        page.EndLine();
        page.Sentence(
            $"Nothing was fetched. What {request.Model} needs and makes is known once it is there; `semblance models pull {request.Model}{(request.Settings.Variant is { } variant and not "fp32" ? $" --variant {variant}" : "")}` fetches it, and so does generating."
        );
    }

    /// <summary>How long it would take.</summary>
    public static void Write(Page page, GenerationPace pace, int missing)
    {
        page.EndLine().Add("How long it takes, from one step", Ink.Title).EndLine();
        Row(page, "loading", $"{Seconds(pace.Encoding + pace.Loading)} (text encoders, then the denoiser)");
        Row(
            page,
            "image",
            $"{Seconds(pace.Image)} ({Figures.Count(pace.Steps, "step")} of {Seconds(pace.Step)}, decoding {Seconds(pace.Decoding)})"
        );
        Row(page, "all", $"{Figures.Hours(pace.For(missing))} (h:mm:ss) for {Figures.Count(missing, "image")}");
    }

    /// <summary>A LoRA, its scale, what of the model it changes, and its words for new tokens.</summary>
    public static string TextOf(LoraReport lora) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{lora.Source.Path} at {lora.Source.Scale}: {string.Join(", ", lora.Modules.Select(part => $"{Figures.Count(part.Value, "module")} of {part.Key}"))}{string.Concat(lora.Words.Select(word => $"; {word.Key} in a prompt stands for {word.Value}"))}"
        );

    private static string Where(DiffusionSettings settings, GenerationNeeds needs) =>
        !needs.OnDevice ? ""
        : settings.FurtherDevices.Count > 0
            ? $" on each of {string.Join(" and ", settings.FurtherDevices.Prepend(settings.Device))}"
        : $" on {settings.Device}";

    private static string Rescaled(DiffusionSettings settings) =>
        settings.GuidanceRescale > 0
            ? $", rescaled by {settings.GuidanceRescale.ToString(CultureInfo.InvariantCulture)}"
            : "";

    private static string Negative(DiffusionSettings settings) =>
        settings.NegativePrompt switch
        {
            null => "not given",
            "" => "empty",
            { } text => $"\"{text}\"",
        };

    private static string Seconds(TimeSpan time) =>
        time.TotalSeconds.ToString(time.TotalSeconds < 10 ? "F2" : "F0", CultureInfo.InvariantCulture) + " s";

    /// <summary>A line; none for no text.</summary>
    private static void Row(Page page, string name, string? text)
    {
        if (text is null)
        {
            return;
        }

        var room = page.Surface.Width - Indent.Length - NameWidth;
        foreach (var line in Cells.Wrap(Cells.OneLine(text), room))
        {
            page.Add(Indent).Add(name.PadRight(NameWidth), Ink.Faint).Add(line).EndLine();
            name = "";
        }
    }
}
