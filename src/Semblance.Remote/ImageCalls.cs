using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Semblance.Remote.Calls;
using Semblance.Remote.Connecting;
using Semblance.Remote.Kinds;
using Semblance.Remote.Settings;
using Semblance.Wording;

namespace Semblance.Remote;

/// <summary>An image that came, and what the ledger is to say of it once it is kept.</summary>
internal sealed record MadeImage(GeneratedImage Image, CallRecord Record);

/// <summary>The calls of one model to its server: each is in the ledger before it is made, each job before it is asked for.</summary>
internal sealed class ImageCalls(
    ImageServer server,
    ServerApi api,
    ServerConnection connection,
    ServerModel model,
    Budget budget,
    ServerHost host,
    ImageReceiver receiver
)
{
    /// <summary>How often a job that a server lost is given to it again.</summary>
    private const int MostSubmissions = 3;

    /// <summary>The wait before the second question for a job; it grows to that of the kind.</summary>
    private static readonly TimeSpan FirstPoll = TimeSpan.FromMilliseconds(50);

    /// <summary>Why no further image of this model is made, as a sentence; null as long as some may be.</summary>
    public string? Closed { get; private set; }

    /// <summary>Whether a limit on costs or images ended it.</summary>
    public BudgetLimit? Limit { get; private set; }

    /// <summary>Whether another call may be made.</summary>
    public bool IsOpen => Closed is null && Limit is null && server.Closed is null;

    /// <summary>One call, from its reservation to its end.</summary>
    public async Task<MadeImage?> TryAsync(ImageRequest request, string name, CancellationToken cancellationToken)
    {
        var key = new CallKey(model.Id, request.Prompt, name);
        try
        {
            await server.Places.WaitAsync(cancellationToken);
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
            if (budget.Ledger.Find(key) is { State: CallState.Reserved })
            {
                Note(key, CallState.Failed, cost: 0, "stopped before it was sent, or while a program made it");
            }

            return null;
        }
        finally
        {
            server.Places.Release();
        }
    }

    private async Task<MadeImage?> CallAsync(ImageRequest request, CallKey key, CancellationToken cancellationToken)
    {
        var start = host.Clock.GetTimestamp();
        var before = budget.Ledger.Find(key);
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
                && api.IsPaid
            )
            {
                job = await api.FindAsync(call, cancellationToken);
                if (job is not null)
                {
                    Note(key, CallState.Submitted, before.Cost, words: null, job);
                }
            }

            if (job is null)
            {
                if (budget.Reserve(key, Price) is { } limit)
                {
                    Limit = limit;
                    return null;
                }

                await connection.AwaitTurnAsync(cancellationToken);
                reply = await api.SubmitAsync(call, cancellationToken);
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
                    return Keep(request, key, image, host.Clock.GetElapsedTime(start));
                default:
                    throw new InvalidOperationException($"{api.GetType().Name} gives a {reply.GetType().Name}.");
            }
        }
    }

    /// <summary>Asks until the job has ended, however long a stop was asked for: it may be paid.</summary>
    private async Task<Reply> AwaitAsync(string job, ImageCall call, long start)
    {
        for (var wait = FirstPoll; ; wait *= 1.5)
        {
            var reply = await api.PollAsync(job, call, CancellationToken.None);
            if (reply is not Reply.Waiting)
            {
                return reply;
            }

            if (host.Clock.GetElapsedTime(start) > server.Settings.Timeout)
            {
                throw new CallException(
                    api.IsPaid ? CallEnd.Unknown : CallEnd.Image,
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"has not finished within {server.Settings.Timeout.TotalSeconds:0} s; the next run asks for the same job again"
                    )
                );
            }

            await Task.Delay(wait < api.PollEvery ? wait : api.PollEvery, host.Clock);
        }
    }

    private MadeImage? Keep(ImageRequest request, CallKey key, Reply.Image image, TimeSpan took)
    {
        var cost = image.Echo.Cost ?? Price;
        var sent = SentImage.Read(image.Bytes, model.AsPng, ModelRecipeText.TextsOf(request, model.Id));
        if (sent.Fault is { } fault)
        {
            Report(request, key, CallState.Failed, cost, fault);
            return null;
        }

        receiver.Received(request, sent.AsSent!);
        if (Difference(request, image.Echo, sent) is { } difference)
        {
            throw new CallException(CallEnd.Model, difference) { IsPaid = true };
        }

        if (sent.IsBlank && model.OnBlank != BlankImage.Keep)
        {
            var state = model.OnBlank == BlankImage.Error ? CallState.Failed : CallState.Blank;
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

        return new MadeImage(
            new GeneratedImage(request, sent.Kept!),
            new CallRecord(model.Id, request.Prompt, key.Seed, CallState.Done, cost)
            {
                Sha256 = Convert.ToHexStringLower(SHA256.HashData(sent.Kept!.Bytes.Span)),
                RevisedPrompt = image.Echo.RevisedPrompt is { } revised ? connection.Words.Clean(revised) : null,
                Seconds = Math.Round(took.TotalSeconds, 3),
            }
        );
    }

    /// <summary>In what the image differs from what was asked for: then the next one would too.</summary>
    private string? Difference(ImageRequest request, Echo echo, SentImage sent) =>
        echo.Seed is { } seed && seed != request.Seed && !model.HasNoSeeds
            ? $"used the seed {seed}, and {request.Seed} was asked for: its images do not belong to their seeds"
        : echo.Difference is { } difference ? difference
        : api.FixesSize && (sent.Width, sent.Height) != (request.Width, request.Height)
            ? $"sent an image of {sent.Width}x{sent.Height} pixels, and {request.Width}x{request.Height} were asked for; ask for a size that it makes"
        : null;

    private decimal Price => model.PricePerImage ?? 0;

    private void End(ImageRequest request, CallKey key, CallException fault)
    {
        var sentence = $"{server.Settings.Name} {fault.Message}.";
        switch (fault.End)
        {
            case CallEnd.Server:
                server.Closed ??= sentence;
                break;
            case CallEnd.Model:
                Closed ??= $"{model.Id}: {sentence}";
                break;
        }

        // A job that is under way may be paid, whatever became of the question for it.
        var (unknown, open) = (fault.End == CallEnd.Unknown, budget.Ledger.Find(key) is { Job: not null });
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
        receiver.Lost(
            new LostImage(
                request,
                state,
                $"{model.Id}, prompt {QuotedPrompt.Of(request.Prompt)}, seed {key.Seed}: {server.Settings.Name} {words}.",
                sent
            )
        );
    }

    private void Note(CallKey key, CallState state, decimal cost, string? words, string? job = null) =>
        budget.Ledger.Add(new CallRecord(key.Model, key.Prompt, key.Seed, state, cost) { Words = words, Job = job });

    /// <summary>Names the call in the server's folders; letters and digits only.</summary>
    private static string TagOf(CallKey key, int submission)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{key.Model}\n{key.Prompt}\n{key.Seed}\n{submission}"));
        return Convert.ToHexStringLower(hash.AsSpan(0, 8));
    }
}
