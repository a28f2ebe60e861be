namespace Semblance.Agreement;

/// <summary>One choice among a few outcomes whose log weights are linear in the parameters: exp(u) / sum exp(u).</summary>
/// <param name="Features">[outcome][parameter].</param>
/// <param name="Counts">How often each outcome was chosen.</param>
internal sealed record LogitChoice(double[][] Features, double[] Counts);

/// <summary>The multinomial logit likelihood of many such choices, which is concave.</summary>
internal static class LogitModel
{
    /// <summary>Value, gradient and Hessian of the log likelihood.</summary>
    public static (double Value, double[] Gradient, double[,] Hessian) Slopes(
        IReadOnlyList<LogitChoice> choices,
        double[] at
    )
    {
        var k = at.Length;
        var value = 0.0;
        var gradient = new double[k];
        var hessian = new double[k, k];
        foreach (var choice in choices)
        {
            var chance = Chances(choice.Features, at);
            var total = choice.Counts.Sum();
            var mean = new double[k];
            for (var o = 0; o < chance.Length; o++)
            {
                value += choice.Counts[o] > 0 ? choice.Counts[o] * Math.Log(chance[o]) : 0;
                for (var i = 0; i < k; i++)
                {
                    mean[i] += chance[o] * choice.Features[o][i];
                    gradient[i] += (choice.Counts[o] - (total * chance[o])) * choice.Features[o][i];
                }
            }

            for (var o = 0; o < chance.Length; o++)
            {
                for (var i = 0; i < k; i++)
                {
                    var own = choice.Features[o][i] - mean[i];
                    for (var j = 0; j < k; j++)
                    {
                        hessian[i, j] -= total * chance[o] * own * (choice.Features[o][j] - mean[j]);
                    }
                }
            }
        }

        return (value, gradient, hessian);
    }

    /// <summary>The chance of each outcome.</summary>
    public static double[] Chances(double[][] features, double[] at)
    {
        double[] u = [.. features.Select(own => own.Zip(at, (x, b) => x * b).Sum())];
        var largest = u.Max();
        double[] weights = [.. u.Select(one => Math.Exp(one - largest))];
        var sum = weights.Sum();
        return [.. weights.Select(weight => weight / sum)];
    }
}
