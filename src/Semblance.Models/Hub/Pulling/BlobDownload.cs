using System.Net;
using System.Net.Http.Headers;
using Semblance.Models.Hub.Cache;

namespace Semblance.Models.Hub.Pulling;

/// <summary>
/// Fetches one blob into the cache: what an earlier attempt left is hashed and gone on from, the rest is hashed as it
/// arrives, and only bytes with the right length and hash get the blob's name.
/// </summary>
internal sealed class BlobDownload(
    HubApi api,
    HubConnection connection,
    Patience patience,
    CacheFolder cache,
    RemoteFile remote,
    PlannedBlob blob,
    Action<long> received
)
{
    /// <summary>How often a file may start again where the server cannot resume it.</summary>
    private const int MostRestarts = 3;

    /// <summary>Puts the blob in its place unless it is there. The caller holds its lock.</summary>
    /// <exception cref="ResourceException">It could not be had.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var incomplete = cache.Incomplete(blob.Id);
        CacheFolder.Writing(incomplete, () => Directory.CreateDirectory(Path.GetDirectoryName(incomplete)!));
        // A file that was announced under one hash and comes under another is worth one more try from its beginning.
        if (!await FetchAsync(incomplete, cancellationToken) && !await FetchAsync(incomplete, cancellationToken))
        {
            CacheFolder.Writing(incomplete, () => File.Delete(incomplete));
            throw new ResourceException(
                $"{remote} arrived twice with bytes that do not have the hash {blob.Id}; it was deleted. "
                    + "A proxy may be changing the data, or the file is damaged on the hub."
            );
        }

        CacheFolder.Writing(cache.Blob(blob.Id), () => File.Move(incomplete, cache.Blob(blob.Id), overwrite: true));
    }

    /// <summary>Fetches what is missing; false where all is there and it is not what was announced.</summary>
    private async Task<bool> FetchAsync(string incomplete, CancellationToken cancellationToken)
    {
        using var file = Arrival.Open(incomplete, blob.Id, blob.Length);
        received(file.Position);
        await patience.RunAsync(cancel => ContinueAsync(file, cancel), () => file.Arrived, cancellationToken);
        if (file.IsRight())
        {
            file.Settle();
            return true;
        }

        received(-file.Position);
        file.Restart();
        return false;
    }

    /// <summary>One request for what is missing.</summary>
    private async Task<bool> ContinueAsync(Arrival file, CancellationToken cancellationToken)
    {
        if (file.Position == file.Length)
        {
            return true;
        }

        using var answer = await connection.SendAsync(
            HttpMethod.Get,
            api.Address(remote),
            request => AskForRest(request, file),
            cancellationToken
        );
        if (answer.Response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            Restart(file);
            throw new TransientException($"{remote} cannot be resumed and starts again");
        }

        api.ThrowUnlessSuccess(answer, remote.Repository, remote);
        RejectOther(answer);
        AgreeOnStart(answer.Response, file);
        // Slower than this, a download is a drip that was made to never end; what came is kept.
        using var slow = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        slow.CancelAfter(
            TimeSpan.FromMinutes(10) + TimeSpan.FromSeconds(Math.Min(1e6, (file.Length - file.Position) / 1e4))
        );
        var whole = await connection.HearAsync(
            answer.Authority,
            async (alive, cancel) =>
            {
                using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, slow.Token);
                cancel = either.Token;
                await using var body = await answer.Response.Content.ReadAsStreamAsync(cancel);
                await file.TakeAsync(body, alive, received, cancel);
                return file.Position == file.Length;
            },
            cancellationToken
        );
        if (file.Overflow)
        {
            throw WrongLength(null);
        }

        return whole ? true : throw new TransientException($"The connection to {answer.Authority} broke off");
    }

    private static void AskForRest(HttpRequestMessage request, Arrival file)
    {
        if (file.Position == 0)
        {
            return;
        }

        request.Headers.Range = new RangeHeaderValue(file.Position, null);
        if (file.Etag is { IsWeak: false } etag)
        {
            request.Headers.IfRange = new RangeConditionHeaderValue(etag);
        }
    }

    /// <summary>A commit never changes; where the hub answers for another one, or with other bytes, nothing fits together.</summary>
    private void RejectOther(HubAnswer answer)
    {
        var stated = BlobId.Parse(
            answer.LinkedEtag ?? (answer.FromHub ? answer.Response.Headers.ETag?.ToString() : null)
        );
        if (
            (stated is { } other && other.IsSha256 == blob.Id.IsSha256 && other != blob.Id)
            || (answer.Commit is { } found && BlobId.IsCommit(found) && found != remote.Commit)
        )
        {
            throw new ResourceException(
                $"{remote} was changed on the hub while it was fetched; run the same command again."
            );
        }
    }

    /// <summary>Where the body begins: at our position, or at 0 where the server sends the whole file.</summary>
    private void AgreeOnStart(HttpResponseMessage response, Arrival file)
    {
        var (etag, content) = (response.Headers.ETag, response.Content.Headers);
        var partial = response.StatusCode == HttpStatusCode.PartialContent;
        if ((partial ? content.ContentRange?.Length : content.ContentLength) is { } whole && whole != file.Length)
        {
            throw WrongLength(whole);
        }

        var changed = file.Etag is { } before && !before.Equals(etag);
        if (partial && ((changed && etag is not null) || content.ContentRange?.From != file.Position))
        {
            Restart(file);
            file.Etag = null;
            throw new TransientException($"{remote} cannot be resumed and starts again");
        }

        if (!partial && file.Position > 0)
        {
            Restart(file, changed);
        }

        file.Etag = etag;
    }

    private void Restart(Arrival file, bool changed = true)
    {
        if (++file.Restarts > MostRestarts)
        {
            throw new ResourceException(
                changed
                    ? $"{remote} changes on the server with every request; try again later."
                    : $"{remote}: the connection broke off {file.Restarts} times, and the server sends the file only from its start; try again with a better connection, or set HF_ENDPOINT to another mirror."
            );
        }

        received(-file.Position);
        file.Restart();
    }

    private ResourceException WrongLength(long? found) =>
        new(
            $"{remote} should have {blob.Length} bytes, but the server sends {found?.ToString() ?? "more"}; "
                + "check HF_ENDPOINT and any proxy in between, and try again."
        );
}
