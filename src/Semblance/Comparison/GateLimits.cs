using Semblance.Statistics;
using Semblance.Statistics.Distributions;
using Semblance.Variance;

namespace Semblance.Comparison;

/// <summary>The numbers that a gate decides by.</summary>
/// <param name="Estimate">Mean (Student) or pseudomedian (Wilcoxon) of the differences.</param>
/// <param name="Low">One-sided lower limit.</param>
/// <param name="High">One-sided upper limit.</param>
/// <param name="P">One-sided p of the claim.</param>
/// <param name="Level">One-sided level that each limit has: 1 - alpha, or the most that signed ranks of so few prompts allow.</param>
/// <param name="Method">How they were found, for the reader.</param>
internal sealed record GateLimits(double Estimate, double Low, double High, double P, double Level, string Method)
{
    /// <summary>
    /// The limits of differences candidate - baseline. Where these do not vary, Student's limits have no width and would
    /// show anything, even on two prompts; all that counts then is the sign that they share, which signed ranks use.
    /// </summary>
    public static GateLimits Of(double[] d, GateOptions options, MeanError error, DependentPrompts dependent) =>
        options.Test == GateTest.Wilcoxon ? SignedRank(d, options, "Wilcoxon signed-rank", dependent)
        : !PairedDifferences.Vary(d) ? SignedRank(d, options, "by signs, since the differences do not vary", dependent)
        : Student(d, options, error);

    private static GateLimits Student(double[] d, GateOptions options, MeanError error)
    {
        var (mean, degrees) = (PairedDifferences.OrZero(PairedTTest.Of(d).MeanDifference), error.DegreesOfFreedom);
        var distance = StudentT.Quantile(1 - options.Alpha, degrees) * error.StandardError;
        return new GateLimits(
            mean,
            PairedDifferences.OrZero(mean - distance),
            PairedDifferences.OrZero(mean + distance),
            ClaimP(options, boundary => PValues.OfStudent((mean - boundary) / error.StandardError, degrees)),
            1 - options.Alpha,
            error switch
            {
                { Clusters: not null, SeedsWiden: true } => "Student, robust to clusters and to seeds in common",
                { Clusters: not null } => "Student, robust to clusters (CR2)",
                { SeedsWiden: true } => "Student, two-way over prompts and seeds",
                _ => "Student",
            }
        );
    }

    private static GateLimits SignedRank(double[] d, GateOptions options, string method, DependentPrompts dependent)
    {
        var level = 1 - (2 * options.Alpha);
        var limits = HodgesLehmann.Of(d, level);
        var (low, high) = dependent.Widened(limits.Pseudomedian, limits.Interval, options.Alpha);
        return new GateLimits(
            limits.Pseudomedian,
            low,
            high,
            ClaimP(options, boundary => Shifted(d, boundary, dependent)),
            Math.Min(1 - options.Alpha, (1 + (limits.AchievedLevel ?? 1)) / 2),
            method + dependent.Note(options.Alpha)
        );
    }

    /// <summary>The p of the claim, from the p-values against a difference at a boundary.</summary>
    private static double ClaimP(GateOptions options, Func<double, PValues> against) =>
        options.Claim switch
        {
            GateClaim.NonInferiority => against(-options.Margin).Greater,
            GateClaim.Superiority => against(options.Margin).Greater,
            GateClaim.Variety => against(options.Margin).Less,
            _ => Math.Max(against(-options.Margin).Greater, against(options.Margin).Less),
        };

    private static PValues Shifted(double[] d, double boundary, DependentPrompts dependent)
    {
        // (y - x) + margin, in this order, rounded as the differences are.
        var shifted = Array.ConvertAll(d, value => PairedDifferences.Rounded(value - boundary));
        return Array.TrueForAll(shifted, value => value == 0)
            ? new PValues(1, 1, 1)
            : dependent.SignedRank(shifted, WilcoxonSignedRank.Of(shifted).P, 1);
    }
}
