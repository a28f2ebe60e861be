using System.Text.Json;

namespace Semblance.Models.Hub.Pulling;

/// <summary>Reads the hub's answers. Nothing in them is trusted: names become paths, hashes become names.</summary>
internal static class HubJson
{
    /// <summary>1 PiB: sums of such lengths stay far from overflowing.</summary>
    public const long MostBytes = 1L << 50;

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
                return new HubListing(
                    commit,
                    Licence(root) is { } text ? HubWords.Name(text) : null,
                    Checked(files, repository)
                );
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
        && files.Aggregate(Int128.Zero, (sum, file) => sum + (file.Size ?? 0)) <= MostBytes
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
                $"{repository} lists a file named \"{HubWords.Name(path)}\", which would lie outside the cache; nothing is fetched."
            );
        }

        if (Find(file, "lfs", JsonValueKind.Object) is { } large)
        {
            var hash = large.TryGetProperty("sha256", out var sha256) ? sha256 : large.GetProperty("oid");
            return new HubFile(path, large.GetProperty("size").GetInt64(), BlobId.Parse(hash.GetString()));
        }

        return new HubFile(
            path,
            Find(file, "size", JsonValueKind.Number)?.GetInt64(),
            BlobId.Parse(Find(file, blobName, JsonValueKind.String)?.GetString())
        );
    }

    private static string? Licence(JsonElement root)
    {
        const string tag = "license:";
        var card = Find(root, "cardData", JsonValueKind.Object);
        return Find(card, "license", JsonValueKind.String)?.GetString()
            ?? (Texts(card, "license") is { } several ? string.Join(", ", several) : null)
            ?? Texts(root, "tags")?.FirstOrDefault(one => one.StartsWith(tag, StringComparison.Ordinal))?[tag.Length..];
    }

    private static IEnumerable<string>? Texts(JsonElement? parent, string name) =>
        Find(parent, name, JsonValueKind.Array)?.EnumerateArray().Select(one => one.ToString());

    private static JsonElement? Find(JsonElement? parent, string name, JsonValueKind kind) =>
        parent is { } json && json.TryGetProperty(name, out var value) && value.ValueKind == kind ? value : null;
}
