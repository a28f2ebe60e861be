using Semblance.Statistics;
using Semblance.Wording;
using static System.FormattableString;

namespace Semblance.Comparison;

/// <summary>What several encoders show of the same models: do they agree on the winner, and on which prompts not?</summary>
/// <param name="Sentence">The answer.</param>
/// <param name="Agree">Whether all show the same winner.</param>
/// <param name="Prompts">How many prompts all encoders have scored.</param>
/// <param name="Findings">Of each encoder.</param>
/// <param name="Ranks">How alike each two of them order the prompts.</param>
/// <param name="Disagreements">Prompts on which no model is first with all encoders, in the order of the comparison.</param>
public sealed record EncoderComparison(
    string Sentence,
    bool Agree,
    int Prompts,
    IReadOnlyList<EncoderFinding> Findings,
    IReadOnlyList<RankAgreement> Ranks,
    IReadOnlyList<string> Disagreements
)
{
    private const int Named = 5;

    /// <summary>Holds the comparisons of several encoders side by side.</summary>
    /// <param name="encoders">Two or more, of the same models in the same order.</param>
    /// <param name="level">Of the intervals of tau-b.</param>
    public static EncoderComparison Of(IReadOnlyList<EncoderReport> encoders, double level)
    {
        ArgumentNullException.ThrowIfNull(encoders);
        var places = encoders.Select(PlacesOf).ToArray();
        var first = encoders[0].Matrix;
        string[] common = [.. first.Prompts.Where(prompt => places.All(own => own.ContainsKey(prompt)))];
        int[][] rows = [.. places.Select(own => common.Select(prompt => own[prompt]).ToArray())];
        EncoderFinding[] findings = [.. encoders.Select(FindingOf)];
        string[] odd = [.. common.Where((_, i) => !ShareALeader(encoders, rows, i))];
        var clusters = first.Clusters is { } all ? Renumbered([.. rows[0].Select(row => all[row])]) : null;
        List<RankAgreement> ranks = [];
        for (var a = 0; a < encoders.Count; a++)
        {
            for (var b = a + 1; b < encoders.Count; b++)
            {
                ranks.AddRange(RanksOf(encoders[a], rows[a], encoders[b], rows[b], clusters, level));
            }
        }

        return new EncoderComparison(
            $"{Winners(findings, first.Models.Count)} {OnPrompts(odd, common.Length)}",
            findings[0].Winner is not null && findings.All(one => one.Winner == findings[0].Winner),
            common.Length,
            findings,
            ranks,
            odd
        );
    }

    private static Dictionary<string, int> PlacesOf(EncoderReport own)
    {
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < own.Matrix.Prompts.Count; i++)
        {
            places.TryAdd(own.Matrix.Prompts[i], i);
        }

        return places;
    }

    private static EncoderFinding FindingOf(EncoderReport own)
    {
        var report = own.Report;
        var better = report.Pairs.ToLookup(pair => Better(pair, report), pair => pair);
        return new EncoderFinding(
            own.Encoder,
            own.Key,
            report.Verdict,
            // Shown to be more consistent than every other model that it was compared with, and than all of them.
            report
                .Models.Select(model => model.Model)
                .FirstOrDefault(model => better[model].Count() == report.Models.Count - 1),
            report.Models.MaxBy(model => model.Mean.Value)!.Model,
            report.Prompts,
            report.Pairs.Count == 1 ? report.Pairs[0].Difference : null
        );
    }

    private static string? Better(PairComparison pair, ComparisonReport report) =>
        PairEvidence.Of(pair, report.Prompts, report.Settings.Level, report.Pairs.Count).Finding switch
        {
            PairFinding.FirstBetter => pair.First,
            PairFinding.SecondBetter => pair.Second,
            _ => null,
        };

    /// <summary>Whether some model is first (perhaps with others) on a prompt with every encoder.</summary>
    private static bool ShareALeader(IReadOnlyList<EncoderReport> encoders, int[][] rows, int prompt) =>
        encoders
            .Select(
                (own, e) =>
                {
                    double[] scores =
                    [
                        .. own.Matrix.Rows.Select(models => PairedDifferences.Rounded(models[rows[e][prompt]].Scs)),
                    ];
                    return Enumerable.Range(0, scores.Length).Where(m => scores[m] == scores.Max());
                }
            )
            .Aggregate((left, right) => left.Intersect(right))
            .Any();

    private static IEnumerable<RankAgreement> RanksOf(
        EncoderReport first,
        int[] own,
        EncoderReport second,
        int[] other,
        int[]? clusters,
        double level
    )
    {
        var models = first.Matrix.Models;
        double[] Scores(EncoderReport encoder, int[] rows, int model) =>
            [.. rows.Select(row => PairedDifferences.Rounded(encoder.Matrix.Rows[model][row].Scs))];
        if (models.Count == 2)
        {
            yield return RankAgreement.Of(
                first.Encoder,
                second.Encoder,
                null,
                PairedDifferences.Of(Scores(first, own, 0), Scores(first, own, 1)),
                PairedDifferences.Of(Scores(second, other, 0), Scores(second, other, 1)),
                clusters,
                level
            );
        }

        for (var m = 0; m < models.Count; m++)
        {
            yield return RankAgreement.Of(
                first.Encoder,
                second.Encoder,
                models[m],
                Scores(first, own, m),
                Scores(second, other, m),
                clusters,
                level
            );
        }
    }

    private static string Winners(EncoderFinding[] findings, int models)
    {
        var best = models == 2 ? "more consistent" : "the most consistent";
        if (findings.All(one => one.Winner == findings[0].Winner))
        {
            return findings[0].Winner is { } winner
                    ? $"The encoders agree on the winner: all {findings.Length} show {winner} to be {best}."
                : findings.All(one => one.Leader == findings[0].Leader)
                    ? $"No encoder shows a winner; {findings[0].Leader} has the highest mean with all {findings.Length}."
                : $"No encoder shows a winner; the highest mean is that of {string.Join(", ", findings.Select(one => $"{one.Leader} with {one.Encoder}"))}.";
        }

        return $"The encoders do not agree on the winner: {string.Join(", ", findings.Select(one => one.Winner is { } winner ? $"{one.Encoder} shows {winner} to be {best}" : $"{one.Encoder} shows none"))}.";
    }

    private static string OnPrompts(string[] odd, int prompts) =>
        prompts == 0 ? "They have no prompt in common."
        : odd.Length == 0 ? Invariant($"They put the same model first on each of {prompts} prompts.")
        : Invariant(
            $"They put different models first on {odd.Length} of {prompts} prompts: {Listing.Joined([.. odd.Select(QuotedPrompt.Of)], Named)}."
        );

    private static int[] Renumbered(int[] clusters)
    {
        int[] distinct = [.. clusters.Distinct()];
        return Array.ConvertAll(clusters, one => Array.IndexOf(distinct, one));
    }
}

