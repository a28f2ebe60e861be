using Semblance.Wording;

namespace Semblance.Prompts;

/// <summary>What to say where prompts of several models do not match.</summary>
internal static class UnmatchedPrompts
{
    private const int Shown = 5;

    /// <summary>Which prompts of which model found no partner, and what would help, suffixes to strip among it.</summary>
    /// <param name="pairing">With unmatched prompts, or with none matched.</param>
    /// <param name="unscored">Sets that would be there, had they not been left out before: a model and a prompt.</param>
    public static InputException Fault(
        PromptPairing pairing,
        IReadOnlyList<(string Model, string Prompt)>? unscored = null
    )
    {
        var names = pairing.Models.Select(model => model.Model).ToArray();
        var all = names.Length == 2 ? $"{names[0]} and {names[1]}" : $"the {names.Length} models";
        List<string> lines =
        [
            pairing.Matched.Count == 0
                ? $"No prompt is shared by {all}, so they cannot be compared:"
                : $"Only {Plural.Of(pairing.Matched.Count, "prompt")} {(pairing.Matched.Count == 1 ? "is" : "are")} shared by {all}; {(pairing.Unmatched.Count == 1 ? "this one has" : $"these {pairing.Unmatched.Count} have")} no partner:",
        ];
        foreach (var ofModel in pairing.Unmatched.GroupBy(prompt => prompt.Model).Take(2 * Shown))
        {
            lines.Add(LineOf(names[ofModel.Key], [.. ofModel.Select(pairing.TextOf)]));
        }

        var hasUnscored = unscored is { Count: > 0 };
        if (hasUnscored)
        {
            lines.Add("These sets have no score, since they have fewer than two usable images:");
            foreach (var ofModel in unscored!.GroupBy(set => set.Model, StringComparer.Ordinal).Take(2 * Shown))
            {
                lines.Add(LineOf(ofModel.Key, [.. ofModel.Select(set => set.Prompt)]));
            }
        }

        var (advice, remedies) = Advice(pairing, hasUnscored);
        return new InputException([.. lines, advice]) { Remedies = remedies };
    }

    private static string LineOf(string model, string[] prompts)
    {
        var more = prompts.Length > Shown ? $" and {prompts.Length - Shown} more" : "";
        return $"  {model}: {string.Join(", ", prompts.Take(Shown).Select(QuotedPrompt.Of))}{more}";
    }

    private static (string Advice, Remedy[] Remedies) Advice(PromptPairing pairing, bool unscored)
    {
        var leaveOut = pairing.Matched.Count == 0 ? (Remedy[])[] : [new(RemedyKind.AllowUnmatched)];
        Remedy[] strip =
        [
            .. SuffixSuggestion
                .Of(pairing)
                .Select(one => new Remedy(RemedyKind.StripSuffix, $"{one.Model}={one.Suffix}")),
        ];
        return strip.Length > 0 ? ("Nearly all prompts of a model end with the same words.", strip)
            : unscored ? ("Add images to these sets.", leaveOut)
            : StrangeModels.Advice(pairing) is { } strange ? strange
            : ("Score the same prompts with every model.", [new(RemedyKind.StripSuffix), .. leaveOut]);
    }
}
