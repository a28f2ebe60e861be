using Semblance.Cli.Terminal;
using Semblance.Models.Hub;
using Semblance.Models.Hub.Cache;
using Semblance.Models.Hub.Pulling;

namespace Semblance.Cli.Commands.Models;

/// <summary><c>semblance models pull</c> and <c>path</c>.</summary>
internal static class ModelsPull
{
    public static async Task<int> RunAsync(
        PullRequest request,
        string name,
        FetchConsent consent,
        bool quiet,
        CancellationToken cancellationToken
    )
    {
        Messages.Quiet = quiet;
        var snapshot = await ModelFetch.PullAsync(request, name, consent, cancellationToken);
        ResultOutput.ToStandardOutput(snapshot + "\n");
        return ExitCode.Done;
    }
}

/// <summary><c>semblance models path</c>.</summary>
internal static class ModelsPath
{
    public static int Run(PullRequest request, string name)
    {
        var cache = HubSettings.FromEnvironment().CacheFolder;
        var snapshot =
            SnapshotFiles.Find(request, cache)
            ?? throw new ResourceException(
                $"{request.Repository.Name} is not in the cache {cache}, or not all of it; "
                    + $"`semblance models pull {name}"
                    + $"{(request.Repository.Kind == HubKind.Dataset ? " --dataset" : "")}` fetches it."
            );
        ResultOutput.ToStandardOutput(snapshot + "\n");
        return ExitCode.Done;
    }
}
