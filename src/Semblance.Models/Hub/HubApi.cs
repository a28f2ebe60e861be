using System.Globalization;

namespace Semblance.Models.Hub;

/// <summary>Questions to the hub, each asked until it is answered.</summary>
internal sealed class HubApi(HubConnection connection, Patience patience, TimeProvider clock)
{
    /// <summary>What a repository holds at a revision.</summary>
    /// <exception cref="ResourceException">It cannot be had; the message says why and what to do.</exception>
    public async Task<HubListing> ListAsync(HubRepository repository, CancellationToken cancellationToken)
    {
        var address = connection.Address(
            $"{repository.ApiPath}/revision/{Uri.EscapeDataString(repository.Revision)}?blobs=true"
        );
        var answer = await patience.RunAsync(
            async cancel => await BytesAsync(address, repository, file: null, cancel),
            moved: null,
            cancellationToken
        );
        return HubJson.Listing(answer, repository, address);
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
