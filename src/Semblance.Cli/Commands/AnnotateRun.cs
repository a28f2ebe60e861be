using System.Text;
using Semblance.Agreement;
using Semblance.Cli.Terminal;
using Semblance.Runs.Agreeing;
using Semblance.Studio;
using Semblance.Studio.Serving;
using Semblance.Studio.Storing;
using Semblance.Wording;

namespace Semblance.Cli.Commands;

/// <summary>What <c>semblance annotate</c> does with a run folder: serve a study, export its votes, import others.</summary>
internal static class AnnotateRun
{
    /// <summary>Serves until Ctrl+C, which is how a study is meant to end.</summary>
    public static async Task ServeAsync(
        VoteStore store,
        string folder,
        StudioOptions options,
        Messages heard,
        CancellationToken cancellationToken
    )
    {
        await using var server = await StudioServer.StartAsync(store, folder, options, cancellationToken);
        var links = new StringBuilder($"owner {server.OwnerLink}\n");
        foreach (var (link, i) in server.RaterLinks.Select((link, i) => (link, i)))
        {
            links.Append($"r{i + 1} {link}\n");
            if (options.PublicAddress is not null && !Console.IsOutputRedirected)
            {
                links.Append(QrText.Of(link));
            }
        }

        if (server.OpenLink is { } open)
        {
            links.Append($"open {open}\n");
        }

        ResultOutput.ToStandardOutput(links.ToString());
        heard.Note(
            $"votes are kept in {store.Name}; Ctrl+C ends, and the same command goes on. Keep the owner's link to yourself."
        );
        try
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // Ctrl+C.
        }
    }

    /// <summary>Writes <c>votes.csv</c>, <c>events.jsonl</c> and, where there is none, the rules of the study into the run.</summary>
    public static async Task ExportAsync(VoteStore store, string folder, Messages heard)
    {
        var votes = await store.ReadVotesAsync();
        if (votes.Count == 0)
        {
            heard.Note("there are no votes yet, and nothing to export");
            return;
        }

        var table = Path.Combine(folder, VotesCsv.FileName);
        var log = Path.Combine(folder, VotesCsv.EventsFileName);
        ResultOutput.ToFile(Encoding.UTF8.GetBytes(VotesCsv.Of(votes)), table);
        ResultOutput.ToFile(Encoding.UTF8.GetBytes(VotesCsv.Of(await store.ReadEventsAsync())), log);
        heard.Note($"{Plural.Of(VotesCsv.Final(votes).Count, "vote")} are in {table}, and what happened in {log}");
        if (await store.ReadStudyAsync() is { } study)
        {
            KeepRules(study.Exclusions, folder, heard);
        }
    }

    /// <summary>Writes votes that were gathered elsewhere as <c>votes.csv</c> into the run, with its prompts.</summary>
    /// <exception cref="UsageException">The run has votes already.</exception>
    /// <exception cref="InputException">The table cannot be used.</exception>
    public static void Import(AgreementSource source, Messages heard)
    {
        var table = Path.Combine(source.Path, VotesCsv.FileName);
        if (File.Exists(table) || File.Exists(Path.Combine(source.Path, StudySetup.FileName)))
        {
            throw new UsageException(
                $"{source.Path} has votes already; import into a copy of the run folder, or move {VotesCsv.FileName} and {StudySetup.FileName} away."
            );
        }

        var votes = AgreementInput.Read(source, heard.Warning).Votes;
        ResultOutput.ToFile(Encoding.UTF8.GetBytes(VotesCsv.Of(votes)), table);
        heard.Note(
            $"{Plural.Of(votes.Count, "vote")} of {Plural.Of(votes.Select(vote => vote.Rater).Distinct().Count(), "rater")} are in {table}; semblance agreement {source.Path} says what they show"
        );
    }

    /// <summary>The rules were fixed before the first vote; those of a file that says otherwise came later.</summary>
    private static void KeepRules(ExclusionRules rules, string folder, Messages heard)
    {
        var file = Path.Combine(folder, AgreementSource.ExclusionsName);
        if (!File.Exists(file))
        {
            ResultOutput.ToFile(Encoding.UTF8.GetBytes(ExclusionsJson.Of(rules)), file);
        }
        else if (!ExclusionsJson.Read(file).IsSameAs(rules))
        {
            heard.Warning(
                $"{file} has other rules than the study began with, and agreement uses the file; delete it and export again for the rules that were fixed before the first vote."
            );
        }
    }
}
