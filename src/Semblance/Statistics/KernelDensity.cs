namespace Semblance.Statistics;

/// <summary>How wide the kernels are, as a multiple of the sample's standard deviation.</summary>
internal enum BandwidthRule
{
    /// <summary>n^(-1/5). D. W. Scott, "Multivariate density estimation" (1992).</summary>
    Scott,

    /// <summary>(3n/4)^(-1/5). B. W. Silverman, "Density estimation for statistics and data analysis" (1986), eq. 4.14.</summary>
    Silverman,
}

/// <summary>A density estimated by one Gaussian kernel on each value of a sample; as scipy.stats.gaussian_kde.</summary>
internal sealed class KernelDensity
{
    private readonly double[] _values;

    private KernelDensity(double[] values, double factor, double bandwidth)
    {
        _values = values;
        Factor = factor;
        Bandwidth = bandwidth;
    }

    /// <summary>What the rule gives for the size of the sample.</summary>
    public double Factor { get; }

    /// <summary>Standard deviation of a kernel: <see cref="Factor"/> times that of the sample (n - 1).</summary>
    public double Bandwidth { get; }

    /// <summary>The density of a sample.</summary>
    /// <param name="values">At least two values, not all the same.</param>
    /// <param name="rule">How the bandwidth is chosen.</param>
    /// <exception cref="AssumptionException">Empty, NotFinite, TooFew or NoVariation.</exception>
    public static KernelDensity Of(ReadOnlySpan<double> values, BandwidthRule rule = BandwidthRule.Scott)
    {
        Sample.Require(values, least: 2);
        Sample.RequireVariation(values);
        var sample = values.ToArray();
        var size = rule == BandwidthRule.Silverman ? 0.75 * sample.Length : sample.Length;
        var factor = Math.Pow(size, -1.0 / 5);
        return new KernelDensity(sample, factor, factor * Descriptive.StandardDeviation(sample));
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
