namespace Semblance.Testing;

/// <summary>Where the reference values are: <c>tests/fixtures</c>, or the folder that SEMBLANCE_FIXTURES names.</summary>
public static class Fixtures
{
    /// <summary>The folder that holds one folder per area.</summary>
    public static string Root { get; } =
        Environment.GetEnvironmentVariable("SEMBLANCE_FIXTURES") ?? Repository.At("tests", "fixtures");

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
}
