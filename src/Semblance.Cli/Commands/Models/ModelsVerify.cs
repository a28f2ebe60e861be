using Semblance.Cli.Output;
using Semblance.Models.Hub;

namespace Semblance.Cli.Commands.Models;

/// <summary><c>semblance models verify</c>.</summary>
internal static class ModelsVerify
{
    public static async Task<int> RunAsync(
        string? name,
        HubKind kind,
        bool all,
        bool repair,
        bool quiet,
        CancellationToken cancellationToken
    )
    {
        Messages.Quiet = quiet;
        string cache = HubSettings.FromEnvironment().CacheFolder;
        IReadOnlyList<CachedRepository> repositories = Chosen(name, kind, all, cache);
        if (repositories.Count == 0)
        {
            Messages.Note($"The cache {cache} holds nothing to verify.");
        }

        int broken = 0;
        foreach (CachedRepository repository in repositories)
        {
            IReadOnlyList<CheckedFile> files = Check(repository, cancellationToken);
            CheckedFile[] bad = [.. files.Where(file => file.Result is CheckResult.Damaged or CheckResult.Missing)];
            foreach (CheckedFile file in bad)
            {
                Messages.Line(
                    $"{repository.Name}: {file.Path} {(file.Result == CheckResult.Damaged ? "is damaged: its bytes are not those of its name" : "links to bytes that are gone")}"
                );
            }

            int unknown = files.Count(file => file.Result == CheckResult.Unknown);
            string left = unknown > 0 ? $", {unknown} without a known hash" : "";
            string verdict = bad.Length == 0 ? "right" : $"{bad.Length} of {files.Count} files broken";
            ResultOutput.ToStandardOutput(
                $"{repository.Name}  {files.Count} files  {ByteText.Of(repository.Bytes)}  {verdict}{left}\n"
            );
            if (bad.Length > 0 && repair)
            {
                await RepairAsync(repository, bad, cancellationToken);
            }
            else
            {
                broken += bad.Length;
            }
        }

        return broken == 0
            ? ExitCode.Done
            : throw new InputException(
                broken == 1
                    ? "1 cached file is broken; the same command with --repair throws it away and fetches it again."
                    : $"{broken} cached files are broken; the same command with --repair throws them away and fetches them again."
            );
    }

    private static IReadOnlyList<CachedRepository> Chosen(string? name, HubKind kind, bool all, string cache)
    {
        if (all)
        {
            return name is null
                ? CachedRepository.All(cache)
                : throw new UsageException("Give a NAME or --all, not both.");
        }

        HubRepository repository = KnownModel
            .Request(name ?? throw new UsageException("Give a NAME to verify, or --all."), kind)
            .Repository;
        return
        [
            CachedRepository.Find(cache, repository)
                ?? throw new ResourceException($"{repository.Name} is not in the cache {cache}."),
        ];
    }

    private static IReadOnlyList<CheckedFile> Check(CachedRepository repository, CancellationToken cancellationToken)
    {
        using TransferView view = new($"hashing {repository.Name}");
        long hashed = 0;
        return CacheCheck.Run(
            repository,
            bytes => view.Report(hashed += bytes, repository.Bytes - repository.UnfinishedBytes),
            cancellationToken
        );
    }

    private static async Task RepairAsync(
        CachedRepository repository,
        CheckedFile[] bad,
        CancellationToken cancellationToken
    )
    {
        CacheCheck.Discard(repository, bad);
        foreach (IGrouping<string, CheckedFile> snapshot in bad.GroupBy(file => file.Snapshot))
        {
            PullRequest request = new(new HubRepository(repository.Kind, repository.Name, snapshot.Key))
            {
                Include = [.. snapshot.Select(file => file.Path)],
            };
            await ModelFetch.PullAsync(request, repository.Name, new FetchConsent(true, false), cancellationToken);
        }
    }
}
