using System.Text.Json;

namespace Semblance.Models.Hub.Pulling;

/// <summary>Reads the hub's answers. Nothing in them is trusted: names become paths, hashes become names.</summary>
internal static class HubJson
{
    /// <summary>1 PiB: sums of such lengths stay far from overflowing.</summary>
    private const long MostBytes = 1L << 50;

    /// <summary>Reads the answer to <c>api/models/ID/revision/REVISION?blobs=true</c>.</summary>
    /// <exception cref="ResourceException">The answer is not a listing, or names a file that would leave the cache.</exception>
    public static HubListing Listing(byte[] answer, HubRepository repository, Uri endpoint) =>
        Reading(
            answer,
            repository,
            endpoint,
            root =>
            {
                if (root.GetProperty("sha").GetString() is not { } commit || !BlobId.IsCommit(commit))
                {
                    throw new JsonException("no commit");
                }

                HubFile[] files = root.TryGetProperty("siblings", out var siblings)
                    ? [.. siblings.EnumerateArray().Select(file => File(file, "rfilename", "blobId", repository))]
                    : [];
                return new HubListing(commit, Licence(root), Checked(files, repository));
            }
        );

    /// <summary>Reads a page of <c>api/models/ID/tree/COMMIT?recursive=true</c>.</summary>
    /// <exception cref="ResourceException">As for <see cref="Listing"/>.</exception>
    public static IReadOnlyList<HubFile> Tree(byte[] answer, HubRepository repository, Uri endpoint) =>
        Reading(
            answer,
            repository,
            endpoint,
            root =>
                root.EnumerateArray()
                    .Where(entry => entry.GetProperty("type").GetString() == "file")
                    .Select(entry => File(entry, "path", "oid", repository))
                    .ToArray()
        );

    /// <summary>The files, if they are possible: each name once, and lengths whose sum fits.</summary>
    /// <exception cref="ResourceException">They are not possible.</exception>
    public static IReadOnlyList<HubFile> Checked(IReadOnlyList<HubFile> files, HubRepository repository) =>
        files.DistinctBy(file => file.Path, StringComparer.Ordinal).Count() == files.Count
        && files.All(file => file.Size is null or (>= 0 and <= MostBytes))
            ? files
            : throw new ResourceException(
                $"The hub's answer about {repository} is not a listing of a repository: it names a file twice, or an impossible length."
            );

    private static T Reading<T>(byte[] answer, HubRepository repository, Uri endpoint, Func<JsonElement, T> read)
    {
        try
        {
            using var document = JsonDocument.Parse(answer);
            return read(document.RootElement);
        }
        catch (Exception error)
            when (error is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new ResourceException(
                $"{endpoint.Authority} answers about {repository} with something that is not a listing of a repository; "
                    + "check HF_ENDPOINT and any proxy in between.",
                error
            );
        }
    }

    private static HubFile File(JsonElement file, string pathName, string blobName, HubRepository repository)
    {
        var path = file.GetProperty(pathName).GetString() ?? "";
        if (!FileSelection.IsSafePath(path))
        {
            throw new ResourceException(
                $"{repository} lists a file named \"{path}\", which would lie outside the cache; nothing is fetched."
            );
        }

        if (file.TryGetProperty("lfs", out var large) && large.ValueKind == JsonValueKind.Object)
        {
            var hash = large.TryGetProperty("sha256", out var sha256) ? sha256 : large.GetProperty("oid");
            return new HubFile(path, large.GetProperty("size").GetInt64(), BlobId.Parse(hash.GetString()));
        }

        return new HubFile(
            path,
            file.TryGetProperty("size", out var size) && size.ValueKind == JsonValueKind.Number
                ? size.GetInt64()
                : null,
            file.TryGetProperty(blobName, out var blob) && blob.ValueKind == JsonValueKind.String
                ? BlobId.Parse(blob.GetString())
                : null
        );
    }

    private static string? Licence(JsonElement root)
    {
        if (
            root.TryGetProperty("cardData", out var card)
            && card.ValueKind == JsonValueKind.Object
            && card.TryGetProperty("license", out var licence)
        )
        {
            if (licence.ValueKind == JsonValueKind.String)
            {
                return licence.GetString();
            }

            if (licence.ValueKind == JsonValueKind.Array)
            {
                return string.Join(", ", licence.EnumerateArray().Select(one => one.ToString()));
            }
        }

        const string tag = "license:";
        return root.TryGetProperty("tags", out var tags) && tags.ValueKind == JsonValueKind.Array
            ? tags.EnumerateArray()
                .Select(one => one.ToString())
                .FirstOrDefault(one => one.StartsWith(tag, StringComparison.Ordinal))
                ?[tag.Length..]
            : null;
    }
}
