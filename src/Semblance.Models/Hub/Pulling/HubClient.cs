using System.Net;
using Semblance.Models.Hub.Cache;

namespace Semblance.Models.Hub.Pulling;

/// <summary>
/// Brings models and data sets from the Hugging Face hub into the cache that the Python libraries use too. A pull is two
/// steps, so that its size is known before it begins.
/// </summary>
public sealed class HubClient : IDisposable
{
    private readonly HubSettings _settings;
    private readonly HubConnection _connection;
    private readonly Patience _patience;
    private readonly HubApi _api;
    private readonly Action<string> _note;

    /// <summary>A client for one hub and one cache.</summary>
    /// <param name="settings">Where the hub and the cache are.</param>
    /// <param name="note">Gets sentences about waiting; null for none.</param>
    public HubClient(HubSettings settings, Action<string>? note = null)
        : this(settings, new HubConnection(settings), note) { }

    internal HubClient(HubSettings settings, HubConnection connection, Action<string>? note)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.Parallel, 1);
        _settings = settings;
        _note = text => note?.Invoke(HubWords.Clean(text, settings.Token));
        _connection = connection;
        _patience = new Patience(settings, _note);
        _api = new HubApi(_connection, _patience);
    }

    /// <summary>Asks the hub what a request means, and the cache what of it is there.</summary>
    /// <exception cref="ResourceException">The hub cannot be asked, or does not have it.</exception>
    public Task<PullPlan> PlanAsync(PullRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return DiscreetlyAsync(async () =>
        {
            // A hub that drips its answers would be listened to for ever.
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            stop.CancelAfter(_settings.LongestListing);
            try
            {
                return await AskAsync(request, stop.Token);
            }
            catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
            {
                throw new ResourceException(
                    $"{_settings.Endpoint.Authority} has not listed {request.Repository} after {_settings.LongestListing.TotalMinutes:0.#} minutes; try again later.",
                    error
                );
            }
        });
    }

    /// <summary>Does something whose faults may repeat what the hub sent, and leaves secrets out of them.</summary>
    private async Task<T> DiscreetlyAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (ResourceException error) when (HubWords.Clean(error.Message, _settings.Token) != error.Message)
        {
            throw new ResourceException(
                HubWords.Clean(error.Message, _settings.Token),
                error.InnerException as HttpRequestException
            )
            {
                Remedies = error.Remedies,
            };
        }
    }

    private async Task<PullPlan> AskAsync(PullRequest request, CancellationToken cancellationToken)
    {
        var (repository, listing) = await FindAsync(request, cancellationToken);
        string[] paths = [.. listing.Files.Select(file => file.Path)];
        var whole = repository.Kind == HubKind.Model && request.Include.Count == 0;
        var index =
            whole && paths.Contains(FileSelection.PipelineIndex)
                ? await _api.ReadAsync(At(FileSelection.PipelineIndex), cancellationToken)
                : null;
        var chosen =
            !whole ? FileSelection.Matching(paths, request.Include)
            : index is null ? FileSelection.Network(paths, request.Variant, repository.Name)
            : FileSelection.Pipeline(paths, index, request.Variant, repository.Name);
        if (chosen.Count == 0)
        {
            throw new ResourceException(
                request.Include.Count > 0
                    ? $"{repository} has no file that matches {string.Join(", ", request.Include)}."
                    : $"{repository} holds no files."
            );
        }

        var byPath = listing.Files.ToDictionary(file => file.Path, StringComparer.Ordinal);
        HubFile[] files = [.. chosen.Select(path => byPath[path])];
        await Parallel.ForAsync(
            0,
            files.Length,
            new ParallelOptions { MaxDegreeOfParallelism = _settings.Parallel, CancellationToken = cancellationToken },
            async (i, cancel) =>
            {
                if (files[i] is not { Size: >= 0, Blob: not null })
                {
                    files[i] = await _api.DescribeAsync(At(files[i].Path), cancel);
                }
            }
        );
        var cache = Cache(repository);
        PlannedBlob[] blobs =
        [
            .. files
                .GroupBy(file => file.Blob!.Value)
                .Select(group => new PlannedBlob(
                    group.Key,
                    group.First().Size!.Value,
                    [.. group.Select(file => file.Path)]
                )),
        ];
        PlannedBlob[] missing = [.. blobs.Where(blob => !IsHere(cache, listing.Commit, blob))];
        return new PullPlan(
            repository,
            listing.Commit,
            listing.Licence,
            files.Length,
            blobs.Sum(blob => blob.Length),
            missing.Sum(blob => blob.Paths.Count),
            missing.Sum(blob => Math.Max(0, blob.Length - cache.Fetched(blob.Id))),
            cache.Snapshot(listing.Commit)
        )
        {
            Blobs = blobs,
            InsteadOf = repository == request.Repository ? null : request.Repository.Revision,
            Pipeline = index is null ? null : FileSelection.PipelineClass(index),
        };

        RemoteFile At(string path) => new(repository, listing.Commit, path);
    }

    /// <summary>Does what a plan says. Stopped at any point, it goes on from there the next time.</summary>
    /// <param name="plan">Of <see cref="PlanAsync"/>.</param>
    /// <param name="progress">Gets the progress, from several threads.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The snapshot's folder.</returns>
    /// <exception cref="ResourceException">The hub or the disk failed.</exception>
    public Task<string> PullAsync(
        PullPlan plan,
        Action<PullProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(plan);
        return DiscreetlyAsync(() => FetchAsync(plan, progress, cancellationToken));
    }

    private async Task<string> FetchAsync(
        PullPlan plan,
        Action<PullProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        CheckSpace(plan);
        long done = 0;
        void Received(long bytes) =>
            progress?.Invoke(new PullProgress(Interlocked.Add(ref done, bytes), plan.TotalBytes));

        var cache = Cache(plan.Repository);
        // Small files first: a configuration that cannot be had is known before the gigabytes are.
        await Parallel.ForEachAsync(
            plan.Blobs.OrderBy(blob => blob.Length),
            new ParallelOptions { MaxDegreeOfParallelism = _settings.Parallel, CancellationToken = cancellationToken },
            async (blob, cancel) =>
            {
                if (blob.Paths.All(path => IsLinked(cache, plan.Commit, path, blob)))
                {
                    Received(blob.Length);
                    return;
                }

                using var mine = await cache.LockAsync(
                    blob.Id,
                    () => _note($"another process is fetching {blob.Paths[0]}; waiting for it"),
                    cancel
                );
                if (IsHere(cache, plan.Commit, blob))
                {
                    Received(blob.Length);
                }
                else
                {
                    var remote = new RemoteFile(plan.Repository, plan.Commit, blob.Paths[0]);
                    await new BlobDownload(_api, _connection, _patience, cache, remote, blob, Received).RunAsync(
                        cancel
                    );
                }

                Place(cache, plan.Commit, blob);
            }
        );
        cache.Refer(plan.Repository.Revision, plan.Commit);
        // What this hub has for a commit that it lacks: the user was told, and it need not be asked again.
        if (plan.InsteadOf is { } lacked)
        {
            cache.Refer(lacked, plan.Commit);
        }

        return plan.Snapshot;
    }

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

    private CacheFolder Cache(HubRepository repository) => new(_settings.CacheFolder, repository, _settings.Links);

    private async Task<(HubRepository Repository, HubListing Listing)> FindAsync(
        PullRequest request,
        CancellationToken cancellationToken
    )
    {
        ResourceException? first = null;
        foreach (var revision in (string[])[request.Repository.Revision, .. request.Otherwise])
        {
            var repository = request.Repository with { Revision = revision };
            try
            {
                var listing = await _api.ListAsync(repository, cancellationToken);
                if (first is not null)
                {
                    _note($"{request.Repository} is not on {_settings.Endpoint.Authority}; using {revision} instead");
                }

                return (repository, listing);
            }
            catch (ResourceException missing)
                when (missing.InnerException is HttpRequestException { StatusCode: HttpStatusCode.NotFound })
            {
                first ??= missing;
            }
        }

        throw first!;
    }

    private void CheckSpace(PullPlan plan)
    {
        if (plan.MissingBytes > 0 && _settings.FreeSpace(_settings.CacheFolder) is { } free && free < plan.MissingBytes)
        {
            throw new ResourceException(
                $"{plan.Repository} needs {ByteText.Of(plan.MissingBytes)}, and the disk of {_settings.CacheFolder} has "
                    + $"{ByteText.Of(free)} free; make room or point HF_HOME at another disk."
            );
        }
    }

    private static bool IsHere(CacheFolder cache, string commit, PlannedBlob blob) =>
        CacheFolder.Holds(cache.Blob(blob.Id), blob.Length)
        || blob.Paths.All(path => IsLinked(cache, commit, path, blob));

    private static bool IsLinked(CacheFolder cache, string commit, string path, PlannedBlob blob) =>
        CacheFolder.Holds(cache.Pointer(commit, path), blob.Length);

    private static void Place(CacheFolder cache, string commit, PlannedBlob blob)
    {
        string[] missing = [.. blob.Paths.Where(path => !IsLinked(cache, commit, path, blob))];
        foreach (var path in missing)
        {
            cache.Link(blob.Id, commit, path);
        }

        if (missing.Length > 0)
        {
            cache.Settle(blob.Id, blob.Paths.Select(path => cache.Pointer(commit, path)));
        }
    }
}
