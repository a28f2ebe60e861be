using Semblance.Statistics;

namespace Semblance.Comparison;

/// <summary>
/// What signed ranks do with differences that tie, as those of rounded scores do. The test leaves out a difference that
/// is exactly the margin, while the limits keep it and may then lie on the margin, where they decide nothing; and how many
/// prompts decide depends on how many tie, which a formula for normal differences does not know.
/// </summary>
internal static class TiedDifferences
{
    /// <summary>How often a study of each size is drawn.</summary>
    private const int Draws = 1000;

    /// <summary>Whether differences are on a margin of the claim, or two of them are equally far from it.</summary>
    public static bool In(double[] d, GateOptions options) =>
        Margins(options)
            .Any(margin =>
            {
                var sizes = d.Select(value => Math.Abs(PairedDifferences.Rounded(value - margin))).ToHashSet();
                return sizes.Contains(0) || sizes.Count < d.Length;
            });

    /// <summary>How many differences are exactly the margin that a limit lies on; null where no limit lies on one.</summary>
    public static int? OnMargin(GateDecision decision, double[] d, GateOptions options)
    {
        double[] touched =
        [
            .. Margins(options)
                .Where(margin =>
                    PairedDifferences.Rounded(decision.Low - margin) == 0
                    || PairedDifferences.Rounded(decision.High - margin) == 0
                ),
        ];
        return touched is [var on, ..] ? d.Count(value => PairedDifferences.Rounded(value - on) == 0) : null;
    }

    /// <summary>
    /// The fewest prompts that decide with the given chance, if theirs are differences like these: studies of each size
    /// are drawn from them, with replacement. Null where a thousand prompts are too few.
    /// </summary>
    public static int? Needed(double[] d, GateOptions options, double chance)
    {
        const int Most = WilcoxonSignedRank.ExactLimit;
        var first = Math.Min(Most, Math.Max(d.Length, 8));
        return (int?)
            Bisection.Smallest(
                GatePrompts.Fewest(options.Alpha) - 1,
                first,
                Most,
                n => ChanceOf(d, options, (int)n) >= chance
            );
    }

    /// <summary>The share of studies of <paramref name="n"/> prompts drawn from the differences that decide either way.</summary>
    internal static double ChanceOf(double[] d, GateOptions options, int n)
    {
        var rank = HodgesLehmann.RankOf(n, 1 - (2 * options.Alpha));
        var drawn = new double[n];
        var decided = 0;
        for (var draw = 0; draw < Draws; draw++)
        {
            var random = new RandomStream(1, (ulong)draw);
            for (var i = 0; i < n; i++)
            {
                drawn[i] = d[random.Below(d.Length)];
            }

            decided += Decides(new WalshAverages(drawn), rank, options) ? 1 : 0;
        }

        return (double)decided / Draws;
    }

    /// <summary>
    /// Whether the gate would decide, without finding its limits. These are the rank-th averages from either end: the
    /// lower one is above a margin where fewer lie up to it.
    /// </summary>
    internal static bool Decides(WalshAverages walsh, long rank, GateOptions options)
    {
        var margin = options.Margin;
        return options.Claim switch
        {
            GateClaim.NonInferiority => LowAbove(-margin) || HighBelow(-margin),
            GateClaim.Superiority or GateClaim.Variety => LowAbove(margin) || HighBelow(margin),
            _ => (LowAbove(-margin) && HighBelow(margin)) || LowAbove(margin) || HighBelow(-margin),
        };

        bool LowAbove(double value) => walsh.CountUpTo(value) < rank;
        bool HighBelow(double value) => walsh.Count - walsh.CountUpTo(Math.BitDecrement(value)) < rank;
    }

    private static double[] Margins(GateOptions options) =>
        options.Claim switch
        {
            GateClaim.NonInferiority => [-options.Margin],
            GateClaim.Superiority or GateClaim.Variety => [options.Margin],
            _ => [-options.Margin, options.Margin],
        };
}
