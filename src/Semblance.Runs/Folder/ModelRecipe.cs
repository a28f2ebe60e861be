using System.Text.Json;

namespace Semblance.Runs.Folder;

/// <summary>What made the images of one model, beside prompt and seed (<see cref="IImageGenerator.Recipe"/>).</summary>
/// <param name="Model">Name of the model.</param>
/// <param name="Parts">By distinct names.</param>
public sealed record ModelRecipe(string Model, IReadOnlyList<KeyValuePair<string, string>> Parts)
{
    private const string Source = "source";

    /// <summary>Makes sure that images of this recipe may be added to those that are there.</summary>
    /// <exception cref="InputException">The run holds images of the model that another recipe made, or nothing says how they were made.</exception>
    internal void CheckAgainst(RunFolder run, Manifest manifest)
    {
        // A run that failed or was killed before its first image does not fix the recipe.
        if (!ImageFiles.Any(run, Model))
        {
            return;
        }

        var fault =
            manifest.RecipeOf(Model) is not { } before
                ? $"{run.Path} holds images of {Model}, and no {RunFolder.ManifestName} says how they were made; restore that file from a copy, or delete {Path.Combine(run.Path, ImageFiles.FolderOf(Model))}."
            : before.Difference(this) is { } difference
                ? $"{run.Path} holds images of {Model} that were made another way ({difference})."
            : null;
        if (fault is not null)
        {
            throw new InputException(fault)
            {
                Remedies = [new Remedy(RemedyKind.OtherRunFolder), new Remedy(RemedyKind.OtherModelName)],
            };
        }
    }

    /// <summary>The first part in which another recipe differs, for a reader; null where it does not.</summary>
    public string? Difference(ModelRecipe other)
    {
        var theirs = new Dictionary<string, string>(other.Parts);
        var ours = new Dictionary<string, string>(Parts);
        foreach (var name in Parts.Concat(other.Parts).Select(part => part.Key).Distinct().Where(Counts))
        {
            (var old, var now) = (ours.GetValueOrDefault(name), theirs.GetValueOrDefault(name));
            if (old != now)
            {
                // A hash in a message tells a reader nothing.
                return old is not null && now is not null && name.EndsWith("_sha256", StringComparison.Ordinal)
                    ? $"another {name}"
                    : $"{name}: {old ?? "not given"} before, {now ?? "not given"} now";
            }
        }

        return null;
    }

    /// <summary>Where the weights came from is recorded, and not compared: the same weights may be in another place.</summary>
    private static bool Counts(string name) =>
        name != Source && !name.StartsWith(Source + "_", StringComparison.Ordinal);

    /// <summary>Parts that are not texts are of later versions, and stay in the file.</summary>
    internal static ModelRecipe Of(string model, IReadOnlyDictionary<string, JsonElement> parts) =>
        new(
            model,
            [
                .. parts
                    .Where(part => part.Value.ValueKind == JsonValueKind.String)
                    .Select(part => KeyValuePair.Create(part.Key, part.Value.GetString()!)),
            ]
        );

    internal OrderedDictionary<string, JsonElement> ToJson() =>
        new(
            Parts.Select(part =>
                KeyValuePair.Create(part.Key, JsonSerializer.SerializeToElement(part.Value, FolderJson.Default.String))
            )
        );
}
