using System.Globalization;

namespace Semblance.Runs.Storage;

/// <summary>
/// <c>images/&lt;model&gt;/&lt;prompt&gt;/&lt;seed&gt;.png</c> of a run folder: which generated pictures are there. The
/// files decide, not the tables, which a killed run may have left behind them.
/// </summary>
internal static class PictureFiles
{
    private const string Folder = "images";

    /// <summary>The file of a picture, relative to the run folder and with /.</summary>
    public static string NameOf(string model, string prompt, long seed, string extension) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Folder}/{SafeName.Of(model)}/{SafeName.Of(prompt)}/{seed}.{extension}"
        );

    /// <summary>Whether a picture is there. An empty file is what a full disk leaves, and none.</summary>
    public static bool Has(RunFolder run, string file) => new FileInfo(run.At(file)) is { Exists: true, Length: > 0 };

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
        string folder = run.At(Folder, SafeName.Of(model), SafeName.Of(prompt));
        foreach (FileInfo file in FilesIn(folder, $"*.{extension}", SearchOption.TopDirectoryOnly))
        {
            string name = Path.GetFileNameWithoutExtension(file.Name);
            if (long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out long seed))
            {
                yield return seed;
            }
        }
    }

    /// <summary>Half-written files begin with a dot.</summary>
    private static IEnumerable<FileInfo> FilesIn(string folder, string pattern, SearchOption depth) =>
        Directory.Exists(folder)
            ? new DirectoryInfo(folder)
                .EnumerateFiles(pattern, depth)
                .Where(file => file.Length > 0 && !file.Name.StartsWith('.'))
            : [];
}
