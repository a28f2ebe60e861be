using System.Text;

namespace Semblance.Prompts;

/// <summary>Words at the end of a model's prompts that do not belong to the prompt itself: a style or a trigger word.</summary>
public static class PromptSuffix
{
    /// <summary>
    /// The prompt without the first suffix of the list that it ends with, and without white space and commas before it.
    /// A suffix must begin where a word does. Where the raw texts differ but the <see cref="PromptKey"/>s do not (a
    /// folder name that lost its characters), the key without the suffix's key is given. A prompt that would lose all its
    /// words is left as it is.
    /// </summary>
    /// <param name="prompt">Raw text or the name of a folder.</param>
    /// <param name="suffixes">Declared for the prompt's model; may be empty.</param>
    public static string Strip(string prompt, IReadOnlyList<string> suffixes)
    {
        foreach (var suffix in suffixes)
        {
            if (Without(prompt, suffix) is { } rest)
            {
                return rest;
            }
        }

        return prompt;
    }

    /// <summary>The prompt without this suffix, or null if it does not end with it.</summary>
    internal static string? Without(string prompt, string suffix)
    {
        var end = suffix.Trim();
        if (end.Length == 0)
        {
            return null;
        }

        var text = prompt.TrimEnd();
        if (text.EndsWith(end, StringComparison.Ordinal))
        {
            var rest = text[..^end.Length];
            if (BeginsAWord(rest, end))
            {
                rest = rest.TrimEnd(' ', '\t', '\u00a0', ',', ';');
                return HasWords(rest) ? rest : null;
            }
        }

        var (key, endKey) = (PromptKey.Of(prompt), PromptKey.Of(suffix));
        return key.EndsWith(" " + endKey, StringComparison.Ordinal) ? key[..^(endKey.Length + 1)] : null;
    }

    private static bool BeginsAWord(string before, string suffix) =>
        before.Length > 0
        && !(
            Rune.DecodeLastFromUtf16(before, out var last, out _) == System.Buffers.OperationStatus.Done
            && Rune.IsLetterOrDigit(last)
            && Rune.DecodeFromUtf16(suffix, out var first, out _) == System.Buffers.OperationStatus.Done
            && Rune.IsLetterOrDigit(first)
        );

    private static bool HasWords(string text) => text.EnumerateRunes().Any(Rune.IsLetterOrDigit);
}
