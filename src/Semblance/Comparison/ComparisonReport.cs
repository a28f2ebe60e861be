using System.Text.Json.Serialization;
using Semblance.Statistics;
using Semblance.Variance;

namespace Semblance.Comparison;

/// <summary>
/// The result of comparing two or more models, in the order of its JSON (schema <c>semblance.comparison/1</c>).
/// Differences are second model minus first, in score points. What does not exist is null.
/// </summary>
/// <param name="Prompts">How many prompts all models have: the unit of every test, n.</param>
/// <param name="MatchedByKey">How many of them differ in their text and were matched by their normalised key.</param>
/// <param name="LeftOut">Prompts that were left out because not every model has them.</param>
/// <param name="Models">One entry per model.</param>
/// <param name="Pairs">One entry for two models, all pairs for three or more, each against one where that was asked for.</param>
/// <param name="Several">Tests of all models at once; null for two.</param>
/// <param name="Paper">The paper's own tests; null unless asked for.</param>
/// <param name="Settings">Level, resamples and seed that the numbers depend on.</param>
/// <param name="Verdict">One or two sentences; for several models they claim no more of a pair than the pair's own verdict.</param>
/// <param name="Warnings">What a reader must know before relying on the numbers.</param>
public sealed record ComparisonReport(
    int Prompts,
    int MatchedByKey,
    IReadOnlyList<LeftOutPrompt> LeftOut,
    IReadOnlyList<ModelEntry> Models,
    IReadOnlyList<PairComparison> Pairs,
    SeveralModels? Several,
    PaperTests? Paper,
    ComparisonOptions Settings,
    string Verdict,
    IReadOnlyList<string> Warnings
)
{
    /// <summary>
    /// The one of the warnings that must be read before any interval is: that there are too few prompts to trust one. Null
    /// where there are enough.
    /// </summary>
    public string? Caution { get; init; }

    /// <summary>
    /// The one of the warnings that says that prompts are variants of few texts, and no clusters were given; null where that
    /// is not so.
    /// </summary>
    public string? LookAlike { get; init; }

    /// <summary>Whether the prompts of the models were given the same seeds.</summary>
    public SeedDesign SeedDesign { get; init; }

    /// <summary>How many clusters the prompts are in; null where every prompt is its own.</summary>
    public int? Clusters { get; init; }

    /// <summary>
    /// Whether somebody may be tempted to add prompts and compare again: a pair is not significant, or so barely that a
    /// second look could turn it, with a p above a fifth of 1 - level.
    /// </summary>
    public bool MayBeAskedAgain =>
        Pairs.Any(pair => pair.Wilcoxon is { } test && (pair.AdjustedP ?? test.Decides) > (1 - Settings.Level) / 5);
}

/// <summary>What the numbers of a comparison depend on beside the scores.</summary>
public sealed record ComparisonOptions
{
    /// <summary>Level of all intervals; tests are at 1 - level.</summary>
    public double Level { get; init; } = 0.95;

    /// <summary>How many times the prompts are resampled, with one shared set of draws for all models.</summary>
    public int Resamples { get; init; } = 10_000;

    /// <summary>Seed of the resamples and of the permutation test: the same seed gives the same numbers, to the bit.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Threads to use; 0 for all cores. The result does not depend on it, to the bit.</summary>
    public int Threads { get; init; }

    /// <summary>Compare every other model with this one only; null for all pairs.</summary>
    public string? Against { get; init; }

    /// <summary>Whether to give the paper's own tests as well.</summary>
    public bool Paper { get; init; }
}

/// <summary>One model over the prompts that were compared; scores are 0 to 100.</summary>
/// <param name="Model">Name.</param>
/// <param name="Mean">Mean score over prompts, with its interval.</param>
/// <param name="Median">Median score over prompts.</param>
/// <param name="Sd">Standard deviation over prompts (n - 1 form), in points.</param>
/// <param name="Variance">What prompts and what seeds add; null without variance components.</param>
/// <param name="AverageRank">Mean rank over prompts, 1 for the most consistent; null for two models.</param>
public sealed record ModelEntry(
    string Model,
    Estimate Mean,
    double Median,
    double Sd,
    VarianceSplit? Variance,
    double? AverageRank
)
{
    /// <summary>Standard error of the mean, with what prompts have in common.</summary>
    public MeanError? Error { get; init; }

    /// <summary>Limits of the mean that hold for all models at once; null for two models.</summary>
    public Interval? Simultaneous { get; init; }

    /// <summary>The model's place by its mean, with its interval; null for two models, and where not all pairs were compared.</summary>
    public RankInterval? Rank { get; init; }
}

