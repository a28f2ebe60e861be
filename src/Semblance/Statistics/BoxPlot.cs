namespace Semblance.Statistics;

/// <summary>The numbers of a box plot: type-7 quartiles and Tukey's whiskers; as matplotlib draws them.</summary>
/// <param name="LowerQuartile">Type 7. R's boxplot draws the hinges instead, which differ.</param>
/// <param name="Median">The middle value, or the mean of the two middle values.</param>
/// <param name="UpperQuartile">Type 7.</param>
/// <param name="LowerWhisker">Least value within 1.5 interquartile ranges of the box, and never inside the box.</param>
/// <param name="UpperWhisker">Greatest value within 1.5 interquartile ranges of the box, and never inside the box.</param>
/// <param name="Outliers">The values beyond the whiskers, ascending.</param>
public sealed record BoxPlot(
    double LowerQuartile,
    double Median,
    double UpperQuartile,
    double LowerWhisker,
    double UpperWhisker,
    double[] Outliers
)
{
    /// <summary>The box plot of at least one value.</summary>
    /// <exception cref="AssumptionException">Empty or NotFinite.</exception>
    public static BoxPlot Of(ReadOnlySpan<double> values)
    {
        Sample.Require(values);
        var sorted = values.ToArray();
        Array.Sort(sorted);
        var lower = Descriptive.QuantileOfSorted(sorted, 0.25);
        var upper = Descriptive.QuantileOfSorted(sorted, 0.75);
        var reach = 1.5 * (upper - lower);

        // Interpolated quartiles may leave no value between box and fence: then the whisker has no length.
        var least = Math.Min(lower, sorted.First(x => x >= lower - reach));
        var greatest = Math.Max(upper, sorted.Last(x => x <= upper + reach));
        return new BoxPlot(
            lower,
            Descriptive.QuantileOfSorted(sorted, 0.5),
            upper,
            least,
            greatest,
            [.. sorted.Where(x => x < least || x > greatest)]
        );
    }
}
