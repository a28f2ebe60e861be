using System.Buffers.Binary;
using System.Globalization;
using System.Net.Mime;

namespace Semblance.Runs.Folder;

/// <summary>
/// <c>images/&lt;model&gt;/&lt;prompt&gt;/&lt;seed&gt;.png</c> of a run folder: which generated images are there. The files
/// decide, not the tables: a killed run may have written a file and not its line.
/// </summary>
internal static class ImageFiles
{
    public const string Folder = "images";

    private const int EndLength = 12;

    private static readonly (string Extension, string MediaType)[] Formats =
    [
        ("png", MediaTypeNames.Image.Png),
        ("jpg", MediaTypeNames.Image.Jpeg),
        ("webp", MediaTypeNames.Image.Webp),
    ];

    private static ReadOnlySpan<byte> PngStart => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    // The last chunk of every PNG: no bytes, and their checksum.
    private static ReadOnlySpan<byte> PngEnd =>
        [0, 0, 0, 0, (byte)'I', (byte)'E', (byte)'N', (byte)'D', 0xAE, 0x42, 0x60, 0x82];
    private static ReadOnlySpan<byte> JpegStart => [0xFF, 0xD8];
    private static ReadOnlySpan<byte> JpegEnd => [0xFF, 0xD9];

    /// <summary>Of the formats in which a generator may send files; without a dot.</summary>
    public static IEnumerable<string> Extensions => Formats.Select(format => format.Extension);

    /// <summary>The file of an image, relative to the run folder and with /.</summary>
    public static string NameOf(string model, ImageRequest image, string extension) =>
        $"{FolderOf(model, image.Prompt)}/{image.Name}.{extension}";

    /// <summary>The folder of a model's prompt, relative to the run folder and with /.</summary>
    public static string FolderOf(string model, string prompt) => $"{FolderOf(model)}/{SafeName.Of(prompt)}";

    /// <summary>The folder of a model, relative to the run folder and with /.</summary>
    public static string FolderOf(string model) => $"{Folder}/{SafeName.Of(model)}";

    /// <summary>The whole file of an image, relative to the run folder and with /; null if there is none.</summary>
    /// <param name="run">The run.</param>
    /// <param name="model">Name of the model.</param>
    /// <param name="image">Which image.</param>
    /// <param name="extensions">The formats that it may have.</param>
    public static string? Find(RunFolder run, string model, ImageRequest image, IEnumerable<string> extensions) =>
        extensions.Select(extension => NameOf(model, image, extension)).FirstOrDefault(file => IsThere(run, file));

    /// <summary>The same right before an image is made: where the run is held elsewhere too, others may have made it by now.</summary>
    public static string? FindNow(RunFolder run, string model, ImageRequest image, IEnumerable<string> extensions) =>
        Find(run, model, image, extensions)
        ?? extensions
            .Select(extension => NameOf(model, image, extension))
            .FirstOrDefault(file => run.Mirror?.HoldsByNow(file) == true);

    /// <summary>The extension for a file that a generator sent; null unless it is a whole file of a known format.</summary>
    public static string? ExtensionOf(EncodedImage image)
    {
        var extension = Formats
            .FirstOrDefault(format => format.MediaType.Equals(image.MediaType, StringComparison.OrdinalIgnoreCase))
            .Extension;
        var bytes = image.Bytes.Span;
        return extension is not null && IsWhole(extension, bytes, bytes, bytes.Length) ? extension : null;
    }

    /// <summary>The files of all generated images, whole or not, relative to the run folder and with /; sorted.</summary>
    public static IEnumerable<string> All(RunFolder run) =>
        FilesBelow(run.At(Folder))
            .Select(file => Path.GetRelativePath(run.FullPath, file.FullName).Replace(Path.DirectorySeparatorChar, '/'))
            .Union(FoldersElsewhere(run, Folder).SelectMany(place => Elsewhere(run, place)))
            .Order(StringComparer.Ordinal);

    /// <summary>Whether the run holds images that were generated in it, of any model.</summary>
    public static bool Any(RunFolder run) =>
        Directory.Exists(run.At(Folder)) || FoldersElsewhere(run, Folder).Count > 0;

    /// <summary>Whether the run holds files of a model's images, whole or not.</summary>
    public static bool Any(RunFolder run, string model) =>
        FilesBelow(run.At(FolderOf(model))).Any() || FoldersElsewhere(run, FolderOf(model)).Count > 0;

