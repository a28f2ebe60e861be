using Semblance.Consistency;
using Semblance.Runs.Folder;
using Semblance.Runs.Formats;

namespace Semblance.Runs.Inputs;

/// <summary>The files in a folder and in the folders below it. Hidden folders and run folders are skipped.</summary>
internal sealed class FolderListing
{
    private readonly List<(string[] Parts, string Path)> _files = [];
    private readonly List<(int Depth, string Path)> _empty = [];
    private readonly List<SkippedFile> _bad = [];
    private readonly List<string> _others = [];

    private FolderListing() { }

    /// <summary>The wanted files, each with the names of the folders between.</summary>
    public IReadOnlyList<(string[] Parts, string Path)> Files => _files;

    /// <summary>The files that are not wanted; hidden ones are not among them.</summary>
    public IReadOnlyList<string> Others => _others;

    /// <summary>Folders below that may not be read, and files whose names cannot be used.</summary>
    public IReadOnlyList<SkippedFile> Bad => _bad;

    /// <summary>Lists the files that fit <paramref name="wanted"/>, in the folder and below it.</summary>
    /// <exception cref="InputException">The folder itself cannot be read.</exception>
    public static FolderListing Of(string folder, Predicate<string> wanted)
    {
        var listing = new FolderListing();
        listing.Walk(folder, [], wanted);
        return listing.Files.Count == 0 && listing.Bad is [var only] && only.Path == folder
            ? throw new InputException($"{folder} {only.Reason}.")
            : listing;
    }

    /// <summary>Folders beside others that hold wanted files, in the place of a set or of a model.</summary>
    /// <param name="depth">How many levels down the folders of sets are.</param>
    /// <param name="reason">What to say of them.</param>
    public IReadOnlyList<SkippedFile> Empty(int depth, string reason) =>
        [.. _empty.Where(folder => folder.Depth <= depth).Select(folder => new SkippedFile(folder.Path, reason))];

    public static bool IsHidden(string path) =>
        Path.GetFileName(path) is ['.', ..] or "__MACOSX" or "@eaDir" or "lost+found";

    /// <summary>Lists one folder and those below it.</summary>
    /// <returns>Whether there is a wanted file, or may be: a folder that cannot be read may hold one.</returns>
    private bool Walk(string folder, string[] parts, Predicate<string> wanted)
    {
        string[] files;
        string[] children;
        try
        {
            // Sorted, since bad files are reported in the order in which they are found.
            string[] all =
            [
                .. Directory.EnumerateFiles(folder).Where(file => !IsHidden(file)).Order(StringComparer.Ordinal),
            ];
            var named = all.ToLookup(file => SourceFile.NotUtf8(file) is not null && !File.Exists(file));
            _bad.AddRange(
                named[true].Where(file => wanted(file)).Select(file => new SkippedFile(file, SourceFile.NotUtf8(file)!))
            );
            files = [.. named[false].Where(file => wanted(file))];
            _others.AddRange(named[false].Where(file => !wanted(file)));
            // Layouts end two levels down; a few more are looked at so that a message can name what is deeper.
            // A run folder among the images (the default is ./semblance-run) is output, not input.
            children =
            [
                .. (parts.Length == 4 ? [] : Directory.EnumerateDirectories(folder))
                    .Where(child => !IsHidden(child) && !RunFolder.IsRun(child))
                    .Order(StringComparer.Ordinal),
            ];
        }
        catch (Exception error) when (FileFault.IsOne(error))
        {
            _bad.Add(
                new SkippedFile(
                    folder,
                    (error is DirectoryNotFoundException ? SourceFile.NotUtf8(folder) : null)
                        ?? SourceFile.FaultOf(error)
                )
            );
            return true;
        }

        _files.AddRange(files.Select(file => (parts, file)));
        var holds = files.Length > 0;
        List<string> empty = [];
        foreach (var child in children)
        {
            if (Walk(child, [.. parts, Path.GetFileName(child)], wanted))
            {
                holds = true;
            }
            else
            {
                empty.Add(child);
            }
        }

        if (holds)
        {
            _empty.AddRange(empty.Select(child => (parts.Length + 1, child)));
        }

        return holds;
    }
}
