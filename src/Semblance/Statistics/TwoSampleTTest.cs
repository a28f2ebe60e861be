using Semblance.Statistics.Distributions;

namespace Semblance.Statistics;

/// <summary>A t statistic of a difference with its degrees of freedom.</summary>
/// <param name="Difference">What was estimated.</param>
/// <param name="StandardError">Of the difference.</param>
/// <param name="Degrees">Degrees of freedom, not necessarily whole.</param>
internal sealed record TStatistic(double Difference, double StandardError, double Degrees)
{
    /// <summary>Difference / standard error.</summary>
    public double T => Difference / StandardError;

    /// <summary>The p-values against no difference.</summary>
    public PValues P => StudentT.PValues(T, Degrees);

    /// <summary>Confidence interval of the difference.</summary>
    /// <param name="level">Between 0 and 1.</param>
    /// <exception cref="AssumptionException">OutOfRange.</exception>
    public Interval Interval(double level = 0.95)
    {
        Sample.RequireFraction(level, "The confidence level");
        var half = -StudentT.Quantile((1 - level) / 2, Degrees) * StandardError;
        return new(Difference - half, Difference + half);
    }
}

/// <summary>t-tests of mean(y) - mean(x) for independent samples.</summary>
/// <param name="Welch">Variances may differ (Welch 1947, degrees of freedom after Satterthwaite).</param>
/// <param name="Student">Variances are taken to be the same, and pooled.</param>
internal sealed record TwoSampleTTest(TStatistic Welch, TStatistic Student)
{
    /// <summary>The tests of two samples of at least two values each.</summary>
    /// <exception cref="AssumptionException">Empty, NotFinite, TooFew, NoVariation (both samples constant).</exception>
    public static TwoSampleTTest Of(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        Sample.Require(x, least: 2);
        Sample.Require(y, least: 2);
        var (first, second) = (Description.Of(x), Description.Of(y));
        if (first.StandardDeviation == 0 && second.StandardDeviation == 0)
        {
            throw new AssumptionException(
                Assumption.NoVariation,
                "Both samples are constant: a t-test needs variation."
            );
        }

        // Standard deviations are never squared, so that no size of values overflows.
        var difference = second.Mean - first.Mean;
        var error = double.Hypot(first.StandardError, second.StandardError);
        var (u, v) = (Square(first.StandardError / error), Square(second.StandardError / error));
        var welch = 1 / ((u * u / (first.Count - 1)) + (v * v / (second.Count - 1)));
        var pooled = first.Count + second.Count - 2.0;
        var deviation =
            double.Hypot(
                Math.Sqrt(first.Count - 1) * first.StandardDeviation,
                Math.Sqrt(second.Count - 1) * second.StandardDeviation
            ) / Math.Sqrt(pooled);
        return new TwoSampleTTest(
            new(difference, error, welch),
            new(difference, deviation * Math.Sqrt((1.0 / first.Count) + (1.0 / second.Count)), pooled)
        );

        static double Square(double value) => value * value;
    }
}
