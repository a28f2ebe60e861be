using Semblance.Models.Diffusion.Denoising;

namespace Semblance.Models.Diffusion.Pipelines;

public abstract partial class DiffusionPipeline
{
    private readonly HashSet<string> _warned = new(StringComparer.Ordinal);

    /// <summary>
    /// Goes through all that pictures need except the numbers: opens the tokenizers, cuts the prompts into tokens and
    /// emits every network. What is missing or does not fit is found, and what becomes of the prompts is told, in seconds.
    /// </summary>
    /// <param name="prompts">All of them.</param>
    /// <param name="height">Of the pictures, in pixels.</param>
    /// <param name="width">Of the pictures, in pixels.</param>
    /// <exception cref="InputException">A file or a tensor is missing, damaged or left over.</exception>
    /// <exception cref="UsageException">The model cannot make such a picture.</exception>
    public void Rehearse(IReadOnlyList<string> prompts, int height, int width)
    {
        ArgumentNullException.ThrowIfNull(prompts);
        var shape = LatentsOf(height, width);
        RehearsePrompts([.. prompts.Distinct()]);
        OpenDenoiser(height, width).Dispose();
        using var decoder = OpenDecoder();
        _ = decoder.Emit(shape.Height, shape.Width);
    }

    /// <summary>Opens tokenizers and encoders without loading them, and warns of what they make of the prompts.</summary>
    private protected abstract void RehearsePrompts(IReadOnlyList<string> prompts);

    /// <summary>Warns of texts that do not fit into an encoder, and of prompts that it cannot tell apart.</summary>
    /// <param name="prompts">Distinct.</param>
    /// <param name="tokens">How many the encoder reads.</param>
    /// <param name="cut">What does not fit of a text.</param>
    /// <param name="ids">What the encoder reads of a text.</param>
    private protected void WarnOf(
        IReadOnlyList<string> prompts,
        int tokens,
        Func<string, string> cut,
        Func<string, IReadOnlyList<int>> ids
    )
    {
        var negative = Guidance.Applies(GuidanceScale) ? Settings.NegativePrompt : null;
        var texts = prompts.Select(text => (Text: text, Negative: false));
        foreach (var (text, isNegative) in negative is null ? texts : texts.Append((negative, true)))
        {
            if (cut(text) is { Length: > 0 } end)
            {
                Warn(PromptWarnings.Cut(Model, text, end, tokens, isNegative));
            }
        }
        foreach (var sentence in PromptWarnings.Same(Model, prompts.Select(prompt => (prompt, ids(prompt)))))
        {
            Warn(sentence);
        }
    }

    /// <summary>Says a thing once, however often it is found.</summary>
    private protected void Warn(string sentence)
    {
        if (_warned.Add(sentence))
        {
            Progress.Warnings?.Report(sentence);
        }
    }
}
