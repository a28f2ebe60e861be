using System.Runtime.CompilerServices;

namespace Semblance.Fuzz;

/// <summary>Where the fixtures and the corpus are: beside the sources, wherever those are.</summary>
internal static class FuzzFolders
{
    public static string Fixtures { get; } = Path.Combine(Here(), "..", "fixtures");

    public static string Corpus { get; } = Path.Combine(Here(), "corpus");

    private static string Here([CallerFilePath] string here = "") => Path.GetFullPath(Path.GetDirectoryName(here)!);
}
