using System.Text.RegularExpressions;

namespace Semblance.Models.Hub.Pulling;

/// <summary>Questions to the hub, each asked until it is answered.</summary>
internal sealed partial class HubApi(HubConnection connection, Patience patience)
{
    /// <summary>
    /// Above this, and where it names none, the hub's own list of a repository's files may be cut off without a word;
    /// its Python library draws the line there too.
    /// </summary>
    private const int MostSiblings = 1000;

    /// <summary>The hub gives a thousand files a page; the largest repositories have some hundred thousand.</summary>
    private const int MostPages = 1000;

    private const int MostFiles = 1_000_000;

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
            if (seen.Count > MostPages || files.Count > MostFiles)
            {
                throw new ResourceException(
                    $"{connection.Address("").Authority} lists more than {MostFiles} files or {MostPages} pages of them for {repository}; check HF_ENDPOINT."
                );
            }

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
        AskAsync(
            HttpMethod.Get,
            address,
            repository,
            file: null,
            async (answer, cancel) =>
                (await connection.ReadAsync(answer, cancel), Next(HubConnection.Header(answer.Response, "Link"))),
            cancellationToken
        );

    /// <summary>The next page, as <c>&lt;https://hub/api/...&gt;; rel="next"</c> names it. A mirror may name the hub that it mirrors: only the path counts.</summary>
    private Uri? Next(string? link) =>
        NextPage().Match(link ?? "") is { Success: true } match ? connection.Address(match.Groups["path"].Value) : null;

    /// <summary>A file with its length and the name of its bytes, which some mirrors leave out of listings.</summary>
    /// <exception cref="ResourceException">The hub does not say, so that nothing could be verified.</exception>
    public async Task<HubFile> DescribeAsync(RemoteFile file, CancellationToken cancellationToken)
    {
        var described = await AskAsync(
            HttpMethod.Head,
            Address(file),
            file.Repository,
            file,
            (answer, _) =>
                Task.FromResult(
                    new HubFile(
                        file.Path,
                        answer.LinkedSize ?? answer.Response.Content.Headers.ContentLength,
                        BlobId.Parse(answer.LinkedEtag ?? answer.Response.Headers.ETag?.Tag)
                    )
                ),
            cancellationToken
        );
        return described is { Size: >= 0 and <= HubJson.MostBytes, Blob: not null }
            ? described
            : throw new ResourceException(
                $"{connection.Address("").Authority} states no length and hash for {file}, so that it could "
                    + "not be verified; check HF_ENDPOINT."
            );
    }

    /// <summary>The bytes of a small file.</summary>
    /// <exception cref="ResourceException">It cannot be had.</exception>
    public Task<byte[]> ReadAsync(RemoteFile file, CancellationToken cancellationToken) =>
        AskAsync(HttpMethod.Get, Address(file), file.Repository, file, connection.ReadAsync, cancellationToken);

    /// <summary>Where a file's bytes are asked for.</summary>
    public Uri Address(RemoteFile file)
    {
        var path = string.Join('/', file.Path.Split('/').Select(Uri.EscapeDataString));
        return connection.Address($"{file.Repository.PagePath}/resolve/{file.Commit}/{path}");
    }

    /// <summary>Throws the fault that an answer without success stands for.</summary>
    public void ThrowUnlessSuccess(HubAnswer answer, HubRepository repository, RemoteFile? file)
    {
        if (!answer.Response.IsSuccessStatusCode)
        {
            throw HubFault.OfStatus(answer, repository, file, connection.HasToken);
        }
    }

    private Task<T> AskAsync<T>(
        HttpMethod method,
        Uri address,
        HubRepository repository,
        RemoteFile? file,
        Func<HubAnswer, CancellationToken, Task<T>> read,
        CancellationToken cancellationToken
    ) =>
        patience.RunAsync(
            async cancel =>
            {
                using var answer = await connection.SendAsync(method, address, prepare: null, cancel);
                ThrowUnlessSuccess(answer, repository, file);
                return await read(answer, cancel);
            },
            moved: null,
            cancellationToken
        );

    [GeneratedRegex(
        "<[^<>]*?/(?<path>api/[^<>]*)>[^<,]*rel=\"next\"",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 2000
    )]
    private static partial Regex NextPage();
}
