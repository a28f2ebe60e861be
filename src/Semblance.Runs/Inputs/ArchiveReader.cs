using Semblance.Consistency;
using Semblance.Runs.Formats;
using Semblance.Runs.Inputs.Containers;

namespace Semblance.Runs.Inputs;

/// <summary>
/// A zip archive of images as if it were a folder with its name: the layout is shown by the folders within. A single folder
/// around everything is left away where it has the name of the archive, or stands above models.
/// </summary>
internal static class ArchiveReader
{
    /// <inheritdoc cref="FolderReader.Read(string, bool)"/>
    /// <param name="path">The archive.</param>
    /// <param name="isFlat">Whether folders and tables within do not count.</param>
    /// <param name="map">Columns of these tables that have other names.</param>
    public static (int Depth, ImageInput Images) Read(string path, bool isFlat, ColumnMap map)
    {
        var archive = SourceFile.Guard(path, () => ZipImages.Open(path));
        List<SkippedFile> bad = [];
        List<(string[] Parts, string Path)> found = [];
        List<string> others = [];
        List<int> tables = [];
        Dictionary<string, HeldImage> held = [];
        foreach (var (place, name) in archive.Names.Index())
        {
            var parts = name.Split('/');
            var shown = $"{path}/{name}";
            if (name.EndsWith('/') || parts.Any(part => part != ".." && FolderListing.IsHidden(part)))
            {
                continue;
            }

            if (!isFlat && MetadataFolder.IsTable(name) && archive.FaultOf(place) is null)
            {
                tables.Add(place);
            }

            if (!ImageNames.IsImage(name))
            {
                others.Add(shown);
            }
            else if (archive.FaultOf(place) is { } fault)
            {
                bad.Add(new SkippedFile(shown, fault));
            }
            else if (!held.TryAdd(shown, new HeldImage(archive, place)))
            {
                bad.Add(new SkippedFile(shown, "is in the archive twice"));
            }
            else
            {
                found.Add((parts[..^1], shown));
            }
        }

        if (ArchiveTables.Read(archive, tables, held, map) is { } described)
        {
            var beside = FolderReader.Others([.. others.Where(file => !MetadataFolder.IsTable(file))]);
            return (
                Described,
                described with
                {
                    Bad = [.. bad, .. described.Bad],
                    Empty = [.. described.Empty, .. beside.Empty],
                    Ignored = beside.Ignored,
                }
            );
        }

        var own = Path.GetFileNameWithoutExtension(path);
        if (found.Count > 0 && IsAround(found, own))
        {
            found = [.. found.Select(image => (image.Parts[1..], image.Path))];
        }

        var (depth, rows) = FolderReader.Arrange(path, own, isFlat ? FolderReader.Flat(found) : found);
        return (
            depth,
            FolderReader.Others(others) with
            {
                Rows = [.. rows.Select(row => row with { Held = held[row.Path] })],
                Bad = bad,
            }
        );
    }

    /// <summary>As deep as folders of models: the tables say what belongs together.</summary>
    private const int Described = 2;

    private static bool IsAround(List<(string[] Parts, string Path)> found, string own) =>
        found[0].Parts is [var top, ..]
        && found.TrueForAll(image => image.Parts.Length > 0 && image.Parts[0] == top)
        && (top == own || found.TrueForAll(image => image.Parts.Length == 3));
}
