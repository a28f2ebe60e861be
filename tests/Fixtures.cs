using System.Runtime.CompilerServices;

namespace Semblance.Tests;

/// <summary>Where the golden files are: <c>tests/fixtures</c>, or the folder that SEMBLANCE_FIXTURES names.</summary>
internal static class Fixtures
{
    /// <summary>The folder that holds one folder per area.</summary>
    public static string Root { get; } = Environment.GetEnvironmentVariable("SEMBLANCE_FIXTURES") ?? Default();

    /// <summary>A path below <see cref="Root"/>.</summary>
    public static string At(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>The cases (folders with a case.json) of one area, as theory rows of one name each, sorted.</summary>
    public static IEnumerable<TheoryDataRow<string>> Cases(string area) =>
        Directory
            .EnumerateDirectories(At(area))
            .Where(folder => File.Exists(Path.Combine(folder, "case.json")))
            .Select(folder => Path.GetFileName(folder)!)
            .Order(StringComparer.Ordinal)
            .Select(name => new TheoryDataRow<string>(name));

    private static string Default([CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here)!, "fixtures");
}
