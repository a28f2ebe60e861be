using System.Runtime.CompilerServices;
using PublicApiGenerator;

namespace Semblance.Testing;

/// <summary>What others may build on is kept in a PublicApi.txt beside the test that calls this.</summary>
public static class FrozenApi
{
    /// <summary>Compares the public API of the assembly that has <paramref name="type"/> with the file.</summary>
    public static void Check(Type type, [CallerFilePath] string test = "") =>
        AcceptedText.Check(
            "PublicApi.txt",
            type.Assembly.GeneratePublicApi(new ApiGeneratorOptions { IncludeAssemblyAttributes = false })
                .ReplaceLineEndings("\n"),
            test
        );
}
