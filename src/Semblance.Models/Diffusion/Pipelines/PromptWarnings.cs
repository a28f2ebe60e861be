namespace Semblance.Models.Diffusion.Pipelines;

/// <summary>Sentences about prompts that a model does not read as they were written.</summary>
internal static class PromptWarnings
{
    private const int MostNamed = 3;

    /// <summary>Of a prompt whose end does not fit into the encoder.</summary>
    public static string Cut(string model, string prompt, string cut, int tokens, bool negative = false) =>
        $"The {(negative ? "negative prompt" : "prompt")} \"{Excerpt.Of(prompt)}\" is longer than the {tokens} tokens that {model} reads; cut off is \"{Excerpt.Of(cut)}\".";

    /// <summary>Of prompts of which cleaning leaves nothing, null where there are none.</summary>
    public static string? Emptied(string model, IReadOnlyList<string> prompts) =>
        prompts.Count == 0
            ? null
            : $"Nothing is left of the {Named(prompts)} once {model} has cleaned captions of file names, links and article numbers; {(prompts.Count == 1 ? "its" : "their")} pictures are made without any text. Write it in other words.";

    /// <summary>Of prompts that become the same tokens, one sentence for each such group.</summary>
    /// <param name="model">Its name.</param>
    /// <param name="prompts">Distinct prompts with their tokens.</param>
    public static IEnumerable<string> Same(
        string model,
        IEnumerable<(string Prompt, IReadOnlyList<int> Tokens)> prompts
    ) =>
        prompts
            .GroupBy(prompt => string.Join(' ', prompt.Tokens), prompt => prompt.Prompt, StringComparer.Ordinal)
            .Select(group => group.ToList())
            .Where(group => group.Count > 1)
            .Select(group =>
                $"The {Named(group)} are one prompt to {model}: the same seed gives the same picture for all of them."
            );

    private static string Named(IReadOnlyList<string> prompts)
    {
        var named = string.Join(", ", prompts.Take(MostNamed).Select(prompt => $"\"{Excerpt.Of(prompt)}\""));
        var more = prompts.Count - MostNamed;
        return (prompts.Count == 1 ? "prompt " : "prompts ") + (more > 0 ? $"{named} and {more} more" : named);
    }
}
