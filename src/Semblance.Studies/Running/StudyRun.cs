using Semblance.Agreement;
using Semblance.Comparison;
using Semblance.Remote.Calls;
using Semblance.Remote.Settings;
using Semblance.Reports;
using Semblance.Reports.Images;
using Semblance.Runs.Agreeing;
using Semblance.Runs.Generating;
using Semblance.Studies.Agreeing;
using Semblance.Studies.Comparing;
using Semblance.Studies.Files;
using Semblance.Studies.Reporting;
using Semblance.Studies.Scoring;

namespace Semblance.Studies.Running;

/// <summary>What came of a study.</summary>
/// <param name="State">How far it is now.</param>
/// <param name="Lost">Images that did not come, each a sentence.</param>
/// <param name="Verdict">What the comparison shows with the first encoder; null where nothing is compared.</param>
/// <param name="Gates">Decisions, in the order of the file.</param>
/// <param name="Report">The page; null where it was not made.</param>
public sealed record StudyOutcome(
    StudyState State,
    IReadOnlyList<string> Lost,
    string? Verdict,
    IReadOnlyList<GateDecision> Gates,
    string? Report
)
{
    /// <summary>Which setting of a model that is varied the study's rule picks, a sentence each.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];
}

/// <summary>From a study file to its report. A stage runs only where what it is made from has changed.</summary>
public static class StudyRun
{
    /// <summary>Makes what is missing, scores, compares, decides, reports.</summary>
    /// <param name="study">What to do.</param>
    /// <param name="only">Ids of models to make images of; empty for all, which are then scored.</param>
    /// <param name="host">Receives messages.</param>
    /// <param name="servers">Has the secrets and the clock; null for those of this process.</param>
    /// <param name="cancellationToken">Finishes what is under way and keeps it.</param>
    /// <exception cref="InputException">Images of another recipe or study, seeds that are worth too little, or bad files.</exception>
    /// <exception cref="ResourceException">A server, model or disk is not available, or a limit is reached; what was made is kept.</exception>
    /// <exception cref="UsageException">A model that the study does not have.</exception>
    public static async Task<StudyOutcome> RunAsync(
        StudyFile study,
        IReadOnlyList<string> only,
        StudyHost host,
        ServerHost? servers = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(study);
        ArgumentNullException.ThrowIfNull(only);
        ArgumentNullException.ThrowIfNull(host);
        _ = Chosen(study, only);
        study = StudyDevice.Settle(await StudyDatasets.FetchAsync(study, host, cancellationToken), host);
        var models = Chosen(study, only);
        var folder = new StudyFolder(study, host);
        folder.Check();
        using var alone = folder.Lock();
        folder.Claim();
        foreach (var warning in study.Warnings)
        {
            host.Warning(warning);
        }

        PromptLength.Check(study, host);
        GenerateStage.Gather(folder.Run);
        using var ledger = CallLedger.Open(folder.Calls);
        var made = await new StudyImages(
            folder,
            ledger,
            models,
            host,
            servers ?? new ServerHost { Warning = host.Warning }
        ).RunAsync(StudyState.Of(folder, ledger), cancellationToken);
        string[] lost = [.. made.Lost.Select(image => image.Reason)];
        if (made.Unfinished.Count > 0)
        {
            throw new ResourceException(
                string.Join(' ', made.Unfinished.Append("What was made is kept; run the study again to go on."))
            );
        }

        var state = StudyState.Of(folder, ledger);
        if (only.Count > 0)
        {
            return new StudyOutcome(state, lost, null, [], null);
        }

        var inputs = StudyImageTable.Write(folder);
        var scored = await ScoreAsync(folder, inputs, host, cancellationToken);
        var match = new MatchOptions
        {
            StripSuffixes = study.Suffixes,
            AllowUnmatched = study.AllowUnmatched,
            Clusters = study.Clusters?.Prompts,
        };
        var source = new ScoreSource([study.Run])
        {
            Run = study.Run,
            Match = match,
            Encoder = study.Encoders.Count > 0 ? study.Encoders[0] : null,
        };
        string? verdict = null;
        List<GateDecision> gates = [];
        if (study.Models.Count > 1 && study.Prompts.Count == 1)
        {
            host.Warning(
                "one prompt: the models are scored and not compared, since prompts are the unit of a comparison"
            );
        }
        else if (study.Models.Count > 1)
        {
            verdict = await CompareAsync(folder, source, scored, host, cancellationToken);
            foreach (var gate in study.Gates)
            {
                var request = new GateRequest(source, gate.Baseline, gate.Candidate, gate.Options);
                gates.Add((await GateStudy.RunAsync(request, host, cancellationToken)).Decision);
            }
        }

        var voted = Agree(study, host);
        var facts = new StudyNotes(study, state, [.. gates.Select(gate => gate.Sentence)]);
        var report = await ReportAsync(
            folder,
            source,
            StudyFolder.HashOf(scored, voted),
            facts,
            host,
            cancellationToken
        );
        return new StudyOutcome(state, lost, verdict, gates, report)
        {
            Choices = folder.StampOf(ChoiceStage) is { Length: > 0 } choices ? choices.Split('\n') : [],
        };
    }

