using System.Buffers.Binary;
using System.Globalization;
using System.Net.Mime;

namespace Semblance.Runs.Folder;

/// <summary>
/// <c>images/&lt;model&gt;/&lt;prompt&gt;/&lt;seed&gt;.png</c> of a run folder: which generated pictures are there. The
/// files decide, not the tables, which a killed run may have left behind them.
/// </summary>
internal static class PictureFiles
{
    public const string Folder = "images";

    private static readonly (string Extension, string MediaType)[] Formats =
    [
        ("png", MediaTypeNames.Image.Png),
        ("jpg", MediaTypeNames.Image.Jpeg),
        ("webp", MediaTypeNames.Image.Webp),
    ];

    /// <summary>Without a dot; of the formats in which a generator may send files.</summary>
    public static IEnumerable<string> Extensions => Formats.Select(format => format.Extension);

    public static ReadOnlySpan<byte> PngSignature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    // The last chunk of every PNG: no bytes, and their checksum.
    private static ReadOnlySpan<byte> PngEnd =>
        [0, 0, 0, 0, (byte)'I', (byte)'E', (byte)'N', (byte)'D', 0xAE, 0x42, 0x60, 0x82];
    private const int EndLength = 12;

    private static ReadOnlySpan<byte> JpegStart => [0xFF, 0xD8];
    private static ReadOnlySpan<byte> JpegEnd => [0xFF, 0xD9];

    /// <summary>The file of a picture, relative to the run folder and with /.</summary>
    public static string NameOf(string model, string prompt, long seed, string extension) =>
        string.Create(CultureInfo.InvariantCulture, $"{FolderOf(model)}/{SafeName.Of(prompt)}/{seed}.{extension}");

    /// <summary>The folder of a model, relative to the run folder and with /.</summary>
    public static string FolderOf(string model) => $"{Folder}/{SafeName.Of(model)}";

    /// <summary>Whether a picture is there, from its first byte to its last.</summary>
    public static bool Has(RunFolder run, string file) => IsWhole(run.At(file));

    /// <summary>The extension for a file that a generator sent; null where it is not one of a known format, or not all of one.</summary>
    public static string? ExtensionOf(EncodedImage image)
    {
        var extension = Formats
            .FirstOrDefault(format => format.MediaType.Equals(image.MediaType, StringComparison.OrdinalIgnoreCase))
            .Extension;
        var bytes = image.Bytes.Span;
        return extension is not null && IsWhole(extension, bytes, bytes, bytes.Length) ? extension : null;
    }

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
    public static IEnumerable<long> Seeds(RunFolder run, string model, string prompt, IEnumerable<string> extensions)
    {
        var folder = run.At(Folder, SafeName.Of(model), SafeName.Of(prompt));
        foreach (var file in FilesIn(folder, "*", SearchOption.TopDirectoryOnly))
        {
            var name = Path.GetFileNameWithoutExtension(file.Name);
            if (
                extensions.Contains(file.Extension.TrimStart('.'))
                && long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var seed)
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
        if (!File.Exists(path))
        {
            return false;
        }

        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            Span<byte> start = stackalloc byte[(int)Math.Min(EndLength, file.Length)];
            Span<byte> end = stackalloc byte[start.Length];
            file.ReadExactly(start);
            file.Seek(-end.Length, SeekOrigin.End);
            file.ReadExactly(end);
            return IsWhole(Path.GetExtension(path).TrimStart('.'), start, end, file.Length);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static bool IsWhole(string extension, ReadOnlySpan<byte> start, ReadOnlySpan<byte> end, long length) =>
        extension switch
        {
            "png" => length >= PngSignature.Length + PngEnd.Length
                && start.StartsWith(PngSignature)
                && end.EndsWith(PngEnd),
            "jpg" => length >= JpegStart.Length + JpegEnd.Length
                && start.StartsWith(JpegStart)
                && end.EndsWith(JpegEnd),
            // The length stands at the start, without the 8 bytes up to and with itself.
            "webp" => length >= EndLength
                && start.StartsWith("RIFF"u8)
                && start[8..].StartsWith("WEBP"u8)
                && length >= 8 + (long)BinaryPrimitives.ReadUInt32LittleEndian(start[4..]),
            _ => length > 0,
        };

    /// <summary>Half-written files begin with a dot.</summary>
    private static IEnumerable<FileInfo> FilesIn(string folder, string pattern, SearchOption depth) =>
        Directory.Exists(folder)
            ? new DirectoryInfo(folder)
                .EnumerateFiles(pattern, depth)
                .Where(file => file.Length > 0 && !file.Name.StartsWith('.'))
            : [];
}
