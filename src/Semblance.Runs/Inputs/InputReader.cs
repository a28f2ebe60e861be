using Semblance.Consistency;
using Semblance.Runs.Folder;
using Semblance.Runs.Formats;
using Semblance.Runs.Inputs.Containers;
using Semblance.Wording;

namespace Semblance.Runs.Inputs;

/// <summary>Finds out what the paths given to <c>score</c> are, and reads them.</summary>
public static class InputReader
{
    /// <summary>
    /// Reads image folders (<c>&lt;model&gt;/&lt;prompt&gt;/&lt;seed&gt;.ext</c>, <c>&lt;prompt&gt;/&lt;seed&gt;.ext</c>
    /// of one model named by the folder, or a flat folder, one set), image files (one set), run folders, tables
    /// (<c>.csv</c>, <c>.tsv</c>, <c>.jsonl</c>, <c>.parquet</c> with <c>path</c> and optional <c>model</c>,
    /// <c>prompt</c>, <c>seed</c>) or embeddings (<c>.npy</c>, <c>.safetensors</c>, <c>.parquet</c> with
    /// <c>embedding</c>, or a folder of <c>&lt;model&gt;/&lt;prompt&gt;.npy</c> or <c>&lt;prompt&gt;.npy</c>). Several
    /// paths are joined: folders of prompts are models, flat folders are sets of one unnamed model, or of the models that
    /// their parent folders name where two of them have the same name; <c>.npy</c> files of several folders are sets of
    /// the models that these folders name.
    /// </summary>
    /// <param name="paths">At least one.</param>
    /// <param name="map">Columns of tables that have other names than ours.</param>
    /// <param name="isFlat">Whether folders do not count, since the images themselves say what they are: see <see cref="ImageInput.WithTexts"/>.</param>
    /// <param name="elsewhere">Folders among the paths whose images are elsewhere.</param>
    /// <exception cref="InputException">Nothing there, or it cannot be understood; the message says what to do.</exception>
    /// <exception cref="UsageException">No path.</exception>
    public static ScoreInput Read(
        IReadOnlyList<string> paths,
        ColumnMap? map = null,
        bool isFlat = false,
        IReadOnlyList<FolderElsewhere>? elsewhere = null
    )
    {
        if (paths.Count == 0)
        {
            throw new UsageException("Nothing to score: name a folder of images, a table or a file of embeddings.");
        }

        var columns = map ?? ColumnMap.None;
        List<ImageRow> rows = [];
        var raw = true;
        List<ImageRow> flat = [];
        List<string> loose = [];
        List<string> arrays = [];
        List<EmbeddingInput> embeddings = [];
        List<SkippedFile> bad = [];
        List<SkippedFile> empty = [];
        Dictionary<string, int> ignored = [];
        foreach (var path in paths)
        {
            if (elsewhere?.FirstOrDefault(one => one.IsAt(path)) is { } there && !RunFolder.IsRun(path))
            {
                (var level, var images) = FolderReader.Read(there, isFlat);
                Add(images, level == 0 ? flat : rows);
                continue;
            }

            var folder = Directory.Exists(path);
            if (!folder && !File.Exists(path))
            {
                throw new InputException(
                    SourceFile.NotUtf8(path) is { } odd ? $"{path} {odd}." : $"There is no file or folder {path}."
                );
            }

            // All bad images and embeddings are reported together.
            if (!folder && !MayBeBad(path) && SourceFile.FaultOfContent(path) is { } fault)
            {
                throw new InputException($"{path} {fault}.");
            }

            if (folder && RunFolder.HasLostManifest(path))
            {
                throw RunFolder.LostManifest(path);
            }

            var parts = folder && TableFile.IsTable(path);
            if (
                folder
                && !parts
                && !isFlat
                && !RunFolder.IsRun(path)
                && MetadataFolder.Read(path, columns) is { } described
            )
            {
                Add(described);
                continue;
            }

            var isArchive = !folder && ZipImages.IsOne(path);
            if (isArchive || (folder && !parts && !RunFolder.IsRun(path)))
            {
                (var depth, var found) = isArchive
                    ? ArchiveReader.Read(path, isFlat, columns)
                    : FolderReader.Read(path, isFlat);
                if (found.Rows.Count > 0)
                {
                    Add(found, depth == 0 ? flat : rows);
                }
                else
                {
                    embeddings.Add(
                        (isArchive ? null : EmbeddingFolder.Read(path))
                            ?? throw (
                                isArchive && found.Ignored.Count > 0 && found.Bad.Count == 0
                                    ? NoImages(path, found.Ignored)
                                    : Nothing(path, [.. found.Bad, .. found.Empty])
                            )
                    );
                }
            }
            else if (!folder && ImageNames.IsImage(path))
            {
                raw = false;
                loose.Add(path);
            }
            else if (!folder && EmbeddingFolder.IsArray(path))
            {
                arrays.Add(path);
            }
            else if (!folder && EmbeddingFolder.IsTensors(path))
            {
                embeddings.Add(EmbeddingFolder.ReadTensors(path));
            }
            else
            {
                foreach (var file in parts ? EmbeddedImages.Shards(path) : [path])
                {
                    switch (
                        folder && !parts ? RunReader.Read(file, elsewhere) : FileReader.Read(file, columns, elsewhere)
                    )
                    {
                        case ImageInput images:
                            Add(images);
                            break;
                        case EmbeddingInput vectors:
                            embeddings.Add(vectors);
                            break;
                    }
                }
            }
        }

        rows.AddRange(NameFlat(flat));
        rows.AddRange(
            loose.Select(path => new ImageRow(
                "",
                FolderReader.NameOf(Path.GetDirectoryName(Path.GetFullPath(path))!),
                null,
                path
            ))
        );
        if (embeddings.Count == 0 && arrays.Count == 0)
        {
            return new ImageInput(ImageRows.Order(rows), raw)
            {
                Bad = bad,
                Empty = empty,
                Ignored = ignored,
            };
        }

        return rows.Count == 0
            ? EmbeddingSets.Join([.. embeddings, .. EmbeddingFolder.ReadArrays(arrays)])
            : throw new InputException(
                "Images and embeddings cannot be scored together; score them one after the other."
            );

        void Add(ImageInput images, List<ImageRow>? to = null)
        {
            (to ?? rows).AddRange(images.Rows);
            bad.AddRange(images.Bad);
            empty.AddRange(images.Empty);
            raw &= images.PromptsAreRaw;
            foreach (var (extension, count) in images.Ignored)
            {
                ignored[extension] = ignored.GetValueOrDefault(extension) + count;
            }
        }
    }

