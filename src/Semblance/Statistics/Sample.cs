using System.Globalization;

namespace Semblance.Statistics;

/// <summary>The checks that every procedure makes of its samples, and the paired differences most of them start from.</summary>
internal static class Sample
{
    /// <summary>At least <paramref name="least"/> finite values.</summary>
    /// <exception cref="AssumptionException">Empty, NotFinite or TooFew.</exception>
    public static void Require(ReadOnlySpan<double> values, int least = 1)
    {
        if (values.IsEmpty)
        {
            throw new AssumptionException(Assumption.Empty, "The sample is empty: give at least one value.");
        }

        for (var i = 0; i < values.Length; i++)
        {
            if (!double.IsFinite(values[i]))
            {
                throw new AssumptionException(
                    Assumption.NotFinite,
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"Value {i + 1} of {values.Length} is {values[i]}: every value must be a finite number."
                    )
                );
            }
        }

        if (values.Length < least)
        {
            throw new AssumptionException(
                Assumption.TooFew,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Needs at least {least} values, and there are {values.Length}."
                )
            );
        }
    }

    /// <summary>Finite samples of the same length, and that at least <paramref name="least"/>.</summary>
    /// <exception cref="AssumptionException">Empty, LengthMismatch, NotFinite or TooFew.</exception>
    public static void RequirePairs(ReadOnlySpan<double> x, ReadOnlySpan<double> y, int least = 1)
    {
        if (x.Length != y.Length)
        {
            throw new AssumptionException(
                Assumption.LengthMismatch,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Paired samples need the same length, and have {x.Length} and {y.Length} values."
                )
            );
        }

        Require(x, least);
        Require(y, least);
    }

    /// <summary>The differences y - x of at least <paramref name="least"/> pairs, in plain double subtraction.</summary>
    /// <exception cref="AssumptionException">Empty, LengthMismatch, NotFinite or TooFew.</exception>
    public static double[] Differences(ReadOnlySpan<double> x, ReadOnlySpan<double> y, int least = 1)
    {
        RequirePairs(x, y, least);
        var differences = new double[x.Length];
        for (var i = 0; i < differences.Length; i++)
        {
            differences[i] = y[i] - x[i];
        }

        return differences;
    }

    /// <summary>Values that are not all the same.</summary>
    /// <param name="values">At least one value.</param>
    /// <param name="what">What they are, as the subject of a sentence: "The differences".</param>
    /// <exception cref="AssumptionException">NoVariation.</exception>
    public static void RequireVariation(ReadOnlySpan<double> values, string what = "The values")
    {
        if (values.IndexOfAnyExcept(values[0]) < 0)
        {
            throw new AssumptionException(
                Assumption.NoVariation,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{what} are all {values[0]}: without variation this does not exist."
                )
            );
        }
    }

    /// <summary>
    /// The differences y - x of at least two pairs, which must differ by more than the rounding of the subtraction: the
    /// pairs of 85.1 and 85.2, 85.3 and 85.4 have one difference, though their doubles have two.
    /// </summary>
    /// <exception cref="AssumptionException">Empty, LengthMismatch, NotFinite, TooFew, NoVariation.</exception>
    public static double[] VaryingDifferences(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        var differences = Differences(x, y, least: 2);
        var largest = 0.0;
        for (var i = 0; i < x.Length; i++)
        {
            largest = Math.Max(largest, Math.Max(Math.Abs(x[i]), Math.Abs(y[i])));
        }

        if (differences.Max() - differences.Min() <= 4e-16 * largest)
        {
            throw new AssumptionException(
                Assumption.NoVariation,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The differences are all {differences[0]}: without variation this does not exist."
                )
            );
        }

        return differences;
    }

    /// <summary>A number strictly between 0 and 1, such as a confidence level.</summary>
    /// <param name="value">The number.</param>
    /// <param name="what">Its name, as the subject of a sentence: "The confidence level".</param>
    /// <exception cref="AssumptionException">OutOfRange.</exception>
    public static void RequireFraction(double value, string what)
    {
        if (!(value > 0 && value < 1))
        {
            throw new AssumptionException(
                Assumption.OutOfRange,
                string.Create(CultureInfo.InvariantCulture, $"{what} must lie between 0 and 1, and is {value}.")
            );
        }
    }
}
