using System.Runtime.CompilerServices;

namespace Semblance.Testing;

/// <summary>
/// Texts that are compared with a file in the repository (tables, public APIs). After a change that is meant, run the test
/// once with SEMBLANCE_ACCEPT=1, look at the difference and commit the file.
/// </summary>
public static class AcceptedText
{
    private static bool Accept { get; } = Environment.GetEnvironmentVariable("SEMBLANCE_ACCEPT") == "1";

    /// <summary>Compares with a file; its path is relative to the test that calls this.</summary>
    public static void Check(string file, string actual, [CallerFilePath] string test = "")
    {
        var path = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(test)!, file));
        if (Accept)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, actual);
        }

        var accepted = File.Exists(path) ? File.ReadAllText(path).ReplaceLineEndings("\n") : "";
        var difference = Record.Exception(() => Assert.Equal(accepted, actual));
        Assert.True(
            difference is null,
            $"{path} differs. If that is meant, run this test once with SEMBLANCE_ACCEPT=1 and commit the file.\n{difference?.Message}"
        );
    }
}
