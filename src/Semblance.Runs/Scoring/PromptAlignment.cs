using Semblance.Runs.Inputs;
using Semblance.Wording;

namespace Semblance.Runs.Scoring;

/// <summary>How well images show their prompt: a model may be consistent and ignore it.</summary>
public static class PromptAlignment
{
    private const int TextsAtOnce = 64;

    /// <summary>Says, before anything is embedded, why alignment is not available.</summary>
    /// <exception cref="UsageException">The encoder has no text encoder, or the input is not images.</exception>
    /// <exception cref="InputException">Only folder names are there, not the prompts.</exception>
    public static void Check(ScoreInput input, IImageEncoder? encoder)
    {
        if (input is not ImageInput images || encoder is null)
        {
            throw new UsageException(
                "Alignment needs images and an encoder: embeddings made elsewhere have no text to compare with."
            );
        }

        if (!encoder.HasText)
        {
            throw new UsageException(
                $"Alignment needs an encoder with a text encoder; {encoder.Identity.Name} has none (clip-vit-base-patch32 has one)."
            );
        }

        if (!images.PromptsAreRaw)
        {
            throw new InputException(
                "Alignment needs the prompts as they were written, and there are only folder names; give a table with a prompt column, or a file with one prompt per line."
            )
            {
                Remedies = [new Remedy(RemedyKind.PromptsFile)],
            };
        }
    }

    /// <summary>The unit vector of each distinct prompt, from the text encoder.</summary>
    internal static Dictionary<string, double[]> Texts(
        IImageEncoder? encoder,
        string[] prompts,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(encoder);
        Dictionary<string, double[]> texts = [];
        foreach (var some in prompts.Chunk(TextsAtOnce))
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach ((var prompt, var vector) in some.Zip(encoder.EncodeText(some)))
            {
                var norm = Math.Sqrt(vector.Sum(value => (double)value * value));
                texts[prompt] =
                    norm > 0 && double.IsFinite(norm)
                        ? Array.ConvertAll(vector, value => value / norm)
                        : throw new InputException(
                            $"The prompt {QuotedPrompt.Of(prompt)} has no usable embedding (zero, NaN or infinite)."
                        );
            }
        }

        return texts;
    }

    /// <summary>100 cos of each image with the text, the mean of all.</summary>
    /// <param name="vectors">[n, dimension], of any length.</param>
    /// <param name="text">[dimension], of length 1.</param>
    internal static double Mean(ReadOnlySpan<float> vectors, double[] text)
    {
        var count = vectors.Length / text.Length;
        double sum = 0;
        for (var i = 0; i < count; i++)
        {
            var vector = vectors.Slice(i * text.Length, text.Length);
            double dot = 0;
            double squares = 0;
            for (var k = 0; k < text.Length; k++)
            {
                dot += vector[k] * text[k];
                squares += (double)vector[k] * vector[k];
            }

            sum += dot / Math.Sqrt(squares);
        }

        return 100 * sum / count;
    }
}
