using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Semblance.Cluster.Objects;

/// <summary>
/// What images in a bucket hash to, so that their embeddings are found without them: <c>hashes/*.tsv</c>, each named by what it
/// holds, one line an image (sha256, length, name).
/// </summary>
internal static class HashList
{
    /// <summary>An image of a list.</summary>
    public sealed record Line(string Sha256, long Length, string Name);

    /// <summary>Where a list is in a run folder here.</summary>
    public static string PathOf(string run, string name) =>
        Path.Combine(run, ".cache", name.Replace('/', Path.DirectorySeparatorChar));

    /// <summary>Writes a list into the cache of a run folder, whole or not at all.</summary>
    /// <returns>Its name.</returns>
    /// <exception cref="ResourceException">It cannot be written.</exception>
    public static string Write(string run, IReadOnlyList<Line> lines)
    {
        (var name, var content) = Of(lines);
        var path = PathOf(run, name);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var temporary = Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetRandomFileName()}.tmp");
            File.WriteAllBytes(temporary, content);
            File.Move(temporary, path, overwrite: true);
            return name;
        }
        catch (Exception error) when (FileFault.IsOne(error))
        {
            throw ResourceException.Unwritten(path, error);
        }
    }

    /// <summary>The name of a list, and its content.</summary>
    public static (string Name, byte[] Content) Of(IEnumerable<Line> lines)
    {
        var text = new StringBuilder();
        foreach (var line in lines.OrderBy(line => line.Name, StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"{line.Sha256}\t{line.Length}\t{line.Name}\n");
        }

        var content = Encoding.UTF8.GetBytes(text.ToString());
        return ($"{MirrorFile.HashLists}/{Named(content)}.tsv", content);
    }

    /// <summary>The lines of a list; none where it is not what it was written as.</summary>
    public static IEnumerable<Line> Read(string path)
    {
        var content = RegularFile.ReadAllBytes(path, RegularFile.MostOfText);
        if (Named(content) != Path.GetFileNameWithoutExtension(path))
        {
            yield break;
        }

        foreach (var line in Encoding.UTF8.GetString(content).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (
                line.Split('\t') is [var hash, var length, var name]
                && long.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes)
            )
            {
                yield return new Line(hash, bytes, name);
            }
        }
    }

    private static string Named(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 8));
}
