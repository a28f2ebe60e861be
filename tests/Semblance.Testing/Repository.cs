using System.Runtime.CompilerServices;

namespace Semblance.Testing;

/// <summary>The files of this repository, where it was built.</summary>
public static class Repository
{
    /// <summary>The folder that holds src, tests and docs.</summary>
    public static string Root { get; } = Find();

    /// <summary>A path below <see cref="Root"/>.</summary>
    public static string At(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string Find([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", ".."));
}
