using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Semblance.Painters.Scenes;

namespace Semblance.Painters;

/// <summary>
/// Draws scenes from the words of a prompt, without any learned model: a stand-in for a diffusion model in the demo and
/// in tests. The same request gives the same bytes, whatever else is asked for with it.
/// </summary>
public sealed class Painter : IImageGenerator
{
    private readonly Func<string, long, Composition> _compose;

    private Painter(string model, Func<string, long, Composition> compose)
    {
        Model = model;
        _compose = compose;
    }

    /// <summary>Keeps close to the prompt's scene: its seeds vary position, light and detail.</summary>
    public static Painter Steady { get; } = new("steady-hand", SteadyHand.Compose);

    /// <summary>Takes the prompt as a suggestion: viewpoint, scale, palette, weather and sometimes the subject change with the seed.</summary>
    public static Painter Wanderer { get; } = new("wanderer", WanderingMind.Compose);

    /// <inheritdoc/>
    public string Model { get; }

    /// <inheritdoc/>
    public IReadOnlyList<KeyValuePair<string, string>> Recipe { get; } = [new("generator", "built-in painter")];

    /// <summary>Paints the image of one prompt and seed.</summary>
    /// <exception cref="InputException">A side is under 16 or over 8192 pixels.</exception>
    public PixelImage Paint(ImageRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Width is < 16 or > 8192 || request.Height is < 16 or > 8192)
        {
            throw new InputException(
                $"The painters draw from 16 to 8192 pixels a side, not {request.Width} x {request.Height}; ask for a size between."
            );
        }

        var composition = _compose(request.Prompt, request.Seed);
        return new PixelImage(
            request.Width,
            request.Height,
            PaintedImage.Paint(composition, request.Width, request.Height)
        );
    }

    /// <inheritdoc/>
    /// <remarks>Paints on all processors; images come as they are finished, in no fixed order.</remarks>
    public async IAsyncEnumerable<GeneratedImage> GenerateAsync(
        IReadOnlyList<ImageRequest> requests,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(requests);
        cancellationToken.ThrowIfCancellationRequested();
        // Bounded, so that a slow reader holds the painters back rather than filling memory.
        var finished = Channel.CreateBounded<GeneratedImage>(2 * Environment.ProcessorCount);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var painting = Task.Run(() => PaintAllAsync(requests, finished.Writer, stop.Token), CancellationToken.None);
        try
        {
            await foreach (var image in finished.Reader.ReadAllAsync(cancellationToken))
            {
                yield return image;
            }
        }
        finally
        {
            // A reader that leaves early must not leave painters behind, waiting to write.
            await stop.CancelAsync();
            await painting;
        }

        cancellationToken.ThrowIfCancellationRequested();
    }

    private async Task PaintAllAsync(
        IReadOnlyList<ImageRequest> requests,
        ChannelWriter<GeneratedImage> finished,
        CancellationToken cancellationToken
    )
    {
        Exception? failure = null;
        try
        {
            await Parallel.ForEachAsync(
                requests,
                new ParallelOptions
                {
                    CancellationToken = cancellationToken,
                    MaxDegreeOfParallelism = Environment.ProcessorCount,
                },
                async (request, token) => await finished.WriteAsync(new GeneratedImage(request, Paint(request)), token)
            );
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The reader asked for it, and throws on its own side.
        }
#pragma warning disable CA1031 // Whatever went wrong is handed to the reader through the channel.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            failure = exception;
        }

        finished.Complete(failure);
    }
}
