using System.Runtime.CompilerServices;
using PublicApiGenerator;

namespace Semblance.Runs.Tests;

/// <summary>The public surface is frozen in PublicApi.txt; SEMBLANCE_ACCEPT_API=1 rewrites it after a change that is meant.</summary>
public sealed class PublicApiTest
{
    [Fact]
    public void The_public_surface_is_the_frozen_one()
    {
        string api = typeof(RunFolder).Assembly.GeneratePublicApi(
            new ApiGeneratorOptions { IncludeAssemblyAttributes = false }
        );
        string path = Path.Combine(Here(), "PublicApi.txt");
        if (Environment.GetEnvironmentVariable("SEMBLANCE_ACCEPT_API") == "1")
        {
            File.WriteAllText(path, api.ReplaceLineEndings("\n") + "\n");
        }

        Assert.Equal(File.ReadAllText(path).TrimEnd(), api.ReplaceLineEndings("\n").TrimEnd());
    }

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
