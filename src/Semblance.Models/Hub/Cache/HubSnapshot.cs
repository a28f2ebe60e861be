namespace Semblance.Models.Hub.Cache;

/// <summary>A model as the cache holds it.</summary>
/// <param name="Folder">The snapshot: the repository's files, mostly links.</param>
/// <param name="Commit">Of the hub, 40 hexadecimal digits; the name of the snapshot.</param>
internal sealed record HubSnapshot(string Folder, string Commit);
