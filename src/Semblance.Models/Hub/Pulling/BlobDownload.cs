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
    HubSettings settings,
    CacheFolder cache,
    Action<long> received
)
{
    /// <summary>A file that was announced under one hash and comes under another is worth one more try from its beginning.</summary>
    private const int MostRestarts = 3;

    /// <summary>Puts the blob in its place unless it is there. The caller holds its lock.</summary>
    /// <param name="repository">Where it is from.</param>
    /// <param name="commit">At which commit.</param>
    /// <param name="path">The file that it is the bytes of.</param>
    /// <param name="id">Its name.</param>
    /// <param name="length">Its bytes.</param>
    /// <param name="cancellationToken">Stops; what has arrived is kept.</param>
    /// <exception cref="ResourceException">It could not be had.</exception>
    public async Task RunAsync(
        HubRepository repository,
        string commit,
        string path,
        BlobId id,
        long length,
        CancellationToken cancellationToken
    )
    {
        var incomplete = cache.Incomplete(id);
        CacheFolder.Writing(incomplete, () => Directory.CreateDirectory(Path.GetDirectoryName(incomplete)!));
        for (var restart = 0; ; restart++)
        {
            using (var file = Arrival.Open(incomplete, id, length))
            {
                received(file.Position);
                await patience.RunAsync(
                    cancel => ContinueAsync(repository, commit, path, id, file, cancel),
                    () => file.Arrived,
                    cancellationToken
                );
                if (file.IsRight())
                {
                    file.Settle();
                    break;
                }

                received(-file.Position);
                file.Restart();
            }

            if (restart == 1)
            {
                CacheFolder.Writing(incomplete, () => File.Delete(incomplete));
                throw new ResourceException(
                    $"{path} of {repository} arrived twice with bytes that do not have the hash {id}; it was deleted. "
                        + "A proxy may be changing the data, or the file is damaged on the hub."
                );
            }
        }

        CacheFolder.Writing(cache.Blob(id), () => File.Move(incomplete, cache.Blob(id), overwrite: true));
    }

    /// <summary>One request for what is missing.</summary>
    private async Task<bool> ContinueAsync(
        HubRepository repository,
        string commit,
        string path,
        BlobId id,
        Arrival file,
        CancellationToken cancellationToken
    )
    {
        if (file.Position == file.Length)
        {
            return true;
        }

        using var answer = await connection.SendAsync(
            HttpMethod.Get,
            api.FileAddress(repository, commit, path),
            request => AskForRest(request, file),
            cancellationToken
        );
        var response = answer.Response;
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            Restart(file, path, repository);
            throw new TransientException($"{path} of {repository} cannot be resumed and starts again");
        }

        api.ThrowUnlessSuccess(answer, repository, path);
        RejectOther(answer, repository, commit, path, id);
        AgreeOnStart(response, file, path, repository);
        await ReceiveAsync(response, file, path, repository, cancellationToken);
        return true;
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
    private static void RejectOther(HubAnswer answer, HubRepository repository, string commit, string path, BlobId id)
    {
        var stated = BlobId.Parse(
            answer.LinkedEtag ?? (answer.FromHub ? answer.Response.Headers.ETag?.ToString() : null)
        );
        if (
            (stated is { } other && other.IsSha256 == id.IsSha256 && other != id)
            || (answer.Commit is { } found && BlobId.IsCommit(found) && found != commit)
        )
        {
            throw new ResourceException(
                $"{path} of {repository} was changed on the hub while it was fetched; run the same command again."
            );
        }
    }

    /// <summary>Where the body begins: at our position, or at 0 where the server sends the whole file.</summary>
    private void AgreeOnStart(HttpResponseMessage response, Arrival file, string path, HubRepository repository)
    {
        var etag = response.Headers.ETag;
        if (response.StatusCode == HttpStatusCode.PartialContent)
        {
            var range = response.Content.Headers.ContentRange;
            var changed = file.Etag is { } before && etag is not null && !etag.Equals(before);
            if (changed || range?.From != file.Position || (range.Length is { } whole && whole != file.Length))
            {
                if (range?.Length is { } length && length != file.Length)
                {
                    throw WrongLength(path, repository, length, file.Length);
                }

                Restart(file, path, repository);
                file.Etag = null;
                throw new TransientException($"{path} of {repository} cannot be resumed and starts again");
            }
        }
        else
        {
            if (response.Content.Headers.ContentLength is { } length && length != file.Length)
            {
                throw WrongLength(path, repository, length, file.Length);
            }

            if (file.Position > 0)
            {
                Restart(file, path, repository, changed: file.Etag is { } before && !before.Equals(etag));
            }
        }

        file.Etag = etag;
    }

    private void Restart(Arrival file, string path, HubRepository repository, bool changed = true)
    {
        if (++file.Restarts > MostRestarts)
        {
            throw new ResourceException(
                changed
                    ? $"{path} of {repository} changes on the server with every request; try again later."
                    : $"{path} of {repository}: the connection broke off {file.Restarts} times, and the server sends the file only from its start; try again with a better connection, or set HF_ENDPOINT to another mirror."
            );
        }

        received(-file.Position);
        file.Restart();
    }

    private async Task ReceiveAsync(
        HttpResponseMessage response,
        Arrival file,
        string path,
        HubRepository repository,
        CancellationToken cancellationToken
    )
    {
        using var stall = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var authority = response.RequestMessage!.RequestUri!.Authority;
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(stall.Token);
            await file.TakeAsync(body, () => stall.CancelAfter(settings.Stall), received, stall.Token);
        }
        catch (Exception error) when (HubFault.IsNetwork(error, cancellationToken))
        {
            throw HubFault.OfNetwork(error, authority);
        }

        if (file.Overflow)
        {
            throw WrongLength(path, repository, null, file.Length);
        }

        if (file.Position < file.Length)
        {
            throw new TransientException($"The connection to {authority} broke off");
        }
    }

    private static ResourceException WrongLength(string path, HubRepository repository, long? found, long announced) =>
        new(
            $"{path} of {repository} should have {announced} bytes, but the server sends {found?.ToString() ?? "more"}; "
                + "check HF_ENDPOINT and any proxy in between, and try again."
        );
}
