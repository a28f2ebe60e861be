using Semblance.Agreement;
using Semblance.Comparison;
using Semblance.Runs.Comparing;
using Semblance.Runs.Folder;
using Semblance.Runs.Inputs;
using Semblance.Wording;

namespace Semblance.Runs.Agreeing;

/// <summary>Votes with the scores of what was voted on.</summary>
/// <param name="Votes">With the prompts of the scores.</param>
/// <param name="Scores">Of each encoder and baseline.</param>
/// <param name="Exclusions">Who is left out.</param>
/// <param name="VotesPath">Where the votes were read.</param>
/// <param name="Run">The run folder; null for a table of scores.</param>
public sealed record AgreementInput(
    IReadOnlyList<Vote> Votes,
    IReadOnlyList<VotedScores> Scores,
    ExclusionRules Exclusions,
    string VotesPath,
    RunFolder? Run
)
{
    /// <summary>Reads votes, scores and rules.</summary>
    /// <param name="source">Where they are.</param>
    /// <param name="warn">Receives faults of a run folder that were worked around.</param>
    /// <exception cref="InputException">Something is missing, or a line cannot be used.</exception>
    /// <exception cref="UsageException">No scores of an encoder that is asked for, or columns that do not fit.</exception>
    public static AgreementInput Read(AgreementSource source, Action<string>? warn = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        var isRun = Directory.Exists(source.Path);
        if (!isRun && !File.Exists(source.Path))
        {
            throw new InputException($"There is no run folder or table of scores {source.Path}.");
        }

        VotedScores[] encoders = [.. OfEncoders(CompareInput.RowsOf(source.Path, warn), source)];
        VotedScores[] baselines = [.. source.Baselines.Select(Baseline)];
        string[] models = [.. encoders.SelectMany(one => one.Scores).Select(row => row.Model).Distinct()];
        var votesPath =
            source.Votes
            ?? (
                isRun
                    ? Path.Combine(source.Path, AgreementSource.VotesName)
                    : throw new UsageException($"{source.Path} is a table of scores; name the table of votes too.")
                    {
                        Remedies = [new Remedy(RemedyKind.NameVotes)],
                    }
            );
        if (!Path.Exists(votesPath))
        {
            throw new InputException(
                source.Votes is null
                    ? $"The run folder {source.Path} holds no votes yet ({AgreementSource.VotesName})."
                    : $"There is no file {votesPath}."
            )
            {
                Remedies = source.Votes is null ? [new Remedy(RemedyKind.NameVotes)] : [],
            };
        }

        var votes = VoteReader.Read(votesPath, source.Form, source.Columns, models);
        var rules = source.Exclusions ?? Path.Combine(source.Path, AgreementSource.ExclusionsName);
        return new AgreementInput(
            VoteMatching.Of(votes, encoders[0].Scores),
            [.. encoders, .. baselines],
            source.Exclusions is not null || (isRun && File.Exists(rules)) ? ExclusionsJson.Read(rules) : new(),
            votesPath,
            isRun ? new RunFolder(source.Path, warn) : null
        );
    }

    private static IEnumerable<VotedScores> OfEncoders(IReadOnlyList<ScoreRow> rows, AgreementSource source)
    {
        var kinds = rows.GroupBy(row => (row.Encoder, row.EncoderKey)).ToArray();
        var chosen =
            source.Encoders.Count == 0
                ? kinds
                :
                [
                    .. source.Encoders.Select(name =>
                        Array.Find(
                            kinds,
                            kind =>
                                string.Equals(kind.Key.Encoder, name, StringComparison.OrdinalIgnoreCase)
                                || string.Equals(kind.Key.EncoderKey, name, StringComparison.OrdinalIgnoreCase)
                        )
                        ?? throw new UsageException(
                            $"{source.Path} holds no scores of the encoder '{name}'; it holds {Listing.Joined([.. kinds.Select(kind => kind.Key.Encoder ?? "an unknown one").Distinct()])}."
                        )
                    ),
                ];
        foreach (var kind in chosen)
        {
            // The same name with another precision or version is another encoder: then the key tells them apart.
            var name =
                kinds.Count(other => other.Key.Encoder == kind.Key.Encoder) > 1
                    ? $"{kind.Key.Encoder} ({kind.Key.EncoderKey})"
                    : kind.Key.Encoder;
            yield return new VotedScores(name, Once(kind));
        }
    }

    private static VotedScores Baseline(string path)
    {
        var rows = ScoreTableReader.Read(path);
        return new VotedScores(rows[0].Encoder ?? Path.GetFileNameWithoutExtension(path), Once(rows), IsBaseline: true);
    }

    private static PromptScore[] Once(IEnumerable<ScoreRow> rows)
    {
        Dictionary<(string, string), ScoreRow> seen = [];
        foreach (var row in rows)
        {
            if (!seen.TryAdd((row.Model, row.Prompt), row))
            {
                throw new InputException(
                    $"{row.Place}: the score of model '{row.Model}' for {QuotedPrompt.Of(row.Prompt)} is given twice ({seen[(row.Model, row.Prompt)].Place}); keep one of them."
                );
            }
        }

        return [.. seen.Values.Select(row => new PromptScore(row.Model, row.Prompt, row.Scs, row.Seeds))];
    }
}
