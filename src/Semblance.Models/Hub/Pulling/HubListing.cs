namespace Semblance.Models.Hub.Pulling;

/// <summary>A file of a repository.</summary>
/// <param name="Path">Below the repository's root, with forward slashes; checked to stay below it.</param>
/// <param name="Size">Bytes; null where the listing did not say.</param>
/// <param name="Blob">Name of its bytes; null where the listing did not say.</param>
internal sealed record HubFile(string Path, long? Size, BlobId? Blob);

/// <summary>A file of a repository at one commit.</summary>
/// <param name="Repository">Where it is from.</param>
/// <param name="Commit">40 hexadecimal digits.</param>
/// <param name="Path">As in <see cref="HubFile"/>.</param>
internal sealed record RemoteFile(HubRepository Repository, string Commit, string Path)
{
    /// <summary>The file as messages name it.</summary>
    public override string ToString() => $"{Path} of {Repository}";
}

/// <summary>What the hub says of a repository at one commit.</summary>
/// <param name="Commit">40 hexadecimal digits.</param>
/// <param name="Licence">As its card states it; null where it states none.</param>
/// <param name="Files">All files.</param>
internal sealed record HubListing(string Commit, string? Licence, IReadOnlyList<HubFile> Files);
