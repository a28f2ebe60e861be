using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Semblance.Remote.Calls;
using Semblance.Remote.Connecting;
using Semblance.Remote.Kinds;
using Semblance.Remote.Settings;

namespace Semblance.Remote;

/// <summary>What came of a call that gave no image to keep.</summary>
/// <param name="Request">Which image.</param>
/// <param name="State">Filtered, blank, failed, or of unknown fate.</param>
/// <param name="Reason">A sentence, with the server's words.</param>
/// <param name="Sent">What came, where something came.</param>
public sealed record LostImage(ImageRequest Request, CallState State, string Reason, EncodedImage? Sent = null);

/// <summary>Who hears what a generator does beside the images; any thread calls.</summary>
public sealed record ImageReceiver
{
    /// <summary>A call gave no image.</summary>
    public Action<LostImage> Lost { get; init; } = static _ => { };

    /// <summary>A file came; this is it as the server sent it.</summary>
    public Action<ImageRequest, EncodedImage> Received { get; init; } = static (_, _) => { };
}

/// <summary>
/// A model on a server. One image a request, seed by seed over all prompts, so that a stop leaves every prompt with as many
/// images. Each call is in the ledger before it is made, each job before it is asked for; what is under way when the
/// generation is stopped is finished and kept.
/// </summary>
public sealed class ServerGenerator : IImageGenerator
{
    private readonly ImageServer _server;
    private readonly ServerModel _model;
    private readonly Budget _budget;
    private readonly ImageCalls _calls;

    internal ServerGenerator(
        ImageServer server,
        ServerApi api,
        ServerConnection connection,
        ServerModel model,
        Budget budget,
        ServerHost host,
        ImageReceiver receiver
    )
    {
        (_server, _model, _budget) = (server, model, budget);
        _calls = new ImageCalls(server, api, connection, model, budget, host, receiver);
        Recipe = ModelRecipeText.Of(server.Settings, model, api.Facts);
    }

    /// <inheritdoc/>
    public string Model => _model.Id;

    /// <inheritdoc/>
    public IReadOnlyList<KeyValuePair<string, string>> Recipe { get; }

    /// <inheritdoc/>
    public bool SendsFiles => true;

    /// <summary>Why no further image of this model is made, as a sentence; null as long as some may be.</summary>
    public string? Closed => _calls.Closed;

    /// <summary>Whether a limit on costs or images ended it.</summary>
    public BudgetLimit? Limit => _calls.Limit;

    /// <inheritdoc/>
    public IAsyncEnumerable<GeneratedImage> GenerateAsync(
        IReadOnlyList<ImageRequest> requests,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(requests);
        return EachAsync(requests, cancellationToken);
    }

    private async IAsyncEnumerable<GeneratedImage> EachAsync(
        IReadOnlyList<ImageRequest> requests,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var made = Channel.CreateBounded<MadeImage>(1);
        var work = ProduceAsync(new Queue<ImageRequest>(BySeed(requests)), made.Writer, cancellationToken);
        await foreach (var image in made.Reader.ReadAllAsync(CancellationToken.None))
        {
            yield return image.Image;
            // Whoever took the image has kept it by now.
            _budget.Ledger.Add(image.Record);
        }

        await work;
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>Makes one image outside of any run, as a probe does.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="name">What the ledger calls the seed.</param>
    /// <param name="cancellationToken">Ends it before it is begun.</param>
    /// <returns>Null where none came.</returns>
    internal async Task<EncodedImage?> MakeAsync(ImageRequest request, string name, CancellationToken cancellationToken)
    {
        if (await _calls.TryAsync(request, name, cancellationToken) is not { } made)
        {
            return null;
        }

        _budget.Ledger.Add(made.Record);
        return (EncodedImage)made.Image.Content;
    }

    private static List<ImageRequest> BySeed(IReadOnlyList<ImageRequest> requests)
    {
        var nth = new Dictionary<string, int>();
        return requests
            .Select(request => (Request: request, Nth: nth[request.Prompt] = nth.GetValueOrDefault(request.Prompt) + 1))
            .OrderBy(one => one.Nth)
            .Select(one => one.Request)
            .ToList();
    }

    private async Task ProduceAsync(
        Queue<ImageRequest> open,
        ChannelWriter<MadeImage> made,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await Task.WhenAll(Enumerable.Range(0, _server.Settings.Concurrency).Select(_ => WorkAsync()));
            made.Complete();
        }
        catch (Exception error)
        {
            made.Complete(error);
        }

        async Task WorkAsync()
        {
            while (_calls.IsOpen && !cancellationToken.IsCancellationRequested && Next() is { } request)
            {
                if (await _calls.TryAsync(request, request.Name, cancellationToken) is { } image)
                {
                    await made.WriteAsync(image, CancellationToken.None);
                }
            }
        }

        ImageRequest? Next()
        {
            lock (open)
            {
                return open.TryDequeue(out var next) ? next : null;
            }
        }
    }
}
