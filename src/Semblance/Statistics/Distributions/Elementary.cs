namespace Semblance.Statistics.Distributions;

/// <summary>
/// ln(1 + x) and e^x - 1 to full precision near 0 (Kahan). The methods of the same meaning on <see cref="double"/> are
/// written out as those expressions, and lose every digit there.
/// </summary>
internal static class Elementary
{
    /// <summary>ln(1 + x), also for tiny x.</summary>
    public static double LogOnePlus(double x)
    {
        var sum = 1 + x;
        return sum == 1 ? x
            : double.IsFinite(sum) && sum > 0 ? Math.Log(sum) * (x / (sum - 1))
            : Math.Log(sum);
    }

    /// <summary>e^x - 1, also for tiny x.</summary>
    public static double ExpMinusOne(double x)
    {
        var power = Math.Exp(x);
        return power == 1 ? x
            : Math.Abs(x) > 1 ? power - 1
            : (power - 1) * (x / Math.Log(power));
    }
}