/// <summary>A model's place among all.</summary>
/// <param name="Value">By the means, 1 for the highest.</param>
/// <param name="Low">The best place that cannot be ruled out.</param>
/// <param name="High">The worst one.</param>
/// <param name="Level">Of the intervals of all models at once.</param>
public sealed record RankInterval(int Value, int Low, int High, double Level);

/// <summary>Two models, paired by prompt; d = second - first.</summary>
/// <param name="First">Name.</param>
/// <param name="Second">Name.</param>
/// <param name="Difference">Mean of d with its interval, in points.</param>
/// <param name="HodgesLehmann">Median of the Walsh averages of d, with the interval that goes with the signed-rank test.</param>
/// <param name="Wilcoxon">Signed-rank test; null where all differences are zero.</param>
/// <param name="Permutation">Sign-flip test of the mean; null where all differences are zero.</param>
/// <param name="PairedT">Student's paired test; null where the differences do not vary.</param>
/// <param name="EffectSizes">With a word only where a convention is cited.</param>
/// <param name="Normality">Tests of the differences (not of the scores): what Student's test assumes.</param>
/// <param name="SecondHigher">Prompts on which the second model scores higher.</param>
/// <param name="FirstHigher">Prompts on which the first model scores higher.</param>
/// <param name="Equal">Prompts on which both score the same.</param>
/// <param name="AgainstTrend">Prompts whose difference has the other sign than the mean, largest first.</param>
/// <param name="Variance">What prompts and what seeds add; null without variance components.</param>
/// <param name="AdjustedP">Wilcoxon p after Holm over all pairs; null for two models.</param>
/// <param name="NemenyiP">From the ranks over all models; null for two models.</param>
/// <param name="Verdict">Direction, size, interval and p in one sentence.</param>
public sealed record PairComparison(
    string First,
    string Second,
    Estimate Difference,
    Estimate HodgesLehmann,
    SignedRankResult? Wilcoxon,
    SignFlipResult? Permutation,
    StudentResult? PairedT,
    IReadOnlyList<EffectSize> EffectSizes,
    IReadOnlyList<NormalityResult> Normality,
    int SecondHigher,
    int FirstHigher,
    int Equal,
    IReadOnlyList<PromptDifference> AgainstTrend,
    VarianceSplit? Variance,
    double? AdjustedP,
    double? NemenyiP,
    string Verdict
)
{
    /// <summary>Standard error of the mean difference, with what prompts have in common.</summary>
    public MeanError? Error { get; init; }

    /// <summary>Student's test and interval with that error; null where prompts have nothing in common, and where differences do not vary.</summary>
    public RobustStudentResult? RobustT { get; init; }

    /// <summary>Limits of the mean difference that hold for all pairs at once; null for two models.</summary>
    public Interval? Simultaneous { get; init; }
}

/// <summary>Student's test and interval of a mean difference whose prompts go together: cluster-robust, or two-way over prompts and seeds.</summary>
/// <param name="T">Mean / standard error, without a unit.</param>
/// <param name="DegreesOfFreedom">Satterthwaite's.</param>
/// <param name="P">Two-sided.</param>
/// <param name="Low">Lower limit, in points.</param>
/// <param name="High">Upper limit.</param>
public sealed record RobustStudentResult(double T, double DegreesOfFreedom, double P, double Low, double High);

/// <summary>What <see cref="WilcoxonSignedRank"/> gives for the differences of one pair of models.</summary>
/// <param name="WPlus">Rank sum of the positive differences.</param>
/// <param name="WMinus">Rank sum of the negative differences.</param>
/// <param name="Zeros">How many differences are zero; they were dropped.</param>
/// <param name="HasTies">Whether sizes tie.</param>
/// <param name="P">Two-sided.</param>
/// <param name="Method"><c>exact</c> up to 1,000 prompts, <c>normal approximation, continuity corrected</c> beyond.</param>
public sealed record SignedRankResult(double WPlus, double WMinus, int Zeros, bool HasTies, double P, string Method)
{
    /// <summary>Two-sided, with signs flipped by cluster and made larger for seeds in common; null where prompts are independent.</summary>
    public double? PDependent { get; init; }

    /// <summary>The p that decides: for prompts as they are.</summary>
    [JsonIgnore]
    public double Decides => PDependent ?? P;
}

/// <summary>What <see cref="SignFlip"/> gives for the differences of one pair of models.</summary>
/// <param name="P">Two-sided.</param>
/// <param name="StandardError">Of a Monte Carlo p; null where every flip was counted.</param>
/// <param name="Method"><c>exact</c> or <c>Monte Carlo, ... flips</c>.</param>
public sealed record SignFlipResult(double P, double? StandardError, string Method)
{
    /// <summary>Two-sided, with signs flipped by cluster and made larger for seeds in common; null where prompts are independent.</summary>
    public double? PDependent { get; init; }
}

