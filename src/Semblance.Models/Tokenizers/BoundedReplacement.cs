using System.Text.RegularExpressions;

namespace Semblance.Models.Tokenizers;

/// <summary>Replaces parts of a text as a file says, which a hostile file could use to fill all memory.</summary>
internal static class BoundedReplacement
{
    /// <summary>No text is let grow beyond this; models read a few hundred tokens.</summary>
    public const int Longest = 1 << 20;

    /// <summary>All places of a text by another one.</summary>
    /// <exception cref="FormatException">It would grow without measure.</exception>
    public static string Replace(string text, string old, string by)
    {
        Check(text, text.AsSpan().Count(old) * ((long)by.Length - old.Length));
        return text.Replace(old, by, StringComparison.Ordinal);
    }

    /// <summary>All matches of a pattern by a text.</summary>
    /// <exception cref="FormatException">It would grow without measure.</exception>
    public static string Replace(string text, Regex pattern, string by)
    {
        Check(text, (long)pattern.Count(text) * by.Length);
        return pattern.Replace(text, _ => by);
    }

    private static void Check(string text, long growth)
    {
        if (growth > 0 && text.Length + growth > Longest)
        {
            throw new FormatException($"its replacements make more than {Longest} characters of a prompt");
        }
    }
}
