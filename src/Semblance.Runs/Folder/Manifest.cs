using System.Text;
using System.Text.Json;
using Semblance.Runs.Formats;

namespace Semblance.Runs.Folder;

/// <summary>
/// <c>run.json</c>: which encoders and models took part, what made the pictures that were generated here, from which
/// prompts and seeds, and which version of Semblance wrote last. Fields that this version does not know are lost by a rewrite, so the schema's number
/// changes with the fields.
/// </summary>
internal sealed record Manifest(
    IReadOnlyList<EncoderIdentity> Encoders,
    IReadOnlyList<string> Models,
    bool PromptsAreRaw
)
{
    /// <summary>One for each model whose pictures were generated here.</summary>
    public IReadOnlyList<ModelRecipe> Recipes { get; init; } = [];

    /// <summary>Prompts and seeds of each of these models.</summary>
    public IReadOnlyList<ModelPlan> Plans { get; init; } = [];

    private const string Schema = "semblance.run/1";

    public static Manifest Empty { get; } = new([], [], PromptsAreRaw: true);

    public static Manifest Read(RunFolder run)
    {
        var path = run.At(RunFolder.ManifestName);
        if (!File.Exists(path))
        {
            return Empty;
        }

        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path));
            var root = json.RootElement;
            if (root.GetProperty("schema").GetString() != Schema)
            {
                throw new InputException($"{path} was written by another version of Semblance; use a new run folder.");
            }

            return new Manifest(
                [.. root.GetProperty("encoders").EnumerateArray().Select(JsonText.ReadEncoder)],
                [.. root.GetProperty("models").EnumerateArray().Select(model => model.GetString()!)],
                root.GetProperty("prompts_are_raw").GetBoolean()
            )
            {
                // Runs of pictures made elsewhere have none.
                Recipes = [.. ObjectsOf(root, "recipes").Select(ModelRecipe.Read)],
                Plans = [.. ObjectsOf(root, "plans").Select(ModelPlan.Read)],
            };
        }
        catch (Exception error)
            when (error is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            var what = error is JsonException ? "it is not valid JSON" : "fields are missing or of the wrong kind";
            throw ImageFiles.Any(run)
                ? new InputException(
                    $"{path} is damaged ({what}), and nothing else says how the images below {ImageFiles.Folder}/ were made; restore it from a copy, or score {run.At(ImageFiles.Folder)} as a folder of images.",
                    error
                )
                {
                    Remedies = [new Remedy(RemedyKind.OtherRunFolder)],
                }
                : run.Damaged($"{path} is damaged ({what}) and has to be deleted", "it", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path} cannot be read: {error.Message}", error);
        }
    }

    /// <summary>Adds to what the manifest says; writes only what changed.</summary>
    public static void Add(RunFolder run, EncoderIdentity? encoder, IEnumerable<string> models, bool promptsAreRaw)
    {
        string[] names = [.. models];
        // Most often there is nothing to add, and nothing to wait for.
        if (Isnt(run, Next(Read(run))))
        {
            using var alone = RunLock.Take(run, run.At(RunFolder.ManifestName));
            Write(run, Next(Read(run)));
        }

        Manifest Next(Manifest old) =>
            old with
            {
                Encoders =
                    encoder is null || old.Encoders.Contains(encoder) ? old.Encoders : [.. old.Encoders, encoder],
                Models = [.. old.Models.Union(names).Order(StringComparer.Ordinal)],
                PromptsAreRaw = old.PromptsAreRaw && promptsAreRaw,
            };
    }

    /// <summary>Adds a model whose pictures are generated here from raw prompts. The caller holds the run's lock.</summary>
    /// <exception cref="InputException">The run holds pictures of it that another recipe made.</exception>
    public static void Add(RunFolder run, ModelRecipe recipe, ModelPlan plan)
    {
        var old = Read(run);
        recipe.CheckAgainst(run, old);
        (var before, var same) = ImageFiles.Any(run, recipe.Model)
            ? (old.Plans.FirstOrDefault(known => known.Model == recipe.Model), old.RecipeOf(recipe.Model))
            : (null, null);
        Write(
            run,
            old with
            {
                Models = [.. old.Models.Union([recipe.Model]).Order(StringComparer.Ordinal)],
                Recipes =
                [
                    .. old
                        .Recipes.Where(known => known.Model != recipe.Model)
                        .Append(same ?? recipe)
                        .OrderBy(known => known.Model, StringComparer.Ordinal),
                ],
                Plans =
                [
                    .. old
                        .Plans.Where(known => known.Model != recipe.Model)
                        .Append(before?.With(plan) ?? plan)
                        .OrderBy(known => known.Model, StringComparer.Ordinal),
                ],
            }
        );
    }

    /// <summary>What made the pictures of a model, null where they were not made here.</summary>
    public ModelRecipe? RecipeOf(string model) => Recipes.FirstOrDefault(recipe => recipe.Model == model);

    private static JsonElement.ObjectEnumerator ObjectsOf(JsonElement root, string name) =>
        root.TryGetProperty(name, out var json) ? json.EnumerateObject() : default;

    private static void Write(RunFolder run, Manifest next)
    {
        if (Isnt(run, next))
        {
            run.Write(run.At(RunFolder.ManifestName), stream => stream.Write(next.ToJson()));
        }
    }

    /// <summary>Whether the file is not there or says something else.</summary>
    private static bool Isnt(RunFolder run, Manifest next)
    {
        var path = run.At(RunFolder.ManifestName);
        return !File.Exists(path) || !File.ReadAllBytes(path).AsSpan().SequenceEqual(next.ToJson());
    }

    private byte[] ToJson()
    {
        using var buffer = new MemoryStream();
        using (Utf8JsonWriter json = new(buffer, JsonText.Options))
        {
            json.WriteStartObject();
            json.WriteString("schema", Schema);
            json.WriteString("semblance", typeof(Manifest).Assembly.GetName().Version?.ToString(3));
            json.WriteBoolean("prompts_are_raw", PromptsAreRaw);
            json.WriteStartArray("models");
            foreach (var model in Models)
            {
                json.WriteStringValue(model);
            }

            json.WriteEndArray();
            json.WriteStartArray("encoders");
            foreach (var encoder in Encoders)
            {
                JsonText.Write(json, encoder);
            }

            json.WriteEndArray();
            if (Recipes.Count > 0)
            {
                json.WriteStartObject("recipes");
                foreach (var recipe in Recipes)
                {
                    recipe.Write(json);
                }

                json.WriteEndObject();
            }

            if (Plans.Count > 0)
            {
                json.WriteStartObject("plans");
                foreach (var plan in Plans)
                {
                    plan.Write(json);
                }

                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        buffer.Write(Encoding.UTF8.GetBytes("\n"));
        return buffer.ToArray();
    }
}
