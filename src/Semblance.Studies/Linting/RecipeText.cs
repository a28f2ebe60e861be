using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Semblance.Studies.Linting;

/// <summary>What programs write into images of how they were made, without prompt and seed.</summary>
internal static class RecipeText
{
    /// <summary>Words of A1111's line of settings, and keys of ours, that differ from image to image.</summary>
    private static readonly string[] OfTheImage = ["seed", "prompt", "Seed", "Variation seed", "Version", "TI hashes"];

    public static string? Of(IReadOnlyDictionary<string, string> texts)
    {
        if (texts.TryGetValue("parameters", out var parameters))
        {
            var line = parameters.Trim().Split('\n')[^1];
            string[] parts =
            [
                .. line.Split(", ")
                    .Where(part =>
                        part.Contains(": ", StringComparison.Ordinal) && !OfTheImage.Contains(part.Split(':')[0])
                    ),
            ];
            return parts.Length > 1 ? string.Join(", ", parts) : null;
        }

        if (!texts.TryGetValue("prompt", out var prompt))
        {
            return null;
        }

        if (prompt.TrimStart().StartsWith('{'))
        {
            return ComfyRecipe(prompt);
        }

        string[] own =
        [
            .. texts
                .Where(text => !OfTheImage.Contains(text.Key) && text.Value.Length < 200)
                .OrderBy(text => text.Key, StringComparer.Ordinal)
                .Select(text => $"{text.Key}: {text.Value}"),
        ];
        return own.Length > 0 ? string.Join(", ", own) : null;
    }

    /// <summary>The graph without texts, seeds and file names.</summary>
    private static string? ComfyRecipe(string json)
    {
        try
        {
            if (JsonNode.Parse(json) is not JsonObject graph)
            {
                return null;
            }

            var parts = new StringBuilder();
            foreach (var (_, node) in graph.OrderBy(node => node.Key, StringComparer.Ordinal))
            {
                foreach (var (name, value) in node?["inputs"] as JsonObject ?? [])
                {
                    if (
                        value is JsonValue
                        && name
                            is not (
                                "seed"
                                or "noise_seed"
                                or "text"
                                or "text_g"
                                or "text_l"
                                or "clip_l"
                                or "t5xxl"
                                or "prompt"
                                or "filename_prefix"
                            )
                    )
                    {
                        parts
                            .Append(parts.Length > 0 ? ", " : "")
                            .Append(name)
                            .Append(": ")
                            .Append(value.ToJsonString().Trim('"'));
                    }
                }
            }

            return parts.Length > 0 ? parts.ToString() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
