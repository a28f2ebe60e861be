using System.Globalization;
using System.Text.Json;
using Semblance.Runs.Generating;

namespace Semblance.Runs.Folder;

/// <summary>What made the pictures of one model, beside prompt and seed (<see cref="IImageGenerator.Recipe"/>).</summary>
/// <param name="Model">Name of the model.</param>
/// <param name="Parts">By distinct names.</param>
internal sealed record ModelRecipe(string Model, IReadOnlyList<KeyValuePair<string, string>> Parts)
{
    public const string Size = "size";
    public const string Format = "format";
    private const string Source = "source";

    /// <summary>What makes the pictures now.</summary>
    public static ModelRecipe Of(IImageGenerator generator, GeneratePlan plan) =>
        new(
            generator.Model,
            [
                .. generator.Recipe,
                new(Size, SizeOf(plan.Width, plan.Height)),
                // The format of a file that was sent is not ours to choose: images of several may stand side by side.
                .. generator.SendsFiles ? [] : new[] { KeyValuePair.Create(Format, plan.Extension) },
            ]
        );

    /// <summary>A size as recipes have it.</summary>
    public static string SizeOf(int width, int height) =>
        string.Create(CultureInfo.InvariantCulture, $"{width}x{height}");

    /// <summary>Makes sure that pictures of this recipe may be laid beside those that are there.</summary>
    /// <returns>
    /// Which pictures are there, as far as they had to be asked themselves; null where the manifest knows, or there are
    /// none.
    /// </returns>
    /// <exception cref="InputException">The run holds pictures of the model that another recipe made, or may have made.</exception>
    public ModelPlan? CheckAgainst(RunFolder run, Manifest manifest)
    {
        // A run that failed or was killed before its first picture binds nobody.
        if (!PictureFiles.Any(run, Model))
        {
            return null;
        }

        if (manifest.RecipeOf(Model) is not { } before)
        {
            return CheckAgainstPictures(run);
        }

        return before.Difference(this) is { } difference
            ? throw new InputException(
                $"{run.Path} holds pictures of {Model} that were made another way ({difference}); give another --run, or another --name to keep both side by side."
            )
            : null;
    }

    /// <summary>Asks the pictures themselves what made them, where <c>run.json</c> was lost.</summary>
    private ModelPlan? CheckAgainstPictures(RunFolder run)
    {
        Dictionary<string, List<long>> found = [];
        foreach (var path in PictureFiles.Whole(run, Model))
        {
            var text = PictureText.Read(path);
            var fault =
                text is null ? "does not say either"
                : !PictureFiles.IsAt(path, text) ? "says that it is the picture of another prompt or seed"
                : text.Recipe.Difference(this) is { } difference ? $"was made another way ({difference})"
                : null;
            if (fault is not null)
            {
                throw new InputException(
                    $"{run.Path} holds pictures of {Model}, and no {RunFolder.ManifestName} that says what made them; {Path.GetRelativePath(run.FullPath, path)} {fault}. Give another --run, another --name to keep both side by side, or delete {Path.Combine(run.Path, PictureFiles.FolderOf(Model))}."
                );
            }

            if (!found.TryAdd(text!.Prompt, [text.Seed]))
            {
                found[text.Prompt].Add(text.Seed);
            }
        }

        return found.Count == 0
            ? null
            : new ModelPlan(
                Model,
                [
                    .. found
                        .Select(prompt => KeyValuePair.Create(prompt.Key, SeedRanges.Of(prompt.Value)))
                        .OrderBy(prompt => prompt.Key, StringComparer.Ordinal),
                ]
            );
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
