namespace Semblance.Statistics;

/// <summary>
/// A density estimated by one Gaussian kernel on each value of a sample, as scipy.stats.gaussian_kde: the kernels' standard
/// deviation is n^(-1/5) times the sample's (D. W. Scott, "Multivariate density estimation", 1992).
/// </summary>
public sealed class KernelDensity
{
    private readonly double[] _values;

    private KernelDensity(double[] values, double bandwidth)
    {
        _values = values;
        Bandwidth = bandwidth;
    }

    /// <summary>Standard deviation of a kernel, in the unit of the values: n^(-1/5) times that of the sample (n - 1 form).</summary>
    public double Bandwidth { get; }

    /// <summary>The density of a sample.</summary>
    /// <param name="values">At least two values, not all the same.</param>
    /// <exception cref="AssumptionException">Empty, NotFinite, TooFew or NoVariation.</exception>
    public static KernelDensity Of(ReadOnlySpan<double> values)
    {
        Sample.Require(values, least: 2);
        Sample.RequireVariation(values);
        var sample = values.ToArray();
        return new KernelDensity(sample, Math.Pow(sample.Length, -1.0 / 5) * Descriptive.StandardDeviation(sample));
    }

    /// <summary>The density at a point, per unit of the values. O(n).</summary>
    public double At(double point)
    {
        var sum = 0.0;
        foreach (var value in _values)
        {
            var z = (point - value) / Bandwidth;
            sum += Math.Exp(-z * z / 2);
        }

        return sum / _values.Length / (Math.Sqrt(2 * Math.PI) * Bandwidth);
    }
}
