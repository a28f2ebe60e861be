using Semblance.Cli.Progress;
using Semblance.Cli.Terminal;
using Semblance.Models.Catalog;
using Semblance.Models.Hub;
using Semblance.Models.Hub.Cache;
using Semblance.Models.Hub.Pulling;
using Semblance.Studies;
using Semblance.Studies.Fetching;

namespace Semblance.Cli.Commands;

/// <summary><c>semblance models verify</c>: hashes what the cache holds.</summary>
internal static class ModelsVerify
{
    public static async Task RunAsync(
        string? name,
        HubKind kind,
        bool all,
        bool repair,
        Messages messages,
        CancellationToken cancellationToken
    )
    {
        var cache = HubSettings.FromEnvironment().CacheFolder;
        var repositories = Chosen(name, kind, all, cache);
        if (repositories.Count == 0)
        {
            messages.Note($"The cache {cache} holds nothing to verify.");
        }

        var (damaged, unfinished) = (0, 0);
        foreach (var repository in repositories)
        {
            var files = await CheckAsync(repository, messages, cancellationToken);
            CheckedFile[] bad = [.. files.Where(file => file.Result is CheckResult.Damaged or CheckResult.Missing)];
            foreach (var file in bad)
            {
                messages.Line(
                    $"{repository.Name}: {file.Path} {(file.Result == CheckResult.Damaged ? "is damaged: its content does not match its hash" : "links to a file that is gone")}"
                );
            }

            var unknown = files.Count(file => file.Result == CheckResult.Unknown);
            var left = unknown > 0 ? $", {unknown} without a known hash" : "";
            var lacks = Lacks(repository);
            foreach (var lack in lacks)
            {
                messages.Line($"{repository.Name}: {lack}");
            }

            unfinished += lacks.Count;
            var verdict =
                bad.Length > 0 ? $"{bad.Length} of {files.Count} files damaged"
                : lacks.Count > 0 ? "what is there is right, but not all is there"
                : "right";
            ResultOutput.ToStandardOutput(
                $"{repository.Name}  {files.Count} files  {ByteText.Of(repository.Bytes)}  {verdict}{left}\n"
            );
            if (bad.Length > 0 && repair)
            {
                await RepairAsync(repository, bad, messages, cancellationToken);
            }
            else
            {
                damaged += bad.Length;
            }
        }

        if (damaged == 0 && unfinished > 0)
        {
            throw new InputException(
                $"{(repositories is [var only] ? only.Name : "Not everything")} is {(repositories.Count == 1 ? "not " : "")}all there; `semblance models pull NAME` goes on where the last pull stopped."
            );
        }

        if (damaged > 0)
        {
            throw new InputException(
                $"{Figures.Count(damaged, "cached file")} {(damaged == 1 ? "is" : "are")} damaged; the same command with --repair deletes and fetches again what is damaged."
            );
        }
    }

    /// <summary>
    /// What snapshots of a pipeline lack, and unfinished downloads. Of other repositories Python's libraries fetch only what
    /// they use, and of some pipelines only configurations are asked for, which is nothing to complain about.
    /// </summary>
    private static List<string> Lacks(CachedRepository repository)
    {
        List<string> lacks =
        [
            .. from snapshot in repository.Snapshots
            where
                File.Exists(Path.Combine(snapshot.Folder, "model_index.json"))
                && SnapshotFiles.HasWeights(snapshot.Folder)
            let plain = SnapshotFiles.Lacks(snapshot.Folder, variant: null)
            where plain is not null && SnapshotFiles.Lacks(snapshot.Folder, "fp16") is not null
            select $"the snapshot {snapshot.Commit} lacks {plain}",
        ];
        if (repository.UnfinishedBytes > 0)
        {
            lacks.Add($"a download stopped after {ByteText.Of(repository.UnfinishedBytes)}");
        }

        return lacks;
    }

    private static IReadOnlyList<CachedRepository> Chosen(string? name, HubKind kind, bool all, string cache)
    {
        if (all)
        {
            return name is null
                ? CachedRepository.All(cache)
                : throw new UsageException("Give a NAME or --all, not both.");
        }

        var repository = KnownModel
            .Request(name ?? throw new UsageException("Give a NAME to verify, or --all."), kind)
            .Repository;
        return
        [
            CachedRepository.Find(cache, repository)
                ?? throw new ResourceException($"{repository.Name} is not in the cache {cache}."),
        ];
    }

    private static async Task<IReadOnlyList<CheckedFile>> CheckAsync(
        CachedRepository repository,
        Messages messages,
        CancellationToken cancellationToken
    )
    {
        IReadOnlyList<CheckedFile> files = [];
        await new ProgressView(messages).RunAsync(
            new StudyStage($"hashing {repository.Name}", StageUnit.Bytes),
            report =>
                Task.Run(
                    () =>
                    {
                        var (hashed, all) = (0L, repository.Bytes - repository.UnfinishedBytes);
                        files = CacheCheck.Run(
                            repository,
                            bytes => report(new StageCount(hashed += bytes, all)),
                            cancellationToken
                        );
                    },
                    cancellationToken
                )
        );
        return files;
    }

    private static async Task RepairAsync(
        CachedRepository repository,
        CheckedFile[] bad,
        Messages messages,
        CancellationToken cancellationToken
    )
    {
        CacheCheck.Discard(repository, bad);
        foreach (var snapshot in bad.GroupBy(file => file.Snapshot))
        {
            var request = new PullRequest(new HubRepository(repository.Kind, repository.Name, snapshot.Key))
            {
                Include = [.. snapshot.Select(file => file.Path)],
            };
            await ModelFetch.PullAsync(request, repository.Name, StudyView.Of(messages, yes: true), cancellationToken);
        }
    }
}
