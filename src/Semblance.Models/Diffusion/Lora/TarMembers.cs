using System.Formats.Tar;
using Semblance.Tensors;

namespace Semblance.Models.Diffusion.Lora;

/// <summary>Files inside a tar, which are read where they lie: nothing is extracted.</summary>
internal static class TarMembers
{
    private const int Most = 1000;

    /// <summary>Visits the plain files at the top of a tar that have these names.</summary>
    /// <param name="path">The tar.</param>
    /// <param name="names">All others are skipped.</param>
    /// <param name="visit">Takes the name, the content (valid during the call), and where in the tar it begins.</param>
    /// <exception cref="InputException">It is not a tar, a name comes twice, or is one of a link.</exception>
    public static void Visit(string path, IReadOnlyCollection<string> names, Action<string, Stream, long> visit)
    {
        if (ForeignFile.Of(path) is { } what)
        {
            throw new InputException($"{path} {what}.");
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        try
        {
            using var stream = RegularFile.OpenRead(path);
            using var reader = new TarReader(stream);
            for (var count = 0; reader.GetNextEntry() is { } entry; count++)
            {
                if (count == Most)
                {
                    throw new InputException($"{path} holds more than {Most} files; it is not a hosted fine-tune.");
                }

                var name = entry.Name.StartsWith("./", StringComparison.Ordinal) ? entry.Name[2..] : entry.Name;
                if (!names.Contains(name))
                {
                    continue;
                }

                if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile) || !seen.Add(name))
                {
                    throw new InputException($"{path}: {name} is a link, or is there twice; do not trust the archive.");
                }

                visit(name, entry.DataStream ?? Stream.Null, entry.DataOffset);
            }
        }
        catch (Exception error)
            when (error is InvalidDataException or FormatException or EndOfStreamException or OverflowException)
        {
            throw new InputException($"{path} is not a tar archive, or is a damaged one; fetch it again.", error);
        }
        catch (Exception error) when (FileFault.IsOne(error))
        {
            throw new InputException($"{path} cannot be read: {error.Message}", error);
        }
    }
}
