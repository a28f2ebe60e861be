using Semblance.Statistics;
using Semblance.Wording;
using static System.FormattableString;

namespace Semblance.Comparison;

/// <summary>
/// The result of three or more models in two sentences: the findings about the pairs of one model, counted, and the
/// difference that matters most with its size, interval and p. A third where Nemenyi's test, which stands beside them, says
/// more.
/// </summary>
internal static class SeveralVerdict
{
    /// <summary>The sentences; one where all scores are equal.</summary>
    /// <param name="several">Friedman's test; null where all models have the same scores.</param>
    /// <param name="models">One entry per model.</param>
    /// <param name="pairs">Two or more, with their adjusted p.</param>
    /// <param name="prompts">How many.</param>
    /// <param name="options">Level, and the one to compare with.</param>
    public static string Of(
        SeveralModels? several,
        IReadOnlyList<ModelEntry> models,
        IReadOnlyList<PairComparison> pairs,
        int prompts,
        ComparisonOptions options
    )
    {
        if (several is null)
        {
            return $"There is no difference at all: all {models.Count} models have the same score on each of {prompts} prompts.";
        }

        var study = new Study(
            [
                .. pairs.Select(pair => new Outcome(
                    pair,
                    PairEvidence.Of(pair, prompts, options.Level, pairs.Count).Finding
                )),
            ],
            prompts,
            1 - options.Level
        );
        return (options.Against is { } one ? Against(study, one) : Ranked(study, several, models)) + study.Nemenyi();
    }

    /// <summary>All with one: the pairs are a family of their own, in which Friedman's test over all models has no say.</summary>
    private static string Against(Study study, string one)
    {
        var better = study.Outcomes.Count(outcome => outcome.Worse == one);
        var worse = study.Outcomes.Count(outcome => outcome.Better == one);
        var rest = study.Outcomes.Length - better - worse;
        var others = $"Of the {study.Outcomes.Length} others";
        if (better + worse == 0)
        {
            return $"{others} none can be told apart from {one}{study.Why()}. {study.Surest()}";
        }

        string[] counts =
        [
            .. Some(better, $"{better} {(better == 1 ? "is" : "are")} more consistent than {one}"),
            .. Some(worse, $"{worse} {(worse == 1 ? "is" : "are")} less consistent than {(better > 0 ? "it" : one)}"),
            .. Some(rest, $"{rest} cannot be told apart from it"),
        ];
        return $"{others} {Listing.Joined(counts)}. {study.Surest()}";
    }

    /// <summary>All with all: the model that ranks first, and where it stands.</summary>
    private static string Ranked(Study study, SeveralModels several, IReadOnlyList<ModelEntry> models)
    {
        ModelEntry[] order =
        [
            .. models.OrderBy(model => model.AverageRank).ThenByDescending(model => model.Mean.Value),
        ];
        var test = Invariant($"Friedman {Verdicts.P(several.P)}, {study.Prompts} prompts");
        var apart = study.Outcomes.Count(outcome => outcome.Better is not null);
        var differ = $"{apart} of {study.Outcomes.Length} pairs {(apart == 1 ? "differs" : "differ")} after Holm";
        if (several.P > study.Alpha && apart > 0)
        {
            return $"Friedman's test shows no difference among the {models.Count} models ({test}), but {differ}. {study.Surest()}";
        }

        var place = Invariant(
            $"{Leader(order)} (average rank {order[0].AverageRank:F2}, mean {order[0].Mean.Value:F2})"
        );
        return several.P > study.Alpha
                ? $"No difference among the {models.Count} models is shown ({test}): {place}, and no two can be told apart{study.Why()}. {Nearest(study, order)}"
            : apart == 0
                ? $"The models differ ({test}): {place}, but no two can be told apart{study.Why()}. {Nearest(study, order)}"
            : $"The models differ ({test}): {place}; {Standing(study, order[0].Model, differ)}. {Nearest(study, order)}";
    }

    private static string Leader(ModelEntry[] order)
    {
        var level = order.Skip(1).Count(model => model.AverageRank == order[0].AverageRank);
        return level switch
        {
            0 => $"{order[0].Model} ranks first",
            1 => $"{order[0].Model} ranks first, level with {order[1].Model}",
            _ => $"{order[0].Model} ranks first, level with {level} others",
        };
    }

