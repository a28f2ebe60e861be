using Semblance.Statistics;

namespace Semblance.Comparison;

/// <summary>What a gate reads its decision off.</summary>
/// <param name="Estimate">Mean (Student) or pseudomedian (Wilcoxon) of the differences.</param>
/// <param name="Low">One-sided lower limit.</param>
/// <param name="High">One-sided upper limit.</param>
/// <param name="P">One-sided p of the claim; null where the differences do not vary.</param>
/// <param name="Reliable">Whether the limits hold their level: signed ranks of very few prompts cannot.</param>
internal sealed record GateLimits(double Estimate, double Low, double High, double? P, bool Reliable)
{
    /// <summary>The limits of differences candidate - baseline.</summary>
    public static GateLimits Of(double[] d, GateOptions options)
    {
        if (d.AsSpan().IndexOfAnyExcept(d[0]) < 0)
        {
            return new GateLimits(d[0], d[0], d[0], null, true);
        }

        return options.Test == GateTest.Student ? Student(d, options) : SignedRank(d, options);
    }

    private static GateLimits Student(double[] d, GateOptions options)
    {
        var test = PairedTTest.OfDifferences(d);
        return new GateLimits(
            test.MeanDifference,
            test.LowerBound(1 - options.Alpha),
            test.UpperBound(1 - options.Alpha),
            ClaimP(options, boundary => test.P(boundary)),
            true
        );
    }

    private static GateLimits SignedRank(double[] d, GateOptions options)
    {
        var level = 1 - (2 * options.Alpha);
        var limits = HodgesLehmann.OfDifferences(d, level);
        return new GateLimits(
            limits.Pseudomedian,
            limits.Interval.Low,
            limits.Interval.High,
            ClaimP(options, boundary => Shifted(d, boundary)),
            limits.AchievedLevel is null || limits.AchievedLevel >= level - 1e-9
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
        return Array.TrueForAll(shifted, value => value == 0)
            ? new PValues(1, 1, 1)
            : WilcoxonSignedRank.OfDifferences(shifted).P;
    }
}
