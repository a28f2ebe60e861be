using System.Text.Json;

namespace Semblance.Runs.Storage;

/// <summary>What made the pictures of one model, beside prompt and seed (<see cref="IImageGenerator.Recipe"/>).</summary>
/// <param name="Model">Name of the model.</param>
/// <param name="Parts">By distinct names.</param>
internal sealed record ModelRecipe(string Model, IReadOnlyList<KeyValuePair<string, string>> Parts)
{
    /// <summary>What makes the pictures now.</summary>
    public static ModelRecipe Of(IImageGenerator generator, GeneratePlan plan) =>
        new(
            generator.Model,
            [.. generator.Recipe, new("size", $"{plan.Width}x{plan.Height}"), new("format", plan.Extension)]
        );

    /// <summary>Makes sure that pictures of this recipe may be laid beside those that are there.</summary>
    /// <exception cref="InputException">The run holds pictures of the model that another recipe made.</exception>
    public void CheckAgainst(RunFolder run, Manifest manifest)
    {
        if (
            manifest.RecipeOf(Model)?.Difference(this) is { } difference
            // A run that failed or was killed before its first picture binds nobody.
            && PictureFiles.Any(run, Model)
        )
        {
            throw new InputException(
                $"{run.Path} holds pictures of {Model} that were made another way ({difference}); give another --run, or another --name to keep both side by side."
            );
        }
    }

    /// <summary>The first part in which another recipe differs, for a reader; null where it does not.</summary>
    public string? Difference(ModelRecipe other)
    {
        Dictionary<string, string> theirs = new(other.Parts);
        Dictionary<string, string> ours = new(Parts);
        foreach (string name in Parts.Concat(other.Parts).Select(part => part.Key).Distinct())
        {
            (string? old, string? now) = (ours.GetValueOrDefault(name), theirs.GetValueOrDefault(name));
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
        foreach ((string name, string value) in Parts)
        {
            json.WriteString(name, value);
        }

        json.WriteEndObject();
    }
}
