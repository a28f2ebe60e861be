using System.Runtime.CompilerServices;
using PublicApiGenerator;

namespace Semblance.Tests;

/// <summary>
/// What others may build on is frozen in a PublicApi.txt beside the test that calls this. After a change that is
/// meant, run the tests once with SEMBLANCE_ACCEPT_API=1 and commit the new file.
/// </summary>
internal static class FrozenApi
{
    /// <summary>Holds the public API of the assembly that has <paramref name="type"/> against the file.</summary>
    public static void Check(Type type, [CallerFilePath] string test = "")
    {
        var assembly = type.Assembly;
        var actual = assembly
            .GeneratePublicApi(new ApiGeneratorOptions { IncludeAssemblyAttributes = false })
            .ReplaceLineEndings("\n");
        var path = Path.Combine(Path.GetDirectoryName(test)!, "PublicApi.txt");
        if (Environment.GetEnvironmentVariable("SEMBLANCE_ACCEPT_API") == "1")
        {
            File.WriteAllText(path, actual);
        }
        Assert.True(
            File.ReadAllText(path).ReplaceLineEndings("\n") == actual,
            $"The public API of {assembly.GetName().Name} changed. If that is meant, run this test with SEMBLANCE_ACCEPT_API=1 and commit {path}."
        );
    }
}
