namespace Semblance.Prompts;

/// <summary>Models whose prompts are others than those that most models have in common.</summary>
internal static class StrangeModels
{
    /// <summary>More names than these make no line that anybody would type.</summary>
    private const int Named = 5;

    /// <summary>
    /// What to do about them, in a sentence; null where the largest group of models with the same prompts is no larger than
    /// the next, or would have less than twice as many prompts in common as all have.
    /// </summary>
    public static string? Advice(PromptPairing pairing)
    {
        var names = pairing.Models.Select(model => model.Model).ToArray();
        int[][] groups =
        [
            .. Enumerable
                .Range(0, names.Length)
                .GroupBy(model => string.Join('\n', Keys(pairing.Models[model])), StringComparer.Ordinal)
                .Select(group => group.ToArray())
                .OrderByDescending(group => group.Length),
        ];
        if (groups is not [{ Length: > 1 } same, var next, ..] || next.Length == same.Length)
        {
            return null;
        }

        if (pairing.Models[same[0]].Prompts.Count < 2 * pairing.Matched.Count)
        {
            return null;
        }

        var strange = names.Where((_, model) => !same.Contains(model)).ToArray();
        var kept = string.Join(' ', same.Select(model => $"--model {Typed(names[model])}"));
        return same.Length > Named
            ? $"{same.Length} of the models have the same prompts, and {All(strange)} {Has(strange)} others: leave {Them(strange)} out by naming those to compare with --model, or score the same prompts with {Them(strange)}."
            : $"{All([.. same.Select(model => names[model])])} have the same prompts, and {All(strange)} {Has(strange)} others: compare without {Them(strange)} ({kept}), or score the same prompts with {Them(strange)}.";
    }

    private static IEnumerable<string> Keys(ModelPrompts model) =>
        model
            .Prompts.Select(prompt => PromptKey.Of(PromptSuffix.Strip(prompt, model.Suffixes)))
            .Order(StringComparer.Ordinal);

    private static string All(string[] names) =>
        names.Length > Named ? $"{string.Join(", ", names.Take(Named))} and {names.Length - Named} more"
        : names.Length == 1 ? names[0]
        : $"{string.Join(", ", names.SkipLast(1))} and {names[^1]}";

    /// <summary>As it is typed into a shell.</summary>
    private static string Typed(string name) =>
        name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') ? name : UnmatchedMessage.Quoted(name);

    private static string Has(string[] names) => names.Length == 1 ? "has" : "have";

    private static string Them(string[] names) => names.Length == 1 ? "it" : "them";
}