/// <summary>A comparison with one encoder.</summary>
/// <param name="Encoder">What the encoder is called; names differ.</param>
/// <param name="Key">16 hexadecimal digits, as in a table of scores; null where it does not say.</param>
/// <param name="Matrix">The scores.</param>
/// <param name="Report">The comparison.</param>
public sealed record EncoderReport(string Encoder, string? Key, ScoreMatrix Matrix, ComparisonReport Report);

/// <summary>What one encoder shows of the models.</summary>
/// <param name="Encoder">What it is called.</param>
/// <param name="Key">As in a table of scores; null where it does not say.</param>
/// <param name="Verdict">Of its comparison.</param>
/// <param name="Winner">The model that is shown to be more consistent than every other; null where none is.</param>
/// <param name="Leader">The model with the highest mean.</param>
/// <param name="Prompts">How many it compared.</param>
/// <param name="Difference">Of two models; null for more.</param>
public sealed record EncoderFinding(
    string Encoder,
    string? Key,
    string Verdict,
    string? Winner,
    string Leader,
    int Prompts,
    Estimate? Difference
);

/// <summary>How alike two encoders order the prompts.</summary>
/// <param name="First">An encoder.</param>
/// <param name="Second">Another.</param>
/// <param name="Model">By the scores of this model; null: by the differences of the two models.</param>
/// <param name="TauB">Kendall's, -1 to 1; null where an encoder has one value on all prompts.</param>
/// <param name="Low">Lower limit; null where there is none (<see cref="KendallInterval"/>).</param>
/// <param name="High">Upper limit.</param>
/// <param name="Level">Of the limits.</param>
public sealed record RankAgreement(
    string First,
    string Second,
    string? Model,
    double? TauB,
    double? Low,
    double? High,
    double Level
)
{
    internal static RankAgreement Of(
        string first,
        string second,
        string? model,
        double[] x,
        double[] y,
        int[]? clusters,
        double level
    )
    {
        var defined = x.Length > 1 && x.Distinct().Skip(1).Any() && y.Distinct().Skip(1).Any();
        var interval = defined ? KendallInterval.Of(x, y, clusters, level) : null;
        return new RankAgreement(
            first,
            second,
            model,
            defined ? Kendall.Of(x, y).TauB : null,
            interval?.Low,
            interval?.High,
            level
        );
    }
}
