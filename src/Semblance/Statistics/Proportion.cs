using Semblance.Statistics.Distributions;

namespace Semblance.Statistics;

/// <summary>The share of successes in a number of trials.</summary>
public static class Proportion
{
    /// <summary>
    /// The score interval: all probabilities that the observed share does not contradict (E. B. Wilson, "Probable inference,
    /// the law of succession, and statistical inference", JASA 22 (1927)). It has width where all or none succeed, and
    /// stays in [0, 1].
    /// </summary>
    /// <param name="successes">0 to <paramref name="trials"/>; halves count for ties, which vary less, so that it covers more often.</param>
    /// <param name="trials">At least 1.</param>
    /// <param name="level">Between 0 and 1.</param>
    /// <exception cref="AssumptionException">Empty; OutOfRange for the successes or the level.</exception>
    public static Interval Wilson(double successes, int trials, double level = 0.95)
    {
        Sample.RequireFraction(level);
        AssumptionException.ThrowUnless(trials >= 1, Assumption.Empty, $"A share needs at least one trial.");
        AssumptionException.ThrowUnless(
            successes >= 0 && successes <= trials,
            Assumption.OutOfRange,
            $"Of {trials} trials 0 to {trials} succeed, not {successes}."
        );
        double n = trials;
        var z = Normal.Quantile((1 + level) / 2);
        var failures = n - successes;
        var center = successes + (z * z / 2);
        var half = z * Math.Sqrt((successes * failures / n) + (z * z / 4));

        // At the ends the limits are 0 and 1, which rounding would miss.
        return new(
            successes == 0 ? 0 : (center - half) / (n + (z * z)),
            failures == 0 ? 1 : (center + half) / (n + (z * z))
        );
    }

    /// <summary>
    /// The exact interval: the probabilities that neither one-sided binomial test at (1 - level) / 2 rejects. It covers at
    /// least as often as asked for, and is wide for few trials (C. J. Clopper and E. S. Pearson, Biometrika 26 (1934)).
    /// </summary>
    /// <param name="successes">0 to <paramref name="trials"/>.</param>
    /// <param name="trials">At least 1.</param>
    /// <param name="level">Between 0 and 1.</param>
    /// <exception cref="AssumptionException">Empty; OutOfRange for the successes or the level.</exception>
    public static Interval ClopperPearson(int successes, int trials, double level = 0.95)
    {
        Sample.RequireFraction(level);
        RequireTrials(successes, trials);
        var failures = trials - successes;
        var tail = (1 - level) / 2;
        return new(
            successes == 0 ? 0 : Beta.Quantile(tail, successes, failures + 1.0),
            failures == 0 ? 1 : 1 - Beta.Quantile(tail, failures, successes + 1.0)
        );
    }

    /// <summary>
    /// The exact binomial test of a probability of one half. The distribution is symmetric, so that the two-sided p is
    /// twice the smaller tail.
    /// </summary>
    /// <inheritdoc cref="ClopperPearson"/>
    public static PValues AgainstHalf(int successes, int trials)
    {
        RequireTrials(successes, trials);
        return new PValues(Binomial.Cdf(successes, trials, 0.5), Binomial.UpperTail(successes - 1, trials, 0.5));
    }

    private static void RequireTrials(int successes, int trials)
    {
        AssumptionException.ThrowUnless(trials >= 1, Assumption.Empty, $"A share needs at least one trial.");
        AssumptionException.ThrowUnless(
            successes >= 0 && successes <= trials,
            Assumption.OutOfRange,
            $"Of {trials} trials 0 to {trials} succeed, not {successes}."
        );
    }
}
