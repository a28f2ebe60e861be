using System.Security.Cryptography;
using System.Text.Json;
using Semblance.Runs.Folder;
using Semblance.Runs.Formats;

namespace Semblance.Runs.Sharding;

/// <summary>
/// What shards have written of their generations. Nothing of it is locked: shards only add files that are named by what they
/// hold, and a process that is no shard takes these into <c>run.json</c> and <c>images.parquet</c>.
/// </summary>
internal static class ShardRecords
{
    public const string Folder = RunFolder.ShardsName;

    /// <summary>Adds a record; it is there already where another shard was first.</summary>
    public static void Add(RunFolder run, ShardRecord record)
    {
        var json = JsonText.Bytes(record, ShardJson.Default.ShardRecord);
        var hash = Convert.ToHexStringLower(SHA256.HashData(json).AsSpan(0, 8));
        var path = run.At(Folder, $"{SafeName.Of(record.Model)}-{hash}.json");
        if (!File.Exists(path))
        {
            run.Write(path, stream => stream.Write(json));
        }

        run.Mirror?.Exchange();
    }

    /// <summary>What <c>run.json</c> says, and beside it what shards have written since.</summary>
    /// <exception cref="InputException">Shards made images of one model in two ways, or a record is damaged.</exception>
    public static Manifest AddTo(RunFolder run, Manifest manifest)
    {
        foreach (var record in Read(run))
        {
            var recipe = record.ToRecipe;
            if (manifest.RecipeOf(record.Model) is { } before && before.Difference(recipe) is { } difference)
            {
                throw new InputException(
                    $"Shards in {run.Path} made images of {record.Model} in two ways ({difference}); delete {run.At(ImageFiles.FolderOf(record.Model))} and the files of the model in {run.At(Folder)}, and start the shards again, all with the same settings and version."
                );
            }

            manifest = manifest with
            {
                Models = [.. manifest.Models.Union([record.Model]).Order(StringComparer.Ordinal)],
                Recipes = manifest.RecipeOf(record.Model) is null ? [.. manifest.Recipes, recipe] : manifest.Recipes,
                Plans = manifest.Plans.Any(plan => plan.Model == record.Model)
                    ? [.. manifest.Plans.Select(plan => plan.Model == record.Model ? plan.With(record.ToPlan) : plan)]
                    : [.. manifest.Plans, record.ToPlan],
            };
        }

        return manifest;
    }

    /// <summary>
    /// Takes what shards have made into <c>run.json</c> and <c>images.parquet</c>, which then are as one process would
    /// have left them. Shards may go on meanwhile; what they make later is taken in the next time.
    /// </summary>
    /// <exception cref="InputException">As <see cref="AddTo"/>.</exception>
    public static void Gather(RunFolder run)
    {
        var records = Read(run);
        if (records.Count == 0)
        {
            return;
        }

        _ = AddTo(run, run.ReadManifest());
        var known = run.Known(ImageTable.FileName, "images", ImageTable.Read)
            .Where(image => image.Sha256 is not null && image.Width is not null)
            .Select(image => (image.Model, image.Prompt, image.Path))
            .ToHashSet();
        var files = FileHashes.Load(run);
        List<ImageRecord> found = [];
        foreach (var record in records)
        {
            (ImageRequest Request, string File)[] images =
            [
                .. ImagesOf(record)
                    .Select(request => (request, ImageFiles.Find(run, record.Model, request, record.Extensions)))
                    .Where(image => image.Item2 is not null)!,
            ];
            if (images.Length == 0)
            {
                continue;
            }

            using (RunLock.Take(run, run.At(RunFolder.ManifestName)))
            {
                ManifestFile.AddShards(run, record.ToRecipe, record.ToPlan);
            }

            found.AddRange(
                images
                    .Where(image => !known.Contains((record.Model, image.Request.Prompt, image.File)))
                    .Select(image => new ImageRecord(
                        record.Model,
                        image.Request.Prompt,
                        image.Request.Name,
                        image.File,
                        HashOf(files, run.At(image.File)),
                        record.Width,
                        record.Height
                    ))
            );
        }

        if (found.Count > 0)
        {
            ImageTable.Merge(run, found);
            files.Save();
        }
    }

    private static string HashOf(FileHashes files, string path)
    {
        if (files.TryGet(path, path, out var hash))
        {
            return hash.ToString();
        }

        files.Bring(path);
        var stamp = FileStamp.Of(path);
        hash = ImageHash.Of(RegularFile.ReadAllBytes(path, RegularFile.MostOfImage));
        if (stamp is { } known)
        {
            files.Add(path, known, hash);
        }

        return hash.ToString();
    }

    private static IEnumerable<ImageRequest> ImagesOf(ShardRecord record) =>
        record.ToPlan.Prompts.SelectMany(prompt =>
            SeedRanges.Each(prompt.Seeds).Select(seed => new ImageRequest(prompt.Prompt, seed, 0, 0))
        );

    /// <summary>In the order of the generations.</summary>
    private static List<ShardRecord> Read(RunFolder run)
    {
        var folder = run.At(Folder);
        return
        [
            .. (Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*.json") : [])
                .Where(path => !Path.GetFileName(path).StartsWith('.'))
                .Order(StringComparer.Ordinal)
                .Select(ReadOne)
                .OrderBy(record => record.Part),
        ];
    }

    private static ShardRecord ReadOne(string path)
    {
        try
        {
            var record = JsonSerializer.Deserialize(
                RegularFile.ReadAllBytes(path, RegularFile.MostOfText),
                ShardJson.Default.ShardRecord
            );
            if (record?.Schema != ShardRecord.ThisSchema)
            {
                throw new InputException($"{path} was written by another version of Semblance; use a new run folder.");
            }

            // Finds what is wrong inside.
            _ = record.ToPlan;
            return record;
        }
        catch (Exception error)
            when (FileFault.IsOne(error) || error is JsonException or FormatException or OverflowException)
        {
            throw new InputException(
                $"{path} is damaged, and says how images were made; delete it, and start one of the shards again, which writes it again and makes no image twice.",
                error
            );
        }
    }
}
