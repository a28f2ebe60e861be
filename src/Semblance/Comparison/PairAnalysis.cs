using Semblance.Statistics;
using Semblance.Statistics.Distributions;
using Semblance.Variance;
using static System.FormattableString;

namespace Semblance.Comparison;

/// <summary>All that is said of two models, except adjusted p-values and the verdict, which need the other pairs.</summary>
internal static class PairAnalysis
{
    /// <summary>Where there are several pairs, only this many prompts against the trend are listed of each.</summary>
    private const int FewAgainstTrend = 5;

    private const int FewPrompts = 30;

    private const int FlipsOfOnlyPair = 99_999;

    private const int FlipsOfEach = 9_999;

    /// <summary>Analyses the differences of one pair, second - first.</summary>
    /// <param name="matrix">The scores.</param>
    /// <param name="pair">Indices of the models.</param>
    /// <param name="d">The differences.</param>
    /// <param name="difference">Their mean with its interval.</param>
    /// <param name="error">Of their mean.</param>
    /// <param name="options">Level and seed.</param>
    /// <param name="seeds">What seeds add; null where unknown.</param>
    /// <param name="onlyPair">Whether there is no other pair, so that all prompts against the trend are listed.</param>
    /// <param name="threads">For the permutation test.</param>
    public static PairComparison Of(
        ScoreMatrix matrix,
        (int First, int Second) pair,
        double[] d,
        Estimate difference,
        MeanError error,
        ComparisonOptions options,
        SeedVariances? seeds,
        bool onlyPair,
        Threads threads
    )
    {
        var (x, y) = (matrix.Scores(pair.First), matrix.Scores(pair.Second));
        var dependent = new DependentPrompts(error, matrix.Clusters is { } given ? [.. given] : null, d.Length);
        var allZero = Array.TrueForAll(d, value => value == 0);
        var varies = PairedDifferences.Vary(d);
        var against = Enumerable
            .Range(0, d.Length)
            .Where(i => d[i] * difference.Value < 0)
            .OrderByDescending(i => Math.Abs(d[i]))
            .Take(onlyPair ? d.Length : FewAgainstTrend)
            .Select(i => new PromptDifference(matrix.Prompts[i], x[i], y[i], d[i]));
        return new PairComparison(
            matrix.Models[pair.First],
            matrix.Models[pair.Second],
            difference,
            Pseudomedian(d, options.Level, dependent),
            allZero ? null : SignedRankOf(d, options.Seed, dependent),
            allZero ? null : SignFlipOf(d, options.Seed, onlyPair, threads, dependent),
            varies ? StudentOf(d) : null,
            EffectSizes.Of(x, y, d, options.Level),
            varies ? NormalityTests.Of(d) : [],
            d.Count(value => value > 0),
            d.Count(value => value < 0),
            d.Count(value => value == 0),
            [.. against],
            seeds is null
                ? null
                : VarianceSplit.Of(d, seeds.Variances, seeds.Common) with
                {
                    SeedsCommon = error.SeedsCommon,
                },
            null,
            null,
            ""
        )
        {
            Error = error,
            RobustT = varies && !error.Independent ? RobustOf(difference.Value, error, options.Level) : null,
        };
    }

    private static RobustStudentResult RobustOf(double mean, MeanError error, double level)
    {
        var (t, degrees) = (mean / error.StandardError, error.DegreesOfFreedom);
        var half = StudentT.Quantile((1 + level) / 2, degrees) * error.StandardError;
        return new RobustStudentResult(t, degrees, PValues.OfStudent(t, degrees).TwoSided, mean - half, mean + half);
    }

    private static Estimate Pseudomedian(double[] d, double level, DependentPrompts dependent)
    {
        var found = HodgesLehmann.Of(d, level);
        var method =
            found.AchievedLevel is not { } achieved ? "signed-rank, normal approximation"
            : achieved >= level - 1e-9 ? "signed-rank, exact"
            : $"signed-rank, exact, but only {Verdicts.Percent(achieved)} with so few prompts";
        var reached = Math.Min(level, found.AchievedLevel ?? level);
        var tail = (1 - level) / 2;
        var (low, high) = dependent.Widened(found.Pseudomedian, found.Interval, tail);
        return new Estimate(found.Pseudomedian, low, high, reached, method + dependent.Note(tail));
    }

    private static SignedRankResult SignedRankOf(double[] d, ulong seed, DependentPrompts dependent)
    {
        var test = WilcoxonSignedRank.Of(d);
        return new SignedRankResult(
            test.WPlus,
            test.WMinus,
            test.Zeros,
            test.HasTies,
            test.P.TwoSided,
            test.Exact is null ? "normal approximation, continuity corrected" : "exact"
        )
        {
            PDependent = dependent.None ? null : dependent.SignedRank(d, test.P, seed).TwoSided,
        };
    }

    /// <summary>Exact where it can be counted quickly. Where there are many pairs, each gets fewer random flips, to save time.</summary>
    private static SignFlipResult SignFlipOf(
        double[] d,
        ulong seed,
        bool onlyPair,
        Threads threads,
        DependentPrompts dependent
    )
    {
        var test =
            onlyPair || d.Length <= FewPrompts
                ? SignFlip.Of(d, FlipsOfOnlyPair, seed, threads)
                : SignFlip.MonteCarlo(d, FlipsOfEach, seed, threads);
        var method = test.Resamples is { } flips ? Invariant($"Monte Carlo, {flips} flips") : "exact";
        return new SignFlipResult(test.P.TwoSided, test.StandardError, method)
        {
            PDependent = dependent.None ? null : dependent.Flipped(d, test.P, seed).TwoSided,
        };
    }

    private static StudentResult StudentOf(double[] d)
    {
        var test = PairedTTest.Of(d);
        return new StudentResult(test.T(), test.Degrees, test.P().TwoSided);
    }
}