    /// <summary>Whether a file below a folder of images is one of them, by its name alone.</summary>
    /// <param name="name">Relative to the folder and with /.</param>
    public static bool IsImage(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return ImageNames.IsImage(name) && !name.Split('/').Any(FolderListing.IsHidden);
    }

    private static bool MayBeBad(string path) =>
        ImageNames.IsImage(path) || EmbeddingFolder.IsArray(path) || EmbeddingFolder.IsTensors(path);

    private static InputException NoImages(string archive, IReadOnlyDictionary<string, int> others) =>
        new(
            $"{archive} holds no images but other files ({string.Join(", ", others.Select(kind => $"{kind.Value} {kind.Key}"))}); unpack it, and name what is in it."
        );

    private static InputException Nothing(string folder, IReadOnlyList<SkippedFile> bad)
    {
        // Spark and others write a table as a folder of parts.
        string[] tables =
        [
            .. (Directory.Exists(folder) ? Directory.EnumerateFiles(folder) : [])
                .Where(TableFile.IsTable)
                .Select(Path.GetFileName)
                .Order(StringComparer.Ordinal)!,
        ];
        return new InputException(
            (bad.Count > 0 ? $"{bad[0].Path} {bad[0].Reason}; otherwise " : "")
                + $"{folder} holds no images{(tables.Length > 0 ? $"; it holds tables ({Listing.Joined(tables, 3)}); name the files, or call them part-0, part-1 and so on if they are one table. Otherwise" : ";")} expected <model>/<prompt>/<seed>.png, <prompt>/<seed>.png or images in the folder itself (or embeddings, <model>/<prompt>.npy or <prompt>.npy)."
        );
    }

    private static IEnumerable<ImageRow> NameFlat(List<ImageRow> flat)
    {
        var clash = flat.GroupBy(row => row.Prompt)
            .Any(set => set.Select(row => Path.GetDirectoryName(row.Path)).Distinct().Skip(1).Any());
        return clash
            ? flat.Select(row =>
                row with
                {
                    Model = FolderReader.NameOf(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(row.Path))!, "..")),
                }
            )
            : flat;
    }
}
