namespace Semblance.Statistics.Distributions;

/// <summary>The root of a continuous function between two points where its signs differ.</summary>
internal static class MonotoneRoot
{
    /// <summary>Chandrupatla's method (Advances in Engineering Software 28, 1997): bisection or inverse quadratic.</summary>
    /// <param name="f">Continuous; 0 is crossed between the bounds.</param>
    /// <param name="low">One bound.</param>
    /// <param name="high">The other bound.</param>
    /// <returns>The root to about the spacing of doubles.</returns>
    public static double Find(Func<double, double> f, double low, double high)
    {
        var (a, b) = (high, low);
        var (fa, fb) = (f(a), f(b));
        var (c, fc) = (a, fa);
        var t = 0.5;
        for (var round = 0; round < 200; round++)
        {
            var x = a + (t * (b - a));
            var fx = f(x);
            if (Math.Sign(fx) == Math.Sign(fa))
            {
                (c, fc) = (a, fa);
            }
            else
            {
                (c, fc) = (b, fb);
                (b, fb) = (a, fa);
            }

            (a, fa) = (x, fx);
            var (best, fBest) = Math.Abs(fa) < Math.Abs(fb) ? (a, fa) : (b, fb);
            var smallest = (Math.Abs(best) * 4e-16) + double.Epsilon;
            var limit = smallest / Math.Abs(b - c);
            if (fBest == 0 || limit > 0.5)
            {
                return best;
            }

            var xi = (a - b) / (c - b);
            var phi = (fa - fb) / (fc - fb);
            t =
                phi * phi < xi && (1 - phi) * (1 - phi) < 1 - xi
                    ? (fa / (fb - fa) * (fc / (fb - fc))) + ((c - a) / (b - a) * (fa / (fc - fa)) * (fb / (fc - fb)))
                    : 0.5;
            t = Math.Clamp(t, limit, 1 - limit);
        }

        return a;
    }

    /// <summary>The root of a function that decreases from a positive value at 0, found by doubling from 1 first.</summary>
    public static double FindPositive(Func<double, double> f)
    {
        var high = 1.0;
        while (f(high) > 0 && double.IsFinite(high))
        {
            high *= 2;
        }

        var low = high / 2;
        while (f(low) < 0 && low > 0)
        {
            (low, high) = (low / 2, low);
        }

        return Find(f, low, high);
    }
}
