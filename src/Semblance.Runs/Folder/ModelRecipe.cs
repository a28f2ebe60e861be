using System.Text.Json;

namespace Semblance.Runs.Folder;

/// <summary>What made the images of one model, beside prompt and seed (<see cref="IImageGenerator.Recipe"/>).</summary>
/// <param name="Model">Name of the model.</param>
/// <param name="Parts">By distinct names.</param>
internal sealed record ModelRecipe(string Model, IReadOnlyList<KeyValuePair<string, string>> Parts)
{
    private const string Source = "source";

    /// <summary>Makes sure that images of this recipe may be added to those that are there.</summary>
    /// <exception cref="InputException">The run holds images of the model that another recipe made, or nothing says how they were made.</exception>
    public void CheckAgainst(RunFolder run, Manifest manifest)
    {
        // A run that failed or was killed before its first image binds nobody.
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
                // Nobody compares hashes by eye.
                return old is not null && now is not null && name.EndsWith("_sha256", StringComparison.Ordinal)
                    ? $"another {name}"
                    : $"{name}: {old ?? "not given"} before, {now ?? "not given"} now";
            }
        }

        return null;
    }

    /// <summary>Where the weights came from is told, and does not count: the same ones may lie elsewhere.</summary>
    private static bool Counts(string name) =>
        name != Source && !name.StartsWith(Source + "_", StringComparison.Ordinal);

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static ModelRecipe Read(JsonProperty json) =>
        new(
            json.Name,
            [
                .. json
                    .Value.EnumerateObject()
                    .Select(part => KeyValuePair.Create(part.Name, part.Value.GetString() ?? "")),
            ]
        );

    /// <summary>Writes an object of all parts.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject(Model);
        foreach ((var name, var value) in Parts)
        {
            json.WriteString(name, value);
        }

        json.WriteEndObject();
    }
}
