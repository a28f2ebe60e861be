using System.Globalization;

namespace Semblance.Runs.Folder;

/// <summary>
/// <c>images/&lt;model&gt;/&lt;prompt&gt;/&lt;seed&gt;.png</c> of a run folder: which generated pictures are there. The
/// files decide, not the tables, which a killed run may have left behind them.
/// </summary>
internal static class PictureFiles
{
    public static ReadOnlySpan<byte> PngSignature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    public const string Folder = "images";

    // The last chunk of every PNG: no bytes, and their checksum.
    private static ReadOnlySpan<byte> PngEnd =>
        [0, 0, 0, 0, (byte)'I', (byte)'E', (byte)'N', (byte)'D', 0xAE, 0x42, 0x60, 0x82];
    private static ReadOnlySpan<byte> JpegStart => [0xFF, 0xD8];
    private static ReadOnlySpan<byte> JpegEnd => [0xFF, 0xD9];

    /// <summary>The file of a picture, relative to the run folder and with /.</summary>
    public static string NameOf(string model, string prompt, long seed, string extension) =>
        string.Create(CultureInfo.InvariantCulture, $"{FolderOf(model)}/{SafeName.Of(prompt)}/{seed}.{extension}");

    /// <summary>The folder of a model, relative to the run folder and with /.</summary>
    public static string FolderOf(string model) => $"{Folder}/{SafeName.Of(model)}";

    /// <summary>Whether a picture is there, from its first byte to its last.</summary>
    public static bool Has(RunFolder run, string file) => IsWhole(run.At(file));

    /// <summary>Whether a picture lies where its prompt and seed belong.</summary>
    public static bool IsAt(string path, PictureText text) =>
        Path.GetFileName(Path.GetDirectoryName(path)) == SafeName.Of(text.Prompt)
        && Path.GetFileNameWithoutExtension(path) == text.Seed.ToString(CultureInfo.InvariantCulture);

    /// <summary>The full paths of all whole pictures of a model, sorted.</summary>
    public static IEnumerable<string> Whole(RunFolder run, string model) => WholeIn(run, SafeName.Of(model));

    /// <summary>The same by the name of a model's folder.</summary>
    public static IEnumerable<string> WholeIn(RunFolder run, string modelFolder) =>
        FilesIn(run.At(Folder, modelFolder), "*", SearchOption.AllDirectories)
            .Select(file => file.FullName)
            .Where(path => Path.GetExtension(path) is ".png" or ".jpg" && IsWhole(path))
            .Order(StringComparer.Ordinal);

    /// <summary>The names of the folders of models, sorted.</summary>
    public static IReadOnlyList<string> ModelFolders(RunFolder run) =>
        run.At(Folder) is var folder && Directory.Exists(folder)
            ?
            [
                .. new DirectoryInfo(folder)
                    .EnumerateDirectories()
                    .Select(model => model.Name)
                    .Order(StringComparer.Ordinal),
            ]
            : [];

    /// <summary>Whether there is any picture of a model.</summary>
    public static bool Any(RunFolder run, string model) =>
        FilesIn(run.At(Folder, SafeName.Of(model)), "*", SearchOption.AllDirectories).Any();

    /// <summary>The folders of a model's prompts.</summary>
    public static IEnumerable<string> Prompts(RunFolder run, string model) =>
        run.At(Folder, SafeName.Of(model)) is var folder && Directory.Exists(folder)
            ? new DirectoryInfo(folder).EnumerateDirectories().Select(prompt => prompt.Name)
            : [];

    /// <summary>The seeds of a prompt of which there are pictures.</summary>
    public static IEnumerable<long> Seeds(RunFolder run, string model, string prompt, string extension)
    {
        var folder = run.At(Folder, SafeName.Of(model), SafeName.Of(prompt));
        foreach (var file in FilesIn(folder, $"*.{extension}", SearchOption.TopDirectoryOnly))
        {
            var name = Path.GetFileNameWithoutExtension(file.Name);
            if (
                long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var seed)
                && IsWhole(file.FullName)
            )
            {
                yield return seed;
            }
        }
    }

    /// <summary>Whether a file begins and ends as its format has it; what a full disk or a cut copy leaves does not.</summary>
    private static bool IsWhole(string path)
    {
        try
        {
            return Path.GetExtension(path) switch
            {
                ".png" => Spans(path, PngSignature, PngEnd),
                ".jpg" => Spans(path, JpegStart, JpegEnd),
                _ => new FileInfo(path) is { Exists: true, Length: > 0 },
            };
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static bool Spans(string path, ReadOnlySpan<byte> start, ReadOnlySpan<byte> end)
    {
        if (!File.Exists(path))
        {
            return false;
        }

        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        if (file.Length < start.Length + end.Length)
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[12];
        file.ReadExactly(bytes[..start.Length]);
        var begins = bytes[..start.Length].SequenceEqual(start);
        file.Seek(-end.Length, SeekOrigin.End);
        file.ReadExactly(bytes[..end.Length]);
        return begins && bytes[..end.Length].SequenceEqual(end);
    }

    /// <summary>Half-written files begin with a dot.</summary>
    private static IEnumerable<FileInfo> FilesIn(string folder, string pattern, SearchOption depth) =>
        Directory.Exists(folder)
            ? new DirectoryInfo(folder)
                .EnumerateFiles(pattern, depth)
                .Where(file => file.Length > 0 && !file.Name.StartsWith('.'))
            : [];
}
