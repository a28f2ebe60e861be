using System.Runtime.CompilerServices;
using PublicApiGenerator;

namespace Semblance.Painters.Tests;

public sealed class PublicApiTests
{
    [Fact]
    public void The_public_api_is_the_one_that_was_agreed()
    {
        var options = new ApiGeneratorOptions { IncludeAssemblyAttributes = false };
        var api = typeof(Painter).Assembly.GeneratePublicApi(options).ReplaceLineEndings("\n") + "\n";
        if (Environment.GetEnvironmentVariable("SEMBLANCE_ACCEPT_API") == "1")
        {
            File.WriteAllText(Golden(), api);
        }

        Assert.Equal(File.ReadAllText(Golden()).ReplaceLineEndings("\n"), api);
    }

    private static string Golden([CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here)!, "PublicApi.txt");
}