    /// <summary>Compares where scores or settings have changed, and otherwise reads what was found.</summary>
    private static async Task<string> CompareAsync(
        StudyFolder folder,
        ScoreSource source,
        string scored,
        StudyHost host,
        CancellationToken cancellationToken
    )
    {
        var study = folder.Study;
        var hash = StudyFolder.HashOf(
            scored,
            $"{study.Comparison}",
            string.Join('\n', study.Suffixes),
            $"{study.AllowUnmatched}",
            study.Clusters?.Text ?? "",
            Version
        );
        if (folder.StampOf("compare") == hash && folder.Run.ReadComparison() is { } stored)
        {
            host.Note("the comparison is current");
            return stored.Verdict;
        }

        var request = new CompareRequest(source, study.Comparison);
        var outcome = await CompareStudy.RunAsync(request, host, cancellationToken);
        if (outcome.NotKept is null)
        {
            folder.Stamp("compare", hash);
        }

        return outcome.Result.Report.Verdict;
    }

    private static IReadOnlyList<StudyModel> Chosen(StudyFile study, IReadOnlyList<string> only)
    {
        foreach (var id in only.Where(id => !study.Models.Any(model => model.Id == id)))
        {
            var near = NearestName.Of(id, study.Models.Select(model => model.Id));
            throw new UsageException(
                near is null
                    ? $"The study has no model \"{id}\"; it has {string.Join(", ", study.Models.Select(model => model.Id))}."
                    : $"The study has no model \"{id}\"; did you mean \"{near}\"?"
            );
        }

        return only.Count == 0 ? study.Models : [.. study.Models.Where(model => only.Contains(model.Id))];
    }

    /// <summary>Scores with the encoders whose inputs changed, all at once.</summary>
    /// <returns>A hash of all that was scored.</returns>
    private static async Task<string> ScoreAsync(
        StudyFolder folder,
        string inputs,
        StudyHost host,
        CancellationToken cancellationToken
    )
    {
        var study = folder.Study;
        List<string> hashes = [];
        List<(string Encoder, string Stage, string Hash)> changed = [];
        foreach (var encoder in study.Encoders.Count > 0 ? study.Encoders : [""])
        {
            var hash = StudyFolder.HashOf(
                inputs,
                encoder,
                $"{study.Alignment}{StudyDevice.Stamp(study)}",
                study.Clusters?.Text ?? "",
                Version
            );
            hashes.Add(hash);
            var stage = encoder.Length > 0 ? $"score {encoder}" : "score";
            if (folder.StampOf(stage) == hash)
            {
                host.Note($"scores{(encoder.Length > 0 ? $" of {encoder}" : "")} are current");
                continue;
            }

            changed.Add((encoder, stage, hash));
        }

        if (changed.Count > 0)
        {
            await ScoreStudy.RunAsync(
                new ScoreRequest([folder.Images])
                {
                    Encoders = [.. changed.Select(one => one.Encoder).Where(encoder => encoder.Length > 0)],
                    Run = study.Run,
                    Alignment = study.Alignment,
                    Clusters = study.Clusters?.Prompts,
                    Device = study.Devices[0],
                    FurtherDevices = [.. study.Devices.Skip(1)],
                    Precision = study.Precision,
                },
                host,
                cancellationToken
            );
            foreach (var (_, stage, hash) in changed)
            {
                folder.Stamp(stage, hash);
            }
        }

        return StudyFolder.HashOf([.. hashes]);
    }

    /// <summary>Holds votes against the scores, where there are any.</summary>
    /// <returns>A hash of the votes.</returns>
    private static string Agree(StudyFile study, StudyHost host)
    {
        var votes = study.Votes ?? Path.Combine(study.Run, AgreementSource.VotesName);
        if (!File.Exists(votes))
        {
            return study.Votes is null
                ? ""
                : throw new InputException($"There is no table of votes {study.Votes}, which the study names.");
        }

        AgreementStudy.Run(
            new AgreementSource(study.Run) { Votes = votes, Encoders = study.Encoders },
            new AgreementOptions { Level = study.Comparison.Level },
            host
        );
        var file = new FileInfo(votes);
        return $"{file.Length} {file.LastWriteTimeUtc.Ticks}";
    }

    private static async Task<string> ReportAsync(
        StudyFolder folder,
        ScoreSource source,
        string inputs,
        StudyNotes notes,
        StudyHost host,
        CancellationToken cancellationToken
    )
    {
        var study = folder.Study;
        var file = Path.Combine(study.Run, HtmlReport.FileName);
        var hash = StudyFolder.HashOf(
            inputs,
            study.ReportImages,
            $"{study.ReportMegabytes}",
            $"{study.Comparison}",
            string.Join('\n', study.Suffixes),
            $"{study.AlignmentLoss}",
            notes.Text(),
            Version
        );
        if (folder.StampOf("report") == hash && File.Exists(file))
        {
            host.Note($"{file} is current");
            return file;
        }

        var outcome = await ReportStudy.RunAsync(source, study.Comparison, host, beside: null, cancellationToken);
        var choices = SettingChoice.Of(study, outcome.Content.Models);
        folder.Stamp(ChoiceStage, string.Join('\n', choices));
        var usual = new ReportOptions();
        var page = HtmlReport.Of(
            notes.AddTo(outcome.Content with { Run = outcome.Content.Run is null ? null : folder.Run }, choices),
            usual with
            {
                Images = Enum.Parse<ImageUse>(study.ReportImages, ignoreCase: true),
                MaxMegabytes = study.ReportMegabytes ?? usual.MaxMegabytes,
                Command = $"semblance study run {study.Path}",
            },
            cancellationToken
        );
        foreach (var note in page.Notes)
        {
            host.Warning(note);
        }

        StudyFolder.Write(file, page.Text);
        folder.Stamp("report", hash);
        return file;
    }

    private const string ChoiceStage = "choice";

    private static string Version => typeof(StudyRun).Assembly.GetName().Version!.ToString(3);
}
