using System.Runtime.CompilerServices;

namespace Semblance.Runs.Tests.Inputs;

/// <summary>Small files beside the tests, which pyarrow, numpy and DuckDB wrote.</summary>
internal static class Tables
{
    public static string At(string name) => Path.Combine(Path.GetDirectoryName(Here())!, "tables", name);

    private static string Here([CallerFilePath] string here = "") => here;
}
