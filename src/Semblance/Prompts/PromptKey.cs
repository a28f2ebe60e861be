using System.Text;
using Semblance.Text;

namespace Semblance.Prompts;

/// <summary>The normalised form by which prompts of several models are matched.</summary>
public static class PromptKey
{
    /// <summary>
    /// NFKC, invariant lower case, every run of characters that are not letters or digits becomes one space, trimmed;
    /// the raw text where nothing is left. So <c>A person's eye</c> and a folder named <c>A person_s eye</c> match.
    /// </summary>
    public static string Of(string prompt)
    {
        var key = new StringBuilder(prompt.Length);
        var gap = false;
        foreach (var rune in Normalization.FormKC(prompt).ToLowerInvariant().EnumerateRunes())
        {
            if (!Rune.IsLetterOrDigit(rune))
            {
                gap = true;
                continue;
            }

            if (gap && key.Length > 0)
            {
                key.Append(' ');
            }

            key.Append(rune);
            gap = false;
        }

        return key.Length > 0 ? key.ToString() : prompt;
    }
}
