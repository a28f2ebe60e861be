using Semblance.Wording;

namespace Semblance.Models.Diffusion.Pipelines;

/// <summary>Warns of what does not stop a run, of each thing once.</summary>
/// <param name="model">Its name.</param>
/// <param name="listener">Gets the warnings; may be null.</param>
internal sealed class PipelineWarnings(string model, IProgress<string>? listener)
{
    private const int MostNamed = 3;

    private readonly HashSet<string> _told = new(StringComparer.Ordinal);

    public void Tell(string sentence)
    {
        if (_told.Add(sentence))
        {
            listener?.Report(sentence);
        }
    }

    /// <summary>Warns of texts that do not fit into an encoder, and of prompts that it cannot tell apart.</summary>
    /// <param name="prompts">Distinct.</param>
    /// <param name="negative">The negative prompt; null for none.</param>
    /// <param name="tokens">How many the encoder reads.</param>
    /// <param name="cut">What does not fit of a text.</param>
    /// <param name="ids">What the encoder reads of a text.</param>
    public void TellOf(
        IReadOnlyList<string> prompts,
        string? negative,
        int tokens,
        Func<string, string> cut,
        Func<string, IReadOnlyList<int>> ids
    )
    {
        var texts = prompts.Select(prompt => (Kind: "prompt", Text: prompt));
        foreach (var (kind, text) in negative is null ? texts : texts.Append(("negative prompt", negative)))
        {
            if (cut(text) is { Length: > 0 } end)
            {
                Tell(
                    $"The {kind} \"{Excerpt.Of(text)}\" is longer than the {tokens} tokens that {model} reads; cut off is \"{Excerpt.Of(end)}\"."
                );
            }
        }

        foreach (var group in prompts.GroupBy(prompt => string.Join(' ', ids(prompt)), StringComparer.Ordinal))
        {
            if (group.Skip(1).Any())
            {
                Tell(
                    $"The {Named([.. group])} are one prompt to {model}: the same seed gives the same image for all of them."
                );
            }
        }
    }

    /// <summary>Warns of prompts that are empty after cleaning.</summary>
    public void TellEmptied(IReadOnlyList<string> prompts)
    {
        if (prompts.Count > 0)
        {
            Tell(
                $"Nothing is left of the {Named(prompts)} once {model} has cleaned captions of file names, links and article numbers; {(prompts.Count == 1 ? "its" : "their")} images are made without any text. Write it in other words."
            );
        }
    }

    private static string Named(IReadOnlyList<string> prompts)
    {
        var named = string.Join(", ", prompts.Take(MostNamed).Select(prompt => $"\"{Excerpt.Of(prompt)}\""));
        var more = prompts.Count - MostNamed;
        return (prompts.Count == 1 ? "prompt " : "prompts ") + (more > 0 ? $"{named} and {more} more" : named);
    }
}
