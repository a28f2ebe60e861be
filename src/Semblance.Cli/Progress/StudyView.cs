using Semblance.Cli.Terminal;
using Semblance.Consistency;
using Semblance.Models.Hub;
using Semblance.Studies;

namespace Semblance.Cli.Progress;

/// <summary>Shows on standard error what a study says, how far it is, and what it would download.</summary>
internal static class StudyView
{
    /// <summary>How many left-out files are named one by one; the JSON has them all.</summary>
    private const int NamedFiles = 10;

    /// <summary>A study's host that shows it to a person.</summary>
    /// <param name="messages">Where it is said.</param>
    /// <param name="yes">Download without a question.</param>
    /// <param name="offline">Download nothing.</param>
    public static StudyHost Of(Messages messages, bool yes = false, bool offline = false)
    {
        var view = new ProgressView(messages);
        return new StudyHost
        {
            Offline = offline,
            Note = sentence => view.Say(() => messages.Note(sentence)),
            Warning = sentence => view.Say(() => messages.Warning(sentence)),
            LeftOut = files => view.Say(() => LeftOut(messages, files)),
            Agree = (download, cancellationToken) => AgreeAsync(messages, download, yes, cancellationToken),
            Stage = view.RunAsync,
        };
    }

    private static void LeftOut(Messages messages, IReadOnlyList<SkippedFile> files)
    {
        messages.Warnings(files.Take(NamedFiles).Select(file => $"left out {file.Path}: {file.Reason}"));
        if (files.Count > NamedFiles)
        {
            messages.Warning(
                $"and {Figures.Count(files.Count - NamedFiles, "more file")} left out; `score --format json` lists them all"
            );
        }
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
