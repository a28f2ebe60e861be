namespace Semblance.Statistics;

/// <summary>The empirical distribution function of a sample: a right-continuous staircase from 0 to 1.</summary>
/// <param name="Points">The distinct values, ascending.</param>
/// <param name="Values">Share of the sample at or below each point, in (0, 1]; the last is 1.</param>
public sealed record EmpiricalDistribution(double[] Points, double[] Values)
{
    /// <summary>The distribution function of at least one value.</summary>
    /// <exception cref="AssumptionException">Empty or NotFinite.</exception>
    public static EmpiricalDistribution Of(ReadOnlySpan<double> values)
    {
        Sample.Require(values);
        var sorted = values.ToArray();
        Array.Sort(sorted);
        var points = new List<double>();
        var shares = new List<double>();
        for (var i = 0; i < sorted.Length; i++)
        {
            if (i + 1 == sorted.Length || sorted[i] != sorted[i + 1])
            {
                points.Add(sorted[i]);
                shares.Add((i + 1.0) / sorted.Length);
            }
        }

        return new EmpiricalDistribution([.. points], [.. shares]);
    }

    /// <summary>Share of the sample at or below <paramref name="point"/>, in [0, 1].</summary>
    /// <exception cref="AssumptionException">NotFinite: the point is NaN.</exception>
    public double At(double point)
    {
        AssumptionException.ThrowUnless(
            !double.IsNaN(point),
            Assumption.NotFinite,
            $"NaN lies neither above nor below a sample."
        );
        var found = Array.BinarySearch(Points, point);
        var below = found >= 0 ? found : ~found - 1;
        return below < 0 ? 0 : Values[below];
    }
}
