using System.Text;
using System.Text.Json;

namespace Semblance.Runs.Storage;

/// <summary>
/// <c>run.json</c>: which encoders and models took part, what made the pictures that were generated here, and which
/// version of Semblance wrote last. Fields that this version does not know are lost by a rewrite, so the schema's number
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

    private const string Schema = "semblance.run/1";

    public static Manifest Empty { get; } = new([], [], PromptsAreRaw: true);

    public static Manifest Read(RunFolder run)
    {
        string path = run.At(RunFolder.ManifestName);
        if (!File.Exists(path))
        {
            return Empty;
        }

        try
        {
            using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(path));
            JsonElement root = json.RootElement;
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
                Recipes = root.TryGetProperty("recipes", out JsonElement recipes)
                    ?
                    [
                        .. recipes
                            .EnumerateObject()
                            .Select(model => new ModelRecipe(
                                model.Name,
                                [
                                    .. model
                                        .Value.EnumerateObject()
                                        .Select(part => KeyValuePair.Create(part.Name, part.Value.GetString() ?? "")),
                                ]
                            )),
                    ]
                    : [],
            };
        }
        catch (Exception error)
            when (error is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new InputException(
                $"{path} is damaged ({error.Message.TrimEnd('.')}); delete it and score the images into this run folder again, which writes it anew and embeds nothing twice.",
                error
            );
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path} cannot be read: {error.Message}", error);
        }
    }

    /// <summary>Adds to what the manifest says; writes only what changed.</summary>
    public static void Add(RunFolder run, EncoderIdentity? encoder, IEnumerable<string> models, bool promptsAreRaw)
    {
        Manifest old = Read(run);
        Write(
            run,
            old with
            {
                Encoders =
                    encoder is null || old.Encoders.Contains(encoder) ? old.Encoders : [.. old.Encoders, encoder],
                Models = [.. old.Models.Union(models).Order(StringComparer.Ordinal)],
                PromptsAreRaw = old.PromptsAreRaw && promptsAreRaw,
            }
        );
    }

    /// <summary>Adds models whose pictures are generated here from raw prompts.</summary>
    /// <exception cref="InputException">The run holds pictures of one of them that another recipe made.</exception>
    public static void Add(RunFolder run, IReadOnlyList<ModelRecipe> recipes)
    {
        Manifest old = Read(run);
        foreach (ModelRecipe recipe in recipes)
        {
            if (old.Recipes.FirstOrDefault(known => known.Model == recipe.Model)?.Difference(recipe) is { } difference)
            {
                throw new InputException(
                    $"{run.Path} holds pictures of {recipe.Model} that were made another way ({difference}); give another --run, or another --name to keep both side by side."
                );
            }
        }

        Write(
            run,
            old with
            {
                Models = [.. old.Models.Union(recipes.Select(recipe => recipe.Model)).Order(StringComparer.Ordinal)],
                Recipes =
                [
                    .. old
                        .Recipes.Concat(recipes)
                        .DistinctBy(recipe => recipe.Model)
                        .OrderBy(recipe => recipe.Model, StringComparer.Ordinal),
                ],
            }
        );
    }

    private static void Write(RunFolder run, Manifest next)
    {
        string path = run.At(RunFolder.ManifestName);
        byte[] bytes = next.ToJson();
        if (!File.Exists(path) || !File.ReadAllBytes(path).AsSpan().SequenceEqual(bytes))
        {
            run.Write(path, stream => stream.Write(bytes));
        }
    }

    private byte[] ToJson()
    {
        using MemoryStream buffer = new();
        using (Utf8JsonWriter json = new(buffer, JsonText.Options))
        {
            json.WriteStartObject();
            json.WriteString("schema", Schema);
            json.WriteString("semblance", typeof(Manifest).Assembly.GetName().Version?.ToString(3));
            json.WriteBoolean("prompts_are_raw", PromptsAreRaw);
            json.WriteStartArray("models");
            foreach (string model in Models)
            {
                json.WriteStringValue(model);
            }

            json.WriteEndArray();
            json.WriteStartArray("encoders");
            foreach (EncoderIdentity encoder in Encoders)
            {
                JsonText.Write(json, encoder);
            }

            json.WriteEndArray();
            if (Recipes.Count > 0)
            {
                json.WriteStartObject("recipes");
                foreach (ModelRecipe recipe in Recipes)
                {
                    json.WriteStartObject(recipe.Model);
                    foreach ((string name, string value) in recipe.Parts)
                    {
                        json.WriteString(name, value);
                    }

                    json.WriteEndObject();
                }

                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        buffer.Write(Encoding.UTF8.GetBytes("\n"));
        return buffer.ToArray();
    }
}
