using Semblance.Wording;

namespace Semblance.Prompts;

/// <summary>Models whose prompts differ from those that most models have in common.</summary>
internal static class StrangeModels
{
    // More names are not a line that anybody would type.
    private const int Named = 5;

    /// <summary>
    /// What to do about them; null where the largest group of models with the same prompts is no larger than the next, or
    /// would have less than twice as many prompts in common as all have.
    /// </summary>
    public static (string Advice, Remedy[] Remedies)? Advice(PromptPairing pairing)
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

        string[] alike = [.. same.Select(model => names[model])];
        string[] strange = [.. names.Except(alike, StringComparer.Ordinal)];
        var (has, them) = strange.Length == 1 ? ("has", "it") : ("have", "them");
        var (who, kept) =
            alike.Length > Named
                ? ($"{alike.Length} of the models", [null])
                : (Listing.Joined(alike), (IEnumerable<string?>)alike);
        return (
            $"{who} have the same prompts, and {Listing.Joined(strange, Named)} {has} others: compare without {them}, or score the same prompts with {them}.",
            [.. kept.Select(model => new Remedy(RemedyKind.ChooseModel, model))]
        );
    }

    private static IEnumerable<string> Keys(ModelPrompts model) =>
        model
            .Prompts.Select(prompt => PromptKey.Of(PromptSuffix.Strip(prompt, model.Suffixes)))
            .Order(StringComparer.Ordinal);
}
