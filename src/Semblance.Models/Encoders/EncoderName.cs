namespace Semblance.Models.Encoders;

/// <summary>What an encoder that is given as a path is called.</summary>
internal static class EncoderName
{
    private const string HubFolder = "models--";

    /// <summary>Names that say nothing: half of all folders and files of encoders have them.</summary>
    private static readonly string[] Common =
    [
        "model",
        "pytorch_model",
        "open_clip_model",
        "open_clip_pytorch_model",
        "encoder",
        "image_encoder",
        "vision_encoder",
        "vision_model",
        "visual",
        "weights",
        "checkpoint",
        "final",
        "best",
        "last",
        "main",
    ];

    /// <summary>
    /// The last name of a path; with the folder above it where that name is a common one; the hub id for a snapshot in a
    /// hub's cache.
    /// </summary>
    public static string Of(string path)
    {
        var parts = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)).Split(Path.DirectorySeparatorChar);
        for (var i = 1; i < parts.Length - 1; i++)
        {
            if (parts[i] == "snapshots" && parts[i - 1].StartsWith(HubFolder, StringComparison.Ordinal))
            {
                var hubId = parts[i - 1][HubFolder.Length..].Replace("--", "/", StringComparison.Ordinal);
                return string.Join('/', [hubId, .. parts[(i + 2)..]]);
            }
        }

        var first = parts.Length - 1;
        while (first > 1 && Common.Contains(Path.GetFileNameWithoutExtension(parts[first]).ToLowerInvariant()))
        {
            first--;
        }

        return string.Join('/', parts[first..]);
    }
}
