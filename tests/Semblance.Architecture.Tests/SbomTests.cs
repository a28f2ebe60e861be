using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Semblance.Testing;

namespace Semblance.Architecture.Tests;

/// <summary>The bill of materials that comes with the program is that of its lock file.</summary>
public sealed class SbomTests
{
    /// <summary>What the build needs and the program does not have.</summary>
    private static readonly string[] Analyzers =
    [
        "Meziantou.Analyzer",
        "Roslynator.Analyzers",
        "Microsoft.CodeAnalysis.BannedApiAnalyzers",
    ];

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    [Fact]
    public void The_bill_of_materials_lists_the_packages_of_the_program()
    {
        var folder = Path.Combine(Path.GetDirectoryName(Here())!, "..", "..", "src", "Semblance.Cli");
        var locked = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "packages.lock.json")))!;
        var components = locked["dependencies"]!["net10.0"]!
            .AsObject()
            .Where(package => package.Value!["resolved"] is not null && !Analyzers.Contains(package.Key))
            .OrderBy(package => package.Key, StringComparer.Ordinal)
            .Select(package =>
                (JsonNode)
                    new JsonObject
                    {
                        ["type"] = "library",
                        ["name"] = package.Key,
                        ["version"] = $"{package.Value!["resolved"]}",
                        ["purl"] = $"pkg:nuget/{package.Key}@{package.Value["resolved"]}",
                        ["hashes"] = new JsonArray(
                            new JsonObject
                            {
                                ["alg"] = "SHA-512",
                                ["content"] = Convert.ToHexStringLower(
                                    Convert.FromBase64String($"{package.Value["contentHash"]}")
                                ),
                            }
                        ),
                    }
            );
        var bill = new JsonObject
        {
            ["bomFormat"] = "CycloneDX",
            ["specVersion"] = "1.5",
            ["version"] = 1,
            ["metadata"] = new JsonObject
            {
                ["component"] = new JsonObject { ["type"] = "application", ["name"] = "semblance" },
            },
            ["components"] = new JsonArray([.. components]),
        };
        AcceptedText.Check(
            Path.Combine("..", "..", "src", "Semblance.Cli", "semblance.cdx.json"),
            bill.ToJsonString(Indented).ReplaceLineEndings("\n") + "\n"
        );
        Assert.True(
            File.Exists(Path.Combine(AppContext.BaseDirectory, "semblance.cdx.json")),
            "The bill of materials is not beside the program."
        );
    }

    private static string Here([CallerFilePath] string here = "") => here;
}