/// <summary>What <see cref="PairedTTest"/> gives for the differences of one pair of models.</summary>
/// <param name="T">Mean / standard error, without a unit.</param>
/// <param name="DegreesOfFreedom">n - 1, n prompts.</param>
/// <param name="P">Two-sided.</param>
public sealed record StudentResult(double T, int DegreesOfFreedom, double P);

/// <summary>How large the difference of two models is, without a unit.</summary>
/// <param name="Name">Such as <c>Cohen's dz</c>.</param>
/// <param name="Value">Above 0 (a probability: above 1/2) where the second model is more consistent.</param>
/// <param name="Low">Lower limit; null where none is given.</param>
/// <param name="High">Upper limit; null where none is given.</param>
/// <param name="Method">How the limits were found; null where none are given.</param>
/// <param name="Word">Such as <c>large</c>; null where no convention exists.</param>
/// <param name="Convention">Whose word it is.</param>
public sealed record EffectSize(
    string Name,
    double Value,
    double? Low,
    double? High,
    string? Method,
    string? Word,
    string? Convention
);

/// <summary>What one test gives of whether the differences could come from some normal distribution.</summary>
/// <param name="Name">Such as <c>Shapiro-Wilk</c>.</param>
/// <param name="Statistic">W, D, A squared (as it is; its p is from the one that is modified for n) or K squared.</param>
/// <param name="P">Small where the numbers are not normal.</param>
public sealed record NormalityResult(string Name, double Statistic, double P);

/// <summary>The scores of two models on one prompt.</summary>
/// <param name="Prompt">As the first model has it.</param>
/// <param name="First">Score of the first model, 0 to 100.</param>
/// <param name="Second">Score of the second model, 0 to 100.</param>
/// <param name="Difference">Second - first, in points.</param>
public sealed record PromptDifference(string Prompt, double First, double Second, double Difference);

/// <summary>What Friedman's and Nemenyi's tests give for three or more models.</summary>
/// <param name="Friedman">Friedman's chi squared, corrected for ties.</param>
/// <param name="DegreesOfFreedom">k - 1.</param>
/// <param name="P">Of chi squared.</param>
/// <param name="ImanDavenportF">The less conservative F form; null (infinite) where all prompts rank the models alike.</param>
/// <param name="ImanDavenportP">Of F, but not below the chance that all prompts rank the models alike at random, which is exact where F is infinite.</param>
/// <param name="KendallsW">Agreement of the prompts about the ranks, 0 to 1.</param>
/// <param name="CriticalDifference">Nemenyi: average ranks that are further apart differ.</param>
/// <param name="Groups">Runs of models whose average ranks lie within the critical difference, best first.</param>
public sealed record SeveralModels(
    double Friedman,
    int DegreesOfFreedom,
    double P,
    double? ImanDavenportF,
    double ImanDavenportP,
    double KendallsW,
    double CriticalDifference,
    IReadOnlyList<IReadOnlyList<string>> Groups
);

/// <summary>The tests of the paper (arXiv 2404.08799) as scipy gives them, beside the right ones.</summary>
/// <param name="AgainstNormal">Kolmogorov-Smirnov against the standard normal, one per model.</param>
/// <param name="Pairs">Two-sample Kolmogorov-Smirnov and Wilcoxon, one per pair.</param>
/// <param name="Notes">What is wrong with them.</param>
public sealed record PaperTests(
    IReadOnlyList<PaperNormality> AgainstNormal,
    IReadOnlyList<PaperPair> Pairs,
    IReadOnlyList<string> Notes
);

/// <summary>What scipy gives for <c>kstest(scores, "norm")</c>.</summary>
/// <param name="Model">Name.</param>
/// <param name="Statistic">D, which is 1 for scores in the tens.</param>
/// <param name="P">0 for scores in the tens.</param>
public sealed record PaperNormality(string Model, double Statistic, double P);

/// <summary>What scipy gives for <c>ks_2samp</c> and <c>wilcoxon</c> with its defaults.</summary>
/// <param name="First">Name.</param>
/// <param name="Second">Name.</param>
/// <param name="KsStatistic">Largest distance of the two empirical distribution functions.</param>
/// <param name="KsP">Two-sided, exact.</param>
/// <param name="WilcoxonStatistic">min(W+, W-).</param>
/// <param name="WilcoxonP">Two-sided; the normal approximation without correction above 50 prompts or with ties.</param>
/// <param name="WilcoxonMethod"><c>exact</c>, <c>exact, ties ignored</c> or <c>normal approximation</c>, as scipy 1.11.4 chooses.</param>
public sealed record PaperPair(
    string First,
    string Second,
    double KsStatistic,
    double KsP,
    double? WilcoxonStatistic,
    double? WilcoxonP,
    string WilcoxonMethod
);
