using System.Globalization;
using Semblance.Cli.Terminal;
using Semblance.Models.Diffusion.Lora;
using Semblance.Runs.Formats;
using Semblance.Runs.Inputs;
using Semblance.Studies.Generating;

namespace Semblance.Cli.Commands;

/// <summary>From the texts of <c>generate</c>'s options to what they mean.</summary>
internal static class GenerateArguments
{
    /// <summary>The LoRAs that are given, at the preset's scale where they have none of their own.</summary>
    /// <exception cref="UsageException">There are none, and the preset is of a fine-tune.</exception>
    public static IReadOnlyList<LoraSource> LorasOf(string[] texts, GeneratePreset preset, string? name) =>
        texts.Length > 0 || !preset.NeedsLora
            ? [.. texts.Select(text => LoraOf(text, preset.LoraScale))]
            : throw new UsageException(
                $"--preset {name} is {preset.Model} with the LoRA of a fine-tune, and none is given; name its file with --lora FILE, or take --preset paper-sdxl for the model without one."
            );

    /// <summary>A LoRA as it is written on a command line: a path, and behind the last colon its scale.</summary>
    /// <exception cref="UsageException">What follows the colon is not a scale.</exception>
    public static LoraSource LoraOf(string text, double otherwise)
    {
        var colon = text.LastIndexOf(':');
        // A name that holds a colon is taken as it is; so is C:\style.safetensors.
        if (colon < 1 || Path.Exists(text) || text.AsSpan(colon).ContainsAny('/', '\\'))
        {
            return new LoraSource(text, otherwise);
        }

        return
            double.TryParse(text.AsSpan(colon + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out var scale)
            && double.IsFinite(scale)
            ? new LoraSource(text[..colon], scale)
            : throw new UsageException(
                $"--lora {text}: \"{text[(colon + 1)..]}\" is not a scale; write FILE, or FILE:SCALE with a number such as 0.6."
            );
    }

    /// <summary>The prompts of options and file, each once.</summary>
    /// <exception cref="UsageException">There are none.</exception>
    public static async Task<IReadOnlyList<string>> PromptsOfAsync(
        string[] texts,
        string? file,
        ColumnMap columns,
        Messages messages,
        CancellationToken cancellationToken
    )
    {
        columns.RequireOnly("prompt");
        if (!columns.IsNone && (file is null || !PromptFile.IsTable(file)))
        {
            throw new UsageException(
                "--column goes with a table of prompts: --prompts FILE.csv (.tsv, .jsonl, .parquet)."
            );
        }

        string[] all = [.. texts, .. file is null ? [] : await PromptFile.ReadAsync(file, columns, cancellationToken)];
        string[] repeated = [.. all.CountBy(text => text).Where(text => text.Value > 1).Select(text => text.Key)];
        if (repeated.Length > 0)
        {
            messages.Warning(
                $"{Figures.Count(repeated.Length, "prompt")} given more than once, \"{Cells.Cut(repeated[0], 40, "...")}\"{(repeated.Length > 1 ? " first" : "")}: the images of each are made once."
            );
        }

        return all.Length > 0
            ? [.. all.Distinct()]
            : throw new UsageException("Which prompts? Give --prompt TEXT or --prompts FILE (one prompt per line).");
    }

    public static float? GuidanceOf(double? value) =>
        value is null || float.IsFinite((float)value)
            ? (float?)value
            : throw new UsageException("--guidance takes a number such as 7.5.");
}
