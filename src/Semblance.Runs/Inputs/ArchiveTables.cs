using Semblance.Consistency;
using Semblance.Runs.Formats;
using Semblance.Runs.Inputs.Containers;

namespace Semblance.Runs.Inputs;

/// <summary>Tables <c>metadata</c> in an archive of images: see <see cref="MetadataFolder"/>.</summary>
internal static class ArchiveTables
{
    /// <summary>More than a table of images ever has.</summary>
    private const long MostBytes = 1L << 28;

    private const string NotThere = "is not in the archive";

    /// <summary>The rows of the tables that name prompts; null where there is none.</summary>
    /// <param name="archive">The archive.</param>
    /// <param name="places">Of its tables.</param>
    /// <param name="held">The images by the paths that they are shown with.</param>
    /// <param name="map">Columns with other names.</param>
    /// <exception cref="InputException">A table cannot be read.</exception>
    public static ImageInput? Read(
        ZipImages archive,
        IReadOnlyList<int> places,
        Dictionary<string, HeldImage> held,
        ColumnMap map
    )
    {
        ImageInput[] tables = [.. places.Select(place => Read(archive, place, held, map)).OfType<ImageInput>()];
        if (tables.Length == 0)
        {
            return null;
        }

        ImageRow[] rows =
        [
            .. tables.SelectMany(table => table.Rows).Select(row => row with { Path = In(archive, row.Path) }),
        ];
        var named = rows.Select(row => row.Path).ToHashSet();
        return new ImageInput(
            [.. rows.Where(row => held.ContainsKey(row.Path)).Select(row => row with { Held = held[row.Path] })],
            PromptsAreRaw: true
        )
        {
            Bad =
            [
                .. tables.SelectMany(table => table.Bad),
                .. rows.Where(row => !held.ContainsKey(row.Path)).Select(row => new SkippedFile(row.Path, NotThere)),
            ],
            Empty =
            [
                .. held
                    .Keys.Where(path => !named.Contains(path))
                    .Select(path => new SkippedFile(path, "is not named in the archive's metadata")),
            ],
        };
    }

    /// <summary>A path in the archive as its images are shown; one that leads out of it is none of theirs.</summary>
    private static string In(ZipImages archive, string path)
    {
        if (!path.StartsWith(archive.Path, StringComparison.Ordinal))
        {
            return path;
        }

        List<string> parts = [];
        foreach (var part in ZipImages.Plain(path[archive.Path.Length..]).Split('/'))
        {
            if (part == ".." && parts.Count > 1)
            {
                parts.RemoveAt(parts.Count - 1);
            }
            else
            {
                parts.Add(part);
            }
        }

        return archive.Path + string.Join('/', parts);
    }

    private static ImageInput? Read(ZipImages archive, int place, Dictionary<string, HeldImage> held, ColumnMap map)
    {
        var shown = $"{archive.Path}/{archive.Names[place]}";
        // Readers of tables want files; this one holds only what this member says.
        var folder = Directory.CreateTempSubdirectory("semblance-");
        var copy = Path.Combine(folder.FullName, $"table{Path.GetExtension(shown)}");
        try
        {
            File.WriteAllBytes(copy, archive.Read(place, MostBytes));
            var table = TableFile.Open(copy, map);
            return MetadataFolder.MapOf(table, map) is { } own && (table.Has("prompt") || table.Has("text"))
                ? TableReader.Read(
                    TableFile.Open(copy, own),
                    shown,
                    path => held.ContainsKey(In(archive, path)) ? null : NotThere
                )
                : null;
        }
        catch (InputException error)
        {
            var message = error.Message.Replace(copy, shown, StringComparison.Ordinal);
            throw new InputException(
                message.Contains(shown, StringComparison.Ordinal) ? message.Split('\n') : [$"{shown} {message}."],
                error
            )
            {
                Remedies = error.Remedies,
            };
        }
        catch (Exception error) when (FileFault.IsOne(error))
        {
            throw new ResourceException($"{copy} cannot be written, to read {shown} from it.", error);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
