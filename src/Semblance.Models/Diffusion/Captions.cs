namespace Semblance.Models.Diffusion;

/// <summary>What PixArt does to a prompt before it is cut into tokens (diffusers' <c>_text_preprocessing</c>).</summary>
internal static class Captions
{
    /// <summary>The text in lower case without white space around it.</summary>
    public static string Plain(string text) => text.ToLowerInvariant().Trim();
}
