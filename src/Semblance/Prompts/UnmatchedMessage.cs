using System.Globalization;
using System.Text;
using Semblance.Wording;

namespace Semblance.Prompts;

/// <summary>What to say where prompts of several models do not match.</summary>
public static class UnmatchedMessage
{
    private const int Shown = 5;

    /// <summary>
    /// Which prompts of which model found no partner, the <c>--strip-suffix</c> options that would help where there are
    /// any, and what else can be done.
    /// </summary>
    /// <param name="pairing">With unmatched prompts, or with none matched.</param>
    /// <param name="unscored">Sets that would be there, had they not been left out before: a model and a prompt.</param>
    public static string Of(PromptPairing pairing, IReadOnlyList<(string Model, string Prompt)>? unscored = null)
    {
        ArgumentNullException.ThrowIfNull(pairing);
        var text = new StringBuilder();
        var names = pairing.Models.Select(model => model.Model).ToArray();
        var all = names.Length == 2 ? $"{names[0]} and {names[1]}" : $"the {Count(names.Length)} models";
        text.Append(
            pairing.Matched.Count == 0
                ? $"No prompt is shared by {all}, so they cannot be compared:"
                : $"Only {Prompts(pairing.Matched.Count)} {(pairing.Matched.Count == 1 ? "is" : "are")} shared by {all}; {(pairing.Unmatched.Count == 1 ? "this one has" : $"these {Count(pairing.Unmatched.Count)} have")} no partner:"
        );
        foreach (var ofModel in pairing.Unmatched.GroupBy(prompt => prompt.Model).Take(2 * Shown))
        {
            Add(text, names[ofModel.Key], [.. ofModel.Select(pairing.TextOf)]);
        }

        if (unscored is { Count: > 0 })
        {
            text.Append("\nThese sets have no score, since they have fewer than two usable images:");
            foreach (var ofModel in unscored.GroupBy(set => set.Model, StringComparer.Ordinal).Take(2 * Shown))
            {
                Add(text, ofModel.Key, [.. ofModel.Select(set => set.Prompt)]);
            }
        }

        text.Append('\n').Append(Advice(pairing, unscored is { Count: > 0 }));
        return text.ToString();
    }

    private static void Add(StringBuilder text, string model, string[] prompts)
    {
        var more = prompts.Length - Shown;
        text.Append(
            CultureInfo.InvariantCulture,
            $"\n  {model}: {string.Join(", ", prompts.Take(Shown).Select(QuotedPrompt.Of))}"
        );
        text.Append(more > 0 ? $" and {Count(more)} more" : "");
    }

    /// <summary>The options that would match more prompts, as they are typed into a shell; empty where nothing would.</summary>
    public static string Options(PromptPairing pairing) =>
        string.Join(
            ' ',
            SuffixSuggestion.Of(pairing).Select(one => $"--strip-suffix {Quoted($"{one.Model}={one.Suffix}")}")
        );

    private static string Advice(PromptPairing pairing, bool unscored)
    {
        var options = Options(pairing);
        if (options.Length > 0)
        {
            return $"The prompts of a model end alike; this takes the ends off and matches them:\n  {options}";
        }

        if (unscored)
        {
            return "Add images to these sets"
                + (pairing.Matched.Count == 0 ? "." : ", or leave their prompts out with --allow-unmatched.");
        }

        if (StrangeModels.Advice(pairing) is { } strange)
        {
            return strange;
        }

        return pairing.Matched.Count == 0
            ? "Score the same prompts with every model; texts that only end differently can be matched with --strip-suffix MODEL=TEXT."
            : "Give the prompts the same text, take different ends off with --strip-suffix MODEL=TEXT, or leave them out with --allow-unmatched.";
    }

    private static string Prompts(int count) => count == 1 ? "1 prompt" : $"{Count(count)} prompts";

    private static string Count(int count) => count.ToString(CultureInfo.InvariantCulture);

    /// <summary>In double quotes, for POSIX shells.</summary>
    internal static string Quoted(string word)
    {
        var quoted = new StringBuilder("\"");
        foreach (var c in word)
        {
            quoted.Append(c is '"' or '\\' or '$' or '`' ? $"\\{c}" : c.ToString());
        }

        return quoted.Append('"').ToString();
    }
}
