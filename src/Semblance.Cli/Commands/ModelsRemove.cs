using Semblance.Cli.Terminal;
using Semblance.Models.Catalog;
using Semblance.Models.Hub;
using Semblance.Models.Hub.Cache;
using Semblance.Models.Hub.Pulling;

namespace Semblance.Cli.Commands;

/// <summary><c>semblance models remove</c>: deletes a model from the cache.</summary>
internal static class ModelsRemove
{
    public static async Task RunAsync(
        string name,
        HubKind kind,
        bool yes,
        Messages messages,
        CancellationToken cancellationToken
    )
    {
        var cache = HubSettings.FromEnvironment().CacheFolder;
        var wanted = KnownModel.Request(name, kind).Repository;
        var repository =
            CachedRepository.Find(cache, wanted)
            ?? throw new ResourceException($"{wanted.Name} is not in the cache {cache}.");
        var removal = name.Contains('@', StringComparison.Ordinal)
            ? CacheRemoval.Of(
                repository,
                repository.Snapshot(wanted.Revision)
                    ?? throw new ResourceException($"{repository.Folder} does not hold revision {wanted.Revision}.")
            )
            : CacheRemoval.Of(repository);
        var what =
            removal.Commit is { } commit ? $"{repository.Name} at {commit}"
            : repository.Snapshots.Count > 1 ? $"{repository.Name} with its {repository.Snapshots.Count} revisions"
            : repository.Name;
        if (!yes)
        {
            if (!Question.CanBeAsked)
            {
                throw new UsageException(
                    $"There is no terminal to ask whether {what} ({ByteText.Of(removal.Bytes)}) may be removed from {cache}; give --yes to remove it."
                );
            }

            var question = $"Remove {what} ({ByteText.Of(removal.Bytes)}) from {cache}?";
            if (!await Question.AskAsync(question, usual: false, cancellationToken))
            {
                messages.Note("Nothing was removed.");
                return;
            }
        }

        removal.Run();
        messages.Note($"removed {what}: {ByteText.Of(removal.Bytes)}");
    }
}
