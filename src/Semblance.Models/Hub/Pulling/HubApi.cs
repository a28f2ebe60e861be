using System.Globalization;

namespace Semblance.Models.Hub.Pulling;

/// <summary>Questions to the hub, each asked until it is answered.</summary>
internal sealed class HubApi(HubConnection connection, Patience patience, TimeProvider clock)
{
    /// <summary>
    /// Above this, and where it names none, the hub's own list of a repository's files may be cut off without a word;
    /// its Python library draws the line there too.
    /// </summary>
    private const int MostSiblings = 1000;

    /// <summary>What a repository holds at a revision.</summary>
    /// <exception cref="ResourceException">It cannot be had; the message says why and what to do.</exception>
    public async Task<HubListing> ListAsync(HubRepository repository, CancellationToken cancellationToken)
    {
        var address = connection.Address(
            $"{repository.ApiPath}/revision/{Uri.EscapeDataString(repository.Revision)}?blobs=true"
        );
        var (answer, _) = await PageAsync(address, repository, cancellationToken);
        var listing = HubJson.Listing(answer, repository, address);
        return listing.Files.Count is > 0 and <= MostSiblings
            ? listing
            : listing with
            {
                Files = await TreeAsync(repository, listing.Commit, cancellationToken),
            };
    }

    /// <summary>All files of a commit, page by page.</summary>
    private async Task<IReadOnlyList<HubFile>> TreeAsync(
        HubRepository repository,
        string commit,
        CancellationToken cancellationToken
    )
    {
        var files = new List<HubFile>();
        var seen = new HashSet<Uri>();
        var page = connection.Address($"{repository.ApiPath}/tree/{commit}?recursive=true");
        while (page is not null && seen.Add(page))
        {
            var (answer, next) = await PageAsync(page, repository, cancellationToken);
            files.AddRange(HubJson.Tree(answer, repository, page));
            page = next;
        }

        return HubJson.Checked(files, repository);
    }

    private Task<(byte[] Answer, Uri? Next)> PageAsync(
        Uri address,
        HubRepository repository,
        CancellationToken cancellationToken
    ) =>
        patience.RunAsync(
            async cancel =>
            {
                using var answer = await connection.SendAsync(HttpMethod.Get, address, prepare: null, cancel);
                ThrowUnlessSuccess(answer, repository, file: null);
                return (
                    await connection.ReadAsync(answer, cancel),
                    Next(HubConnection.Header(answer.Response, "Link"))
                );
            },
            moved: null,
            cancellationToken
        );

    /// <summary>The next page, as <c>&lt;https://hub/api/...&gt;; rel="next"</c> names it. A mirror may name the hub that it mirrors: only the path counts.</summary>
    private Uri? Next(string? link)
    {
        foreach (var part in link?.Split(',') ?? [])
        {
            var (open, close) = (
                part.IndexOf('<', StringComparison.Ordinal),
                part.IndexOf('>', StringComparison.Ordinal)
            );
            if (open < 0 || close < open || !part[close..].Contains("rel=\"next\"", StringComparison.Ordinal))
            {
                continue;
            }

            var target = part[(open + 1)..close];
            var path = target.IndexOf("/api/", StringComparison.Ordinal);
            return path < 0 ? null : connection.Address(target[(path + 1)..]);
        }

        return null;
    }

    /// <summary>A file with its length and the name of its bytes, which some mirrors leave out of listings.</summary>
    /// <exception cref="ResourceException">The hub does not say, so that nothing could be verified.</exception>
    public async Task<HubFile> DescribeAsync(
        HubRepository repository,
        string commit,
        string path,
        CancellationToken cancellationToken
    )
    {
        var file = await patience.RunAsync(
            async cancel =>
            {
                using var answer = await connection.SendAsync(
                    HttpMethod.Head,
                    FileAddress(repository, commit, path),
                    prepare: null,
                    cancel
                );
                ThrowUnlessSuccess(answer, repository, path);
                var response = answer.Response;
                return new HubFile(
                    path,
                    answer.LinkedSize ?? response.Content.Headers.ContentLength,
                    BlobId.Parse(answer.LinkedEtag ?? response.Headers.ETag?.Tag)
                );
            },
            moved: null,
            cancellationToken
        );
        return file is { Size: >= 0, Blob: not null }
            ? file
            : throw new ResourceException(
                $"{connection.Address("").Authority} states no length and hash for {path} of {repository}, so that it could "
                    + "not be verified; check HF_ENDPOINT."
            );
    }

    /// <summary>The bytes of a small file.</summary>
    /// <exception cref="ResourceException">It cannot be had.</exception>
    public Task<byte[]> ReadAsync(
        HubRepository repository,
        string commit,
        string path,
        CancellationToken cancellationToken
    ) =>
        patience.RunAsync(
            cancel => BytesAsync(FileAddress(repository, commit, path), repository, path, cancel),
            moved: null,
            cancellationToken
        );

    /// <summary>Where a file's bytes are asked for.</summary>
    public Uri FileAddress(HubRepository repository, string commit, string path) =>
        connection.Address(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{repository.PagePath}/resolve/{commit}/{string.Join('/', path.Split('/').Select(Uri.EscapeDataString))}"
            )
        );

    /// <summary>Throws the fault that an answer without success stands for.</summary>
    public void ThrowUnlessSuccess(HubAnswer answer, HubRepository repository, string? file)
    {
        if (!answer.Response.IsSuccessStatusCode)
        {
            throw HubFault.OfStatus(answer, repository, file, connection.HasToken, clock.GetUtcNow());
        }
    }

    private async Task<byte[]> BytesAsync(
        Uri address,
        HubRepository repository,
        string? file,
        CancellationToken cancellationToken
    )
    {
        using var answer = await connection.SendAsync(HttpMethod.Get, address, prepare: null, cancellationToken);
        ThrowUnlessSuccess(answer, repository, file);
        return await connection.ReadAsync(answer, cancellationToken);
    }
}
