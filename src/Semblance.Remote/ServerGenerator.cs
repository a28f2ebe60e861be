using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Channels;
using Semblance.Remote.Calls;
using Semblance.Remote.Connecting;
using Semblance.Remote.Kinds;
using Semblance.Remote.Settings;
using Semblance.Wording;

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
    /// <summary>How often a job that a server lost is given to it again.</summary>
    private const int MostSubmissions = 3;

    /// <summary>The wait before the second question for a job; it grows to that of the kind.</summary>
    private static readonly TimeSpan FirstPoll = TimeSpan.FromMilliseconds(50);

    private readonly ImageServer _server;
    private readonly ServerApi _api;
    private readonly ServerConnection _connection;
    private readonly ServerModel _model;
    private readonly Budget _budget;
    private readonly ServerHost _host;
    private readonly ImageReceiver _receiver;

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
        (_server, _api, _connection, _model) = (server, api, connection, model);
        (_budget, _host, _receiver) = (budget, host, receiver);
        Recipe = ModelRecipeText.Of(server.Settings, model, api.Facts);
    }

    /// <inheritdoc/>
    public string Model => _model.Id;

    /// <inheritdoc/>
    public IReadOnlyList<KeyValuePair<string, string>> Recipe { get; }

    /// <inheritdoc/>
    public bool SendsFiles => true;

    /// <summary>Why no further image of this model is made, as a sentence; null as long as some may be.</summary>
    public string? Closed { get; private set; }

    /// <summary>Whether a limit on costs or images ended it.</summary>
    public BudgetLimit? Limit { get; private set; }

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
        var made = Channel.CreateBounded<Made>(1);
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
        if (await TryAsync(request, name, cancellationToken) is not { } made)
        {
            return null;
        }

        _budget.Ledger.Add(made.Record);
        return (EncodedImage)made.Image.Content;
    }

    private sealed record Made(GeneratedImage Image, CallRecord Record);

    private bool IsOpen => Closed is null && Limit is null && _server.Closed is null;

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
        ChannelWriter<Made> made,
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
            while (IsOpen && !cancellationToken.IsCancellationRequested && Next() is { } request)
            {
                if (await TryAsync(request, request.Name, cancellationToken) is { } image)
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

    /// <summary>One call, from its reservation to its end.</summary>
    private async Task<Made?> TryAsync(ImageRequest request, string name, CancellationToken cancellationToken)
    {
        var key = new CallKey(Model, request.Prompt, name);
        try
        {
            await _server.Places.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return null;
        }

        try
        {
            return IsOpen ? await CallAsync(request, key, cancellationToken) : null;
        }
        catch (CallException fault)
        {
            End(request, key, fault);
            return null;
        }
        catch (OperationCanceledException)
        {
            // Stopped while it waited for its turn: nothing was sent.
            if (_budget.Ledger.Find(key) is { State: CallState.Reserved })
            {
                Note(key, CallState.Failed, cost: 0, "stopped before it was sent, or while a program made it");
            }

            return null;
        }
        finally
        {
            _server.Places.Release();
        }
    }

    private async Task<Made?> CallAsync(ImageRequest request, CallKey key, CancellationToken cancellationToken)
    {
        var start = _host.Clock.GetTimestamp();
        var before = _budget.Ledger.Find(key);
        var job = before is { State: CallState.Submitted or CallState.Unknown or CallState.Failed or CallState.Done }
            ? before.Job
            : null;
        for (var submission = 1; ; submission++)
        {
            var call = new ImageCall(request.Prompt, request.Seed, TagOf(key, submission));
            Reply reply;
            if (
                job is null
                && submission == 1
                && before is { State: CallState.Unknown or CallState.Reserved }
                && _api.IsPaid
            )
            {
                job = await _api.FindAsync(call, cancellationToken);
                if (job is not null)
                {
                    Note(key, CallState.Submitted, before.Cost, words: null, job);
                }
            }

            if (job is null)
            {
                if (_budget.Reserve(key, Price) is { } limit)
                {
                    Limit = limit;
                    return null;
                }

                await _connection.AwaitTurnAsync(cancellationToken);
                reply = await _api.SubmitAsync(call, cancellationToken);
                if (reply is Reply.Taken taken)
                {
                    job = taken.Id;
                    Note(key, CallState.Submitted, Price, words: null, job);
                }
            }
            else
            {
                reply = new Reply.Taken(job);
            }

            if (reply is Reply.Taken)
            {
                reply = await AwaitAsync(job!, call, start);
            }

            switch (reply)
            {
                case Reply.Lost lost when submission < MostSubmissions:
                    job = null;
                    Note(key, CallState.Unknown, Price, lost.Words, job: "");
                    continue;
                case Reply.Lost lost:
                    throw new CallException(CallEnd.Image, lost.Words);
                case Reply.Filtered filtered:
                    Report(request, key, CallState.Filtered, filtered.IsPaid ? Price : 0, filtered.Words);
                    return null;
                case Reply.Failed failed:
                    Report(request, key, CallState.Failed, failed.IsPaid ? Price : 0, failed.Words);
                    return null;
                case Reply.Image image:
                    return Keep(request, key, image, _host.Clock.GetElapsedTime(start));
                default:
                    throw new InvalidOperationException($"{_api.GetType().Name} gives a {reply.GetType().Name}.");
            }
        }
    }

    /// <summary>Asks until the job has ended, however long a stop was asked for: it may be paid.</summary>
    private async Task<Reply> AwaitAsync(string job, ImageCall call, long start)
    {
        for (var wait = FirstPoll; ; wait *= 1.5)
        {
            var reply = await _api.PollAsync(job, call, CancellationToken.None);
            if (reply is not Reply.Waiting)
            {
                return reply;
            }

            if (_host.Clock.GetElapsedTime(start) > _server.Settings.Timeout)
            {
                throw new CallException(
                    _api.IsPaid ? CallEnd.Unknown : CallEnd.Image,
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"has not finished within {_server.Settings.Timeout.TotalSeconds:0} s; the next run asks for the same job again"
                    )
                );
            }

            await Task.Delay(wait < _api.PollEvery ? wait : _api.PollEvery, _host.Clock);
        }
    }

    private Made? Keep(ImageRequest request, CallKey key, Reply.Image image, TimeSpan took)
    {
        var cost = image.Echo.Cost ?? Price;
        var sent = SentImage.Read(image.Bytes, _model.AsPng, ModelRecipeText.TextsOf(request, Model));
        if (sent.Fault is { } fault)
        {
            Report(request, key, CallState.Failed, cost, fault);
            return null;
        }

        _receiver.Received(request, sent.AsSent!);
        if (Difference(request, image.Echo, sent) is { } difference)
        {
            throw new CallException(CallEnd.Model, difference) { IsPaid = true };
        }

        if (sent.IsBlank && _model.OnBlank != BlankImage.Keep)
        {
            var state = _model.OnBlank == BlankImage.Error ? CallState.Failed : CallState.Blank;
            Report(
                request,
                key,
                state,
                cost,
                "sent an image of one colour, as safety filters and numeric faults leave",
                sent.AsSent
            );
            return null;
        }

        return new Made(
            new GeneratedImage(request, sent.Kept!),
            new CallRecord(Model, request.Prompt, key.Seed, CallState.Done, cost)
            {
                Sha256 = Convert.ToHexStringLower(SHA256.HashData(sent.Kept!.Bytes.Span)),
                RevisedPrompt = image.Echo.RevisedPrompt is { } revised ? _connection.Words.Clean(revised) : null,
                Seconds = Math.Round(took.TotalSeconds, 3),
            }
        );
    }

    /// <summary>In what the image differs from what was asked for: then the next one would too.</summary>
    private string? Difference(ImageRequest request, Echo echo, SentImage sent) =>
        echo.Seed is { } seed && seed != request.Seed && !_model.HasNoSeeds
            ? $"used the seed {seed}, and {request.Seed} was asked for: its images do not belong to their seeds"
        : echo.Difference is { } difference ? difference
        : _api.FixesSize && (sent.Width, sent.Height) != (request.Width, request.Height)
            ? $"sent an image of {sent.Width}x{sent.Height} pixels, and {request.Width}x{request.Height} were asked for; ask for a size that it makes"
        : null;

    private decimal Price => _model.PricePerImage ?? 0;

    private void End(ImageRequest request, CallKey key, CallException fault)
    {
        var sentence = $"{_server.Settings.Name} {fault.Message}.";
        switch (fault.End)
        {
            case CallEnd.Server:
                _server.Closed ??= sentence;
                break;
            case CallEnd.Model:
                Closed ??= $"{Model}: {sentence}";
                break;
        }

        // A job that is under way may be paid, whatever became of the question for it.
        var (unknown, open) = (fault.End == CallEnd.Unknown, _budget.Ledger.Find(key) is { Job: not null });
        var cost = unknown || open || fault.IsPaid ? Price : 0;
        Report(
            request,
            key,
            unknown ? CallState.Unknown : CallState.Failed,
            cost,
            fault.Message,
            job: fault.End == CallEnd.Model ? "" : null
        );
    }

    private void Report(
        ImageRequest request,
        CallKey key,
        CallState state,
        decimal cost,
        string words,
        EncodedImage? sent = null,
        string? job = ""
    )
    {
        Note(key, state, cost, words, job);
        _receiver.Lost(
            new LostImage(
                request,
                state,
                $"{Model}, prompt {QuotedPrompt.Of(request.Prompt)}, seed {key.Seed}: {_server.Settings.Name} {words}.",
                sent
            )
        );
    }

    private void Note(CallKey key, CallState state, decimal cost, string? words, string? job = null) =>
        _budget.Ledger.Add(new CallRecord(key.Model, key.Prompt, key.Seed, state, cost) { Words = words, Job = job });

    /// <summary>Names the call in the server's folders; letters and digits only.</summary>
    private static string TagOf(CallKey key, int submission)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{key.Model}\n{key.Prompt}\n{key.Seed}\n{submission}"));
        return Convert.ToHexStringLower(hash.AsSpan(0, 8));
    }
}
