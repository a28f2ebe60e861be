namespace Semblance.Statistics;

/// <summary>The checks that every procedure makes of its samples, and the paired differences most of them start from.</summary>
internal static class Sample
{
    /// <summary>Asks for at least <paramref name="least"/> finite values.</summary>
    /// <exception cref="AssumptionException">Empty, NotFinite or TooFew.</exception>
    public static void Require(ReadOnlySpan<double> values, int least = 1)
    {
        var n = values.Length;
        AssumptionException.ThrowUnless(n > 0, Assumption.Empty, $"The sample is empty: give at least one value.");
        for (var i = 0; i < n; i++)
        {
            if (!double.IsFinite(values[i]))
            {
                throw new AssumptionException(
                    Assumption.NotFinite,
                    FormattableString.Invariant(
                        $"Value {i + 1} of {n} is {values[i]}: every value must be a finite number."
                    )
                );
            }
        }

        AssumptionException.ThrowUnless(
            n >= least,
            Assumption.TooFew,
            $"At least {least} values are needed, and there are {n}."
        );
    }

    /// <summary>Asks for finite samples of the same length, and that at least <paramref name="least"/>.</summary>
    /// <exception cref="AssumptionException">Empty, LengthMismatch, NotFinite or TooFew.</exception>
    public static void RequirePairs(ReadOnlySpan<double> x, ReadOnlySpan<double> y, int least = 1)
    {
        AssumptionException.ThrowUnless(
            x.Length == y.Length,
            Assumption.LengthMismatch,
            $"Paired samples need the same length, and have {x.Length} and {y.Length} values."
        );
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

    /// <summary>Asks for values that are not all the same.</summary>
    /// <param name="values">At least one value.</param>
    /// <param name="what">What they are, as the subject of a sentence: "The differences".</param>
    /// <exception cref="AssumptionException">NoVariation.</exception>
    public static void RequireVariation(ReadOnlySpan<double> values, string what = "The values") =>
        RequireVariation(values.IndexOfAnyExcept(values[0]) >= 0, values[0], what);

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

        var varies = differences.Max() - differences.Min() > 4e-16 * largest;
        RequireVariation(varies, differences[0], "The differences");
        return differences;
    }

    /// <summary>Asks for a number strictly between 0 and 1, such as a confidence level.</summary>
    /// <param name="value">The number.</param>
    /// <param name="what">Its name, as the subject of a sentence: "The confidence level".</param>
    /// <exception cref="AssumptionException">OutOfRange.</exception>
    public static void RequireFraction(double value, string what = "The confidence level") =>
        AssumptionException.ThrowUnless(
            value is > 0 and < 1,
            Assumption.OutOfRange,
            $"{what} must lie between 0 and 1, and is {value}."
        );

    private static void RequireVariation(bool varies, double value, string what) =>
        AssumptionException.ThrowUnless(
            varies,
            Assumption.NoVariation,
            $"{what} are all {value}: without variation this does not exist."
        );
}
