using Semblance.Text;

namespace Semblance.Wording;

/// <summary>A prompt as messages show it.</summary>
public static class QuotedPrompt
{
    /// <summary>In double quotes; those within it get a backslash, so that its end is seen, and control characters become escapes: <c>"a \"cat\" of glass"</c>.</summary>
    /// <param name="prompt">Raw text or the name of a folder.</param>
    public static string Of(string prompt)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        return $"\"{ControlCharacters.Escaped(prompt.Replace("\"", "\\\"", StringComparison.Ordinal))}\"";
    }
}
