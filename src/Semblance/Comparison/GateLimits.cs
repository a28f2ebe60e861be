using Semblance.Statistics;

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
    public static GateLimits Of(double[] d, GateOptions options) =>
        options.Test == GateTest.Wilcoxon ? SignedRank(d, options, "Wilcoxon signed-rank")
        : !PairedDifferences.Vary(d) ? SignedRank(d, options, "by signs, since the differences do not vary")
        : Student(d, options);

    private static GateLimits Student(double[] d, GateOptions options)
    {
        var test = PairedTTest.Of(d);
        return new GateLimits(
            test.MeanDifference,
            test.LowerLimit(1 - options.Alpha),
            test.UpperLimit(1 - options.Alpha),
            ClaimP(options, boundary => test.P(boundary)),
            1 - options.Alpha,
            "Student"
        );
    }

    private static GateLimits SignedRank(double[] d, GateOptions options, string method)
    {
        var level = 1 - (2 * options.Alpha);
        var limits = HodgesLehmann.Of(d, level);
        return new GateLimits(
            limits.Pseudomedian,
            limits.Interval.Low,
            limits.Interval.High,
            ClaimP(options, boundary => Shifted(d, boundary)),
            Math.Min(1 - options.Alpha, (1 + (limits.AchievedLevel ?? 1)) / 2),
            method
        );
    }

    /// <summary>The p of the claim, from the p-values against a difference at a boundary.</summary>
    private static double ClaimP(GateOptions options, Func<double, PValues> against) =>
        options.Claim switch
        {
            GateClaim.NonInferiority => against(-options.Margin).Greater,
            GateClaim.Superiority => against(options.Margin).Greater,
            _ => Math.Max(against(-options.Margin).Greater, against(options.Margin).Less),
        };

    private static PValues Shifted(double[] d, double boundary)
    {
        // (y - x) + margin, in this order, rounded as the differences are.
        var shifted = Array.ConvertAll(d, value => PairedDifferences.Rounded(value - boundary));
        return Array.TrueForAll(shifted, value => value == 0) ? new PValues(1, 1, 1) : WilcoxonSignedRank.Of(shifted).P;
    }
}
