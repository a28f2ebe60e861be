using Semblance.Runs.Folder;
using Semblance.Wording;

namespace Semblance.Runs.Generating;

/// <summary>The file that a generated image becomes.</summary>
internal static class GeneratedFile
{
    /// <summary>Extension without a dot, and content.</summary>
    /// <exception cref="ResourceException">A generator sent what is not a whole image.</exception>
    public static (string Extension, ReadOnlyMemory<byte> Bytes) Of(
        GeneratePlan plan,
        IImageGenerator generator,
        GeneratedImage image
    ) =>
        image.Content switch
        {
            PixelImage pixels => (plan.Extension, plan.Encode(pixels, plan.TextsOf(generator, image.Request))),
            EncodedImage sent when generator.SendsFiles => (
                ImageFiles.ExtensionOf(sent)
                    ?? throw new ResourceException(
                        $"What {generator.Model} sent for the prompt {QuotedPrompt.Of(image.Request.Prompt)}, seed {image.Request.Seed}, is not a whole image file ({sent.Bytes.Length} bytes of {sent.MediaType}; expected PNG, JPEG or WebP); run the command again, and check the server if that fails too."
                    ),
                sent.Bytes
            ),
            _ => throw new NotSupportedException(
                $"{generator.GetType().Name} gives an {image.Content.GetType().Name}, and its {nameof(IImageGenerator.SendsFiles)} is false."
            ),
        };
}
