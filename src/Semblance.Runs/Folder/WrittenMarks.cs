using System.Security.Cryptography;
using System.Text;

namespace Semblance.Runs.Folder;

/// <summary>
/// Remembers what a table was last written from (<c>.cache/&lt;table&gt;.sha256</c>), so that a run that changes
/// nothing need not read and write parquet, which is most of the time of a small run.
/// </summary>
internal static class WrittenMarks
{
    /// <summary>Calls <paramref name="write"/> unless the table was last written from the same content and is as it was left.</summary>
    public static void WriteIfChanged(RunFolder run, string table, IEnumerable<string> content, Action write)
    {
        var mark = run.At(".cache", $"{table}.sha256");
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in content)
        {
            sha.AppendData(Encoding.UTF8.GetBytes(part));
        }

        var hash = Convert.ToHexStringLower(sha.GetHashAndReset());
        var path = run.At(table);
        if (
            File.Exists(path)
            && File.Exists(mark)
            && RegularFile.ReadAllText(mark, RegularFile.MostOfNote) == Mark(hash, path)
        )
        {
            return;
        }

        write();
        run.Write(mark, Mark(hash, path));
    }

    private static string Mark(string hash, string path)
    {
        var file = new FileInfo(path);
        return $"{hash} {file.Length} {file.LastWriteTimeUtc.Ticks}\n";
    }
}
