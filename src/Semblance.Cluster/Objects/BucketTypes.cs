using System.Net.Mime;

namespace Semblance.Cluster.Objects;

/// <summary>Media types of what a run holds, so that a browser shows it.</summary>
internal static class BucketTypes
{
    public static string Of(string name) =>
        Path.GetExtension(name).ToLowerInvariant() switch
        {
            ".png" => MediaTypeNames.Image.Png,
            ".jpg" or ".jpeg" => MediaTypeNames.Image.Jpeg,
            ".webp" => MediaTypeNames.Image.Webp,
            ".json" => MediaTypeNames.Application.Json,
            ".csv" => MediaTypeNames.Text.Csv,
            ".html" => MediaTypeNames.Text.Html,
            ".tsv" or ".yaml" or ".jsonl" => MediaTypeNames.Text.Plain,
            _ => MediaTypeNames.Application.Octet,
        };
}
