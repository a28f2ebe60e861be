using Semblance.Runs.Formats;
using Semblance.Runs.Inputs.Containers;

namespace Semblance.Runs.Inputs;

/// <summary>Images that a run folder knows by a path within an archive or a table, found again there.</summary>
internal static class ContainedRows
{
    /// <summary>The rows, those of images within a file with their place in it.</summary>
    public static ImageRow[] Find(IReadOnlyList<ImageRow> rows)
    {
        Dictionary<string, Dictionary<string, HeldImage>> containers = [];
        return [.. rows.Select(row => row with { Held = HeldOf(row.Path, containers) })];
    }

    private static HeldImage? HeldOf(string path, Dictionary<string, Dictionary<string, HeldImage>> containers)
    {
        if (File.Exists(path))
        {
            return null;
        }

        for (var above = Path.GetDirectoryName(path); above is { Length: > 0 }; above = Path.GetDirectoryName(above))
        {
            if (!containers.TryGetValue(above, out var images))
            {
                if (!File.Exists(above))
                {
                    continue;
                }

                images = containers[above] = Images(above);
            }

            return images.GetValueOrDefault(path);
        }

        return null;
    }

    private static Dictionary<string, HeldImage> Images(string container) =>
        ZipImages.IsOne(container)
            ? ArchiveReader
                .Read(container, isFlat: true, ColumnMap.None)
                .Images.Rows.ToDictionary(row => row.Path, row => row.Held!)
        : EmbeddedImages.ColumnOf(container) is >= 0 and var column ? EmbeddedImages.ByPath(container, column)
        : [];
}