    /// <summary>The folders of a model's prompts.</summary>
    public static IEnumerable<string> Prompts(RunFolder run, string model) =>
        (
            run.At(FolderOf(model)) is var folder && Directory.Exists(folder)
                ? new DirectoryInfo(folder).EnumerateDirectories().Select(prompt => prompt.Name)
                : []
        ).Union(FoldersElsewhere(run, FolderOf(model)).Select(place => place[(place.LastIndexOf('/') + 1)..]));

    /// <summary>The seeds of a prompt that have a whole image of one of the formats.</summary>
    public static IEnumerable<long> Seeds(RunFolder run, string model, string prompt, IEnumerable<string> extensions)
    {
        foreach (var file in FilesOf(run, FolderOf(model, prompt)))
        {
            var name = Path.GetFileNameWithoutExtension(file);
            if (
                extensions.Contains(Path.GetExtension(file).TrimStart('.'))
                && long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var seed)
                && IsThere(run, file)
            )
            {
                yield return seed;
            }
        }
    }

    /// <summary>The whole files of a prompt by the names of its images, relative to the run folder and with /.</summary>
    public static IReadOnlyDictionary<string, string> Named(RunFolder run, string model, string prompt)
    {
        var folder = FolderOf(model, prompt);
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in FilesOf(run, folder))
        {
            if (Extensions.Contains(Path.GetExtension(file).TrimStart('.')) && IsThere(run, file))
            {
                files.TryAdd(Path.GetFileNameWithoutExtension(file), file);
            }
        }

        return files;
    }

    /// <summary>Whether an image is here and whole, or elsewhere: where the run is held, files appear whole or not at all.</summary>
    public static bool IsThere(RunFolder run, string file) => IsWhole(run.At(file)) || run.Mirror?.Holds(file) == true;

    /// <summary>Whether a file begins and ends as its format does; what a full disk or an interrupted copy leaves does not.</summary>
    public static bool IsWhole(string path)
    {
        if (!File.Exists(path))
        {
            return false;
        }

        try
        {
            using var file = RegularFile.OpenRead(path, sharing: FileShare.ReadWrite, buffer: 0);
            Span<byte> start = stackalloc byte[(int)Math.Min(EndLength, file.Length)];
            Span<byte> end = stackalloc byte[start.Length];
            file.ReadExactly(start);
            file.Seek(-end.Length, SeekOrigin.End);
            file.ReadExactly(end);
            return IsWhole(Path.GetExtension(path).TrimStart('.'), start, end, file.Length);
        }
        catch (Exception error) when (FileFault.IsOne(error))
        {
            return false;
        }
    }

    private static bool IsWhole(string extension, ReadOnlySpan<byte> start, ReadOnlySpan<byte> end, long length) =>
        extension switch
        {
            "png" => length >= PngStart.Length + PngEnd.Length && start.StartsWith(PngStart) && end.EndsWith(PngEnd),
            "jpg" => length >= JpegStart.Length + JpegEnd.Length
                && start.StartsWith(JpegStart)
                && end.EndsWith(JpegEnd),
            // The length that the file begins with leaves out the 8 bytes up to its own end.
            "webp" => length >= EndLength
                && start.StartsWith("RIFF"u8)
                && start[8..].StartsWith("WEBP"u8)
                && length >= 8 + (long)BinaryPrimitives.ReadUInt32LittleEndian(start[4..]),
            _ => length > 0,
        };

    /// <summary>The files of a folder here and elsewhere, relative to the run folder and with /.</summary>
    private static IEnumerable<string> FilesOf(RunFolder run, string folder) =>
        FilesIn(run.At(folder)).Select(file => $"{folder}/{file.Name}").Union(Elsewhere(run, folder));

    private static IEnumerable<string> Elsewhere(RunFolder run, string folder) =>
        run.Mirror?.NamesIn(folder).Select(name => $"{folder}/{name}") ?? [];

    private static IReadOnlyList<string> FoldersElsewhere(RunFolder run, string folder) =>
        run.Mirror?.FoldersBelow(folder) ?? [];

    private static IEnumerable<FileInfo> FilesIn(string folder) =>
        Directory.Exists(folder) ? new DirectoryInfo(folder).EnumerateFiles().Where(IsFinished) : [];

    private static IEnumerable<FileInfo> FilesBelow(string folder) => FolderWalk.Files(folder).Where(IsFinished);

    /// <summary>Files that are still being written begin with a dot.</summary>
    private static bool IsFinished(FileInfo file) => file.Length > 0 && !file.Name.StartsWith('.');
}
