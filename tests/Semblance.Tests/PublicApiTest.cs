using PublicApiGenerator;

namespace Semblance.Tests;

/// <summary>
/// What others may build on is frozen in PublicApi.txt. After a change that is meant, run the tests once with
/// SEMBLANCE_ACCEPT_API=1 and commit the new file.
/// </summary>
public sealed class PublicApiTest
{
    [Fact]
    public void The_public_api_is_as_frozen()
    {
        var actual = typeof(SemblanceException)
            .Assembly.GeneratePublicApi(new ApiGeneratorOptions { IncludeAssemblyAttributes = false })
            .ReplaceLineEndings("\n");
        var path = Path.Combine(Path.GetDirectoryName(Here())!, "PublicApi.txt");
        if (Environment.GetEnvironmentVariable("SEMBLANCE_ACCEPT_API") == "1")
        {
            File.WriteAllText(path, actual);
        }

        Assert.True(
            File.ReadAllText(path).ReplaceLineEndings("\n") == actual,
            "The public API of Semblance changed. If that is meant, run this test with SEMBLANCE_ACCEPT_API=1 and commit PublicApi.txt."
        );
    }

    private static string Here([System.Runtime.CompilerServices.CallerFilePath] string path = "") => path;
}