    /// <summary>The model that ranks first among the others: <c>it is more consistent than 1 of the 3 others ...</c>.</summary>
    private static string Standing(Study study, string first, string differ)
    {
        Outcome[] own = [.. study.Outcomes.Where(outcome => outcome.Has(first))];
        var better = own.Count(outcome => outcome.Better == first);
        var worse = own.Count(outcome => outcome.Worse == first);
        var rest = own.Length - better - worse;
        if (better == own.Length)
        {
            return $"it is more consistent than each of the {better} others";
        }

        if (better + worse == 0)
        {
            return $"it cannot be told apart from any of the {rest} others, though {differ}";
        }

        var others = $"of the {own.Length} others";
        string[] counts =
        [
            .. Some(better, $"is more consistent than {better} {others}"),
            .. Some(worse, better > 0 ? $"less consistent than {worse}" : $"is less consistent than {worse} {others}"),
            .. Some(rest, $"cannot be told apart from {rest}"),
        ];
        return $"it {Listing.Joined(counts)}";
    }

    /// <summary>
    /// From the model that ranks first to the surest of those that are better all the same, else to the nearest that is
    /// worse, else to the next in rank.
    /// </summary>
    private static string Nearest(Study study, ModelEntry[] order)
    {
        var first = order[0].Model;
        Outcome[] byRank =
        [
            .. order.Skip(1).Select(other => study.Outcomes.Single(one => one.Has(first) && one.Has(other.Model))),
        ];
        if (byRank.Where(outcome => outcome.Worse == first).MinBy(outcome => outcome.P) is { } over)
        {
            return $"{over.Better} is more consistent than {first}, though it ranks lower: {study.Numbers(over, over.Better!)}.";
        }

        return byRank.FirstOrDefault(outcome => outcome.Better == first) is { } under
            ? $"The nearest of these is {under.Worse}: {study.Numbers(under, first)}."
            : $"The next is {byRank[0].Other(first)}: {study.Numbers(byRank[0], first)}.";
    }

    private static IEnumerable<string> Some(int count, string text) => count > 0 ? [text] : [];

    /// <summary>A pair of models and the finding about it.</summary>
    private sealed record Outcome(PairComparison Pair, PairFinding Finding)
    {
        /// <summary>The model that is more consistent; null where none is shown to be.</summary>
        public string? Better =>
            Finding switch
            {
                PairFinding.FirstBetter => Pair.First,
                PairFinding.SecondBetter => Pair.Second,
                _ => null,
            };

        public string? Worse => Better is null ? null : Other(Better);

        public double P => Pair.AdjustedP ?? 1;

        public bool Has(string model) => Pair.First == model || Pair.Second == model;

        public string Other(string model) => Pair.First == model ? Pair.Second : Pair.First;
    }

    /// <summary>All pairs that were tested.</summary>
    private sealed record Study(Outcome[] Outcomes, int Prompts, double Alpha)
    {
        /// <summary>The pairs that Nemenyi's test distinguishes and the verdict does not, so that both can stand in one output.</summary>
        public string Nemenyi()
        {
            string[] pairs =
            [
                .. Outcomes
                    .Where(outcome => outcome.Better is null && outcome.Pair.NemenyiP <= Alpha)
                    .OrderBy(outcome => outcome.Pair.NemenyiP)
                    .Select(outcome => $"{outcome.Pair.First} and {outcome.Pair.Second}"),
            ];
            var rest = pairs.Length > 1 ? $" and {Plural.Of(pairs.Length - 1, "more pair")}" : "";
            return pairs.Length == 0
                ? ""
                : $" By Nemenyi's test, which compares ranks over all models, {pairs[0]}{rest} do differ; this verdict goes by the signed-rank test of each pair after Holm, and its interval.";
        }

        public string Numbers(Outcome outcome, string minuend) =>
            Verdicts.Numbers(outcome.Pair, Prompts, Outcomes.Length, minuend == outcome.Pair.First);

        /// <summary>The pair with the smallest p, of those that differ if there are any.</summary>
        public string Surest()
        {
            Outcome[] decided = [.. Outcomes.Where(outcome => outcome.Better is not null)];
            var all = decided.Length > 0 ? decided : Outcomes;
            var surest = all.OrderBy(outcome => outcome.P)
                .ThenByDescending(outcome => Math.Abs(outcome.Pair.Difference.Value))
                .First();
            return surest.Better is { } better
                ? $"The surest is that {better} is more consistent than {surest.Worse}: {Numbers(surest, better)}."
                : $"The smallest p is that of {surest.Pair.Second}: {Numbers(surest, surest.Pair.Second)}.";
        }

        /// <summary>Why none could be told apart, where that is a matter of the number of prompts; else nothing.</summary>
        public string Why() =>
            PairEvidence.LeastPOf(Prompts, Outcomes.Length) > Alpha
                ? Invariant(
                    $", since {Prompts} prompts cannot: signed ranks after Holm over {Outcomes.Length} pairs take {WilcoxonSignedRank.FewestPairs(Alpha / (2 * Outcomes.Length))}"
                )
                : "";
    }
}
