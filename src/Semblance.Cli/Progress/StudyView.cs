using Semblance.Cli.Terminal;
using Semblance.Models.Hub;
using Semblance.Studies;

namespace Semblance.Cli.Progress;

/// <summary>Shows on standard error what a study says, how far it is, and what it would download.</summary>
internal static class StudyView
{
    /// <summary>How many left-out files are named one by one; the JSON has them all.</summary>
    private const int NamedFiles = 10;

    /// <summary>A study's host that tells it to a person.</summary>
    /// <param name="messages">Where it is said.</param>
    /// <param name="yes">Download without a question.</param>
    /// <param name="offline">Download nothing.</param>
    public static StudyHost Of(Messages messages, bool yes = false, bool offline = false)
    {
        TransferView? transfer = null;
        return new StudyHost
        {
            Offline = offline,
            // A sentence must not tear the line that a transfer draws.
            Note = sentence => (transfer is { } view ? view.Note : (Action<string>)messages.Note)(sentence),
            Warning = messages.Warning,
            LeftOut = files =>
            {
                messages.Warnings(files.Take(NamedFiles).Select(file => $"left out {file.Path}: {file.Reason}"));
                if (files.Count > NamedFiles)
                {
                    messages.Warning(
                        $"and {Figures.Count(files.Count - NamedFiles, "more file")} left out; `score --format json` lists them all"
                    );
                }
            },
            Agree = (download, cancellationToken) => AgreeAsync(messages, download, yes, cancellationToken),
            Stage = async (stage, work) =>
            {
                if (stage.Unit != StageUnit.Bytes)
                {
                    await ProgressView.RunAsync(messages, stage, work);
                    return;
                }

                using var view = new TransferView(messages, stage.What);
                transfer = view;
                try
                {
                    await work(count => view.Report(count.Done, count.Total));
                }
                finally
                {
                    transfer = null;
                }
            },
        };
    }

    private static async Task<bool> AgreeAsync(
        Messages messages,
        Download download,
        bool yes,
        CancellationToken cancellationToken
    )
    {
        var (repository, hub) = (download.Plan.Repository.Name, download.Hub);
        var called = download.Name == repository ? "" : $" ({repository})";
        messages.Note(
            $"{download.Name}{called}: {download.Size}, from {hub.Endpoint.Authority} into {hub.CacheFolder}"
        );
        messages.Note($"licence: {download.Licence}; using it means agreeing to it");
        return yes
            || !Question.CanBeAsked
            || await Question.AskAsync(
                $"Fetch {ByteText.Of(download.Plan.MissingBytes)}?",
                usual: true,
                cancellationToken
            );
    }
}
