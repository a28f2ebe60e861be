using Semblance.Models.Catalog;
using Semblance.Models.Hub;
using Semblance.Models.Hub.Cache;
using Semblance.Models.Hub.Pulling;
using Semblance.Studies.Fetching;
using Semblance.Studies.Files;

namespace Semblance.Studies.Running;

/// <summary>Images of a study that are in data sets of the hub: from their names to folders of the cache.</summary>
internal static class StudyDatasets
{
    /// <summary>The study with the folders of data sets that the cache has; nothing is fetched.</summary>
    public static StudyFile Find(StudyFile study, StudyHost? host = null) =>
        With(study, dataset => SnapshotFiles.Find(RequestOf(dataset), CacheOf(host)));

    /// <summary>The study with the folders of all its data sets, which are fetched where they are lacking.</summary>
    /// <exception cref="ResourceException">One is not available, or the user did not agree.</exception>
    public static async Task<StudyFile> FetchAsync(StudyFile study, StudyHost host, CancellationToken cancellationToken)
    {
        var folders = new Dictionary<string, string>();
        foreach (
            var dataset in study
                .Models.Select(model => model.Source)
                .OfType<FolderSource>()
                .Select(source => source.Dataset)
                .OfType<string>()
                .Distinct()
        )
        {
            folders[dataset] =
                SnapshotFiles.Find(RequestOf(dataset), CacheOf(host))
                ?? await ModelFetch.PullAsync(RequestOf(dataset), dataset, host, cancellationToken);
        }

        return With(study, folders.GetValueOrDefault);
    }

    private static StudyFile With(StudyFile study, Func<string, string?> folderOf) =>
        study with
        {
            Models =
            [
                .. study.Models.Select(model =>
                    model.Source is FolderSource { Dataset: { } dataset } source && folderOf(dataset) is { } folder
                        ? model with
                        {
                            Source = new FolderSource(Path.Combine(folder, source.Path)),
                        }
                        : model
                ),
            ],
        };

    private static PullRequest RequestOf(string dataset) => KnownModel.Request(dataset, HubKind.Dataset);

    private static string CacheOf(StudyHost? host) => (host?.Hub ?? HubSettings.FromEnvironment()).CacheFolder;
}
