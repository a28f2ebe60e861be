using System.Text.Json;
using System.Text.Json.Serialization;
using Semblance.Runs.Formats;

namespace Semblance.Runs.Folder;

/// <summary>
/// The fields of <c>run.json</c>. Those that this version does not know are kept when it is written again, at every depth.
/// </summary>
internal sealed record ManifestFile
{
    private const string ThisSchema = "semblance.run/1";

    public required string Schema { get; init; }

    /// <summary>The version that wrote last.</summary>
    public string? Semblance { get; init; }

    public required bool PromptsAreRaw { get; init; }

    public required IReadOnlyList<string> Models { get; init; }

    /// <summary>The encoders of the run, each as the JSON of an <see cref="EncoderIdentity"/>.</summary>
    public required IReadOnlyList<JsonElement> Encoders { get; init; }

    /// <summary>By model; null for a run of images made elsewhere.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, JsonElement>>? Recipes { get; init; }

    /// <summary>By model, as the recipes.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, IReadOnlyList<SeedGroup>>? Plans { get; init; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }

    /// <summary>Reads the file; an empty one if there is none.</summary>
    /// <exception cref="InputException">It is damaged, cannot be read, or is of another version.</exception>
    public static ManifestFile Read(RunFolder run)
    {
        var path = run.At(RunFolder.ManifestName);
        if (!File.Exists(path))
        {
            return Empty();
        }

        try
        {
            var file = JsonSerializer.Deserialize(
                RegularFile.ReadAllBytes(path, RegularFile.MostOfText),
                FolderJson.Default.ManifestFile
            );
            if (file?.Schema is { } schema && schema != ThisSchema)
            {
                throw new InputException($"{path} was written by another version of Semblance; use a new run folder.");
            }

            // Finds what is wrong inside.
            _ = (file ?? throw new FormatException()).ToManifest();
            return file;
        }
        catch (Exception error)
            when (error
                    is JsonException
                        or FormatException
                        or OverflowException
                        or InvalidOperationException
                        or ArgumentException
            )
        {
            var what =
                error.InnerException is JsonException
                    ? "it is not valid JSON"
                    : "fields are missing or of the wrong kind";
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
        catch (Exception error) when (FileFault.IsOne(error))
        {
            throw new InputException($"{path} cannot be read: {error.Message}", error);
        }
    }

    /// <summary>Makes an empty file where there is none, so that the folder is known as a run; one that is there stays.</summary>
    public static void MakeEmpty(RunFolder run)
    {
        var path = run.At(RunFolder.ManifestName);
        if (File.Exists(path))
        {
            return;
        }

        var made = run.At($".{Path.GetRandomFileName()}.tmp");
        run.Write(made, stream => stream.Write(Empty().ToJson()));
        try
        {
            // Never onto one that another process has written by now.
            File.Move(made, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(made);
        }
    }

    /// <summary>Converts the fields, with the encoders and plans parsed.</summary>
    /// <exception cref="JsonException">A field of an encoder is missing or of the wrong kind.</exception>
    /// <exception cref="FormatException">Seeds are not ranges.</exception>
    public Manifest ToManifest() =>
        new(
            PromptsAreRaw,
            [.. Models.Select(model => model ?? throw new FormatException())],
            [
                .. Encoders.Select(encoder =>
                    encoder.Deserialize(FolderJson.Default.EncoderIdentity) ?? throw new FormatException()
                ),
            ],
            [
                .. (Recipes ?? Empty<IReadOnlyDictionary<string, JsonElement>>()).Select(own =>
                    ModelRecipe.Of(own.Key, own.Value)
                ),
            ],
            [.. (Plans ?? Empty<IReadOnlyList<SeedGroup>>()).Select(own => ModelPlan.Of(own.Key, own.Value))]
        );

    /// <summary>Adds an encoder and models; writes only what changed.</summary>
    public static void Add(RunFolder run, EncoderIdentity encoder, IEnumerable<string> models, bool promptsAreRaw)
    {
        string[] names = [.. models];
        // Usually there is nothing to add, so the lock is not needed.
        if (Read(run) is var file && Next(file).IsNews(run))
        {
            using var alone = RunLock.Take(run, run.At(RunFolder.ManifestName));
            Next(Read(run)).Write(run);
        }

        ManifestFile Next(ManifestFile old) =>
            old with
            {
                Encoders = old.ToManifest().Encoders.Contains(encoder)
                    ? old.Encoders
                    : [.. old.Encoders, JsonSerializer.SerializeToElement(encoder, FolderJson.Default.EncoderIdentity)],
                Models = [.. old.Models.Union(names).Order(StringComparer.Ordinal)],
                PromptsAreRaw = old.PromptsAreRaw && promptsAreRaw,
            };
    }

    /// <summary>Adds a model whose images are generated here from raw prompts. The caller holds the run's lock.</summary>
    /// <exception cref="InputException">The run holds images of it that another recipe made.</exception>
    public static void Add(RunFolder run, ModelRecipe recipe, ModelPlan plan)
    {
        var old = Read(run);
        var manifest = old.ToManifest();
        recipe.CheckAgainst(run, manifest);
        Add(run, old, manifest, recipe, plan);
    }

    /// <summary>Adds a model whose images shards have made, and nothing else says so yet. The caller holds the run's lock.</summary>
    public static void AddShards(RunFolder run, ModelRecipe recipe, ModelPlan plan)
    {
        var old = Read(run);
        Add(run, old, old.ToManifest(), recipe, plan);
    }

    private static void Add(RunFolder run, ManifestFile old, Manifest manifest, ModelRecipe recipe, ModelPlan plan)
    {
        // Without images the plan of before no longer counts.
        var goesOn = ImageFiles.Any(run, recipe.Model);
        var before = goesOn ? manifest.Plans.FirstOrDefault(known => known.Model == recipe.Model) : null;
        var next = old with
        {
            Models = [.. old.Models.Union([recipe.Model]).Order(StringComparer.Ordinal)],
            Recipes =
                goesOn && old.Recipes?.ContainsKey(recipe.Model) == true
                    ? old.Recipes
                    : With(old.Recipes, recipe.Model, recipe.ToJson()),
            Plans = With(old.Plans, plan.Model, (before?.With(plan) ?? plan).ToJson()),
        };
        next.Write(run);
    }

    private static OrderedDictionary<string, T> With<T>(IReadOnlyDictionary<string, T>? old, string model, T value) =>
        new(
            (old ?? Empty<T>())
                .Where(known => known.Key != model)
                .Append(KeyValuePair.Create(model, value))
                .OrderBy(known => known.Key, StringComparer.Ordinal)
        );

    private static Dictionary<string, T> Empty<T>() => [];

    private static ManifestFile Empty() =>
        new()
        {
            Schema = ThisSchema,
            PromptsAreRaw = true,
            Models = [],
            Encoders = [],
        };

    private void Write(RunFolder run)
    {
        if (IsNews(run))
        {
            run.Write(run.At(RunFolder.ManifestName), stream => stream.Write(ToJson()));
        }
    }

    /// <summary>Whether the file is not there or says something else.</summary>
    private bool IsNews(RunFolder run)
    {
        var path = run.At(RunFolder.ManifestName);
        return !File.Exists(path)
            || !RegularFile.ReadAllBytes(path, RegularFile.MostOfText).AsSpan().SequenceEqual(ToJson());
    }

    private byte[] ToJson() =>
        JsonText.Bytes(
            this with
            {
                Semblance = typeof(ManifestFile).Assembly.GetName().Version?.ToString(3),
            },
            FolderJson.Default.ManifestFile
        );
}

/// <summary>Prompts of a plan that have the same seeds.</summary>
internal sealed record SeedGroup(string Seeds, IReadOnlyList<string> Prompts)
{
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}
