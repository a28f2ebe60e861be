using System.Globalization;
using Semblance.Runs.Formats;

namespace Semblance.Runs.Folder;

/// <summary>What stands inside a generated PNG file: its raw prompt, its seed, and the recipe that made it.</summary>
internal sealed record PictureText(string Prompt, long Seed, ModelRecipe Recipe)
{
    private const string PromptKey = "prompt";
    private const string SeedKey = "seed";
    private const string ModelKey = "model";

    /// <summary>The texts of a picture.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> ToTexts() =>
        [
            new(PromptKey, Prompt),
            new(SeedKey, Seed.ToString(CultureInfo.InvariantCulture)),
            new(ModelKey, Recipe.Model),
            .. Recipe.Parts,
        ];

    /// <summary>Reads a file; null where it is no PNG or does not say what it is.</summary>
    public static PictureText? Read(string path)
    {
        if (
            PngText.Read(path) is not { } png
            || !png.Texts.TryGetValue(PromptKey, out var prompt)
            || !png.Texts.TryGetValue(ModelKey, out var model)
            || !long.TryParse(
                png.Texts.GetValueOrDefault(SeedKey),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var seed
            )
        )
        {
            return null;
        }

        // Earlier versions wrote neither size nor format.
        var parts = new Dictionary<string, string>(png.Texts);
        _ = parts.Remove(PromptKey) && parts.Remove(SeedKey) && parts.Remove(ModelKey);
        parts.TryAdd(ModelRecipe.Size, ModelRecipe.SizeOf(png.Width, png.Height));
        parts.TryAdd(ModelRecipe.Format, "png");
        return new PictureText(prompt, seed, new ModelRecipe(model, [.. parts]));
    }
}
