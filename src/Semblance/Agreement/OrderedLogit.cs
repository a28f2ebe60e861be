using Semblance.Statistics;

namespace Semblance.Agreement;

/// <summary>An answer that has been given a number of times at some values of what it depends on.</summary>
/// <param name="Category">Place in the order, from 0.</param>
/// <param name="X">What it depends on.</param>
/// <param name="Weight">How often it was given.</param>
public sealed record OrderedAnswer(int Category, double[] X, double Weight);

/// <summary>
/// Proportional odds: logit P(category &lt;= k) = cut_k - slopes x (P. McCullagh, "Regression models for ordinal data",
/// JRSS B 42 (1980)). Three ordered answers to a difference of scores need a cut on either side of "about the same".
/// </summary>
/// <param name="Slopes">Logits per unit; above 0 where larger values lead to later categories.</param>
/// <param name="Cuts">Between categories, ascending.</param>
/// <param name="SlopeErrors">Standard errors of the slopes.</param>
/// <param name="LogLikelihood">Of all answers.</param>
public sealed record OrderedLogit(
    IReadOnlyList<double> Slopes,
    IReadOnlyList<double> Cuts,
    IReadOnlyList<double> SlopeErrors,
    double LogLikelihood
)
{
    /// <summary>Minus twice the log likelihood.</summary>
    public double Deviance => -2 * LogLikelihood;

    /// <summary>The chance of each category at some values.</summary>
    public double[] At(params ReadOnlySpan<double> x)
    {
        var eta = 0.0;
        for (var i = 0; i < x.Length; i++)
        {
            eta += Slopes[i] * x[i];
        }

        double[] upTo = [0, .. Cuts.Select(cut => Logistic(cut - eta)), 1];
        return [.. upTo.Zip(upTo.Skip(1), (low, high) => high - low)];
    }

    /// <summary>Fits slopes and cuts by maximum likelihood.</summary>
    /// <param name="answers">Of at least one kind each, for every category.</param>
    /// <param name="categories">How many there are.</param>
    /// <exception cref="AssumptionException">Empty; NoVariation where a category was never chosen; NoMaximum.</exception>
    public static OrderedLogit Fit(IReadOnlyList<OrderedAnswer> answers, int categories)
    {
        ArgumentNullException.ThrowIfNull(answers);
        OrderedAnswer[] used = [.. answers.Where(answer => answer.Weight > 0)];
        AssumptionException.ThrowUnless(used.Length > 0, Assumption.Empty, $"There are no votes: give at least one.");
        var share = new double[categories];
        foreach (var answer in used)
        {
            share[answer.Category] += answer.Weight;
        }

        AssumptionException.ThrowUnless(
            share.All(count => count > 0),
            Assumption.NoVariation,
            $"Not every answer was given, so that its place in the order is not known."
        );
        var k = used[0].X.Length;
        double[] unit =
        [
            .. Enumerable
                .Range(0, k)
                .Select(i => used.Max(answer => Math.Abs(answer.X[i])) is > 0 and var most ? most : 1),
        ];
        var total = share.Sum();
        double[] cuts =
        [
            .. Enumerable
                .Range(1, categories - 1)
                .Select(c => share[..c].Sum() / total)
                .Select(p => Math.Log(p / (1 - p))),
        ];
        var found = NewtonMaximum.Find(
            [.. new double[k], .. cuts],
            at => SlopesOf(used, unit, at),
            [.. Enumerable.Repeat(10.0, k + cuts.Length)]
        );
        return new OrderedLogit(
            [.. Enumerable.Range(0, k).Select(i => found.Parameters[i] / unit[i])],
            found.Parameters[k..],
            [.. Enumerable.Range(0, k).Select(i => Math.Sqrt(found.Covariance[i, i]) / unit[i])],
            found.LogLikelihood
        );
    }

    /// <summary>Value, gradient and Hessian in slopes and cuts; minus infinity where the cuts are out of order.</summary>
    private static (double Value, double[] Gradient, double[,] Hessian) SlopesOf(
        OrderedAnswer[] answers,
        double[] unit,
        double[] at
    )
    {
        var k = unit.Length;
        var value = 0.0;
        var gradient = new double[at.Length];
        var hessian = new double[at.Length, at.Length];
        foreach (var answer in answers)
        {
            var eta = answer.X.Select((x, i) => at[i] * x / unit[i]).Sum();

            // The answer lies between two ends; each end is cut - eta, or infinite.
            var (upper, upperSlope, upperCurve) = End(
                k + answer.Category < at.Length ? at[k + answer.Category] - eta : null,
                1
            );
            var (lower, lowerSlope, lowerCurve) = End(
                answer.Category > 0 ? at[k + answer.Category - 1] - eta : null,
                0
            );
            var chance = upper - lower;
            if (!(chance > 0))
            {
                return (double.NegativeInfinity, gradient, hessian);
            }

            value += answer.Weight * Math.Log(chance);
            var (first, second) = (new double[at.Length], new double[at.Length]);
            for (var i = 0; i < k; i++)
            {
                first[i] = second[i] = -answer.X[i] / unit[i];
            }

            if (k + answer.Category < at.Length)
            {
                first[k + answer.Category] = 1;
            }

            if (answer.Category > 0)
            {
                second[k + answer.Category - 1] = 1;
            }

            for (var i = 0; i < at.Length; i++)
            {
                var own = (upperSlope * first[i]) - (lowerSlope * second[i]);
                gradient[i] += answer.Weight * own / chance;
                for (var j = 0; j < at.Length; j++)
                {
                    var other = (upperSlope * first[j]) - (lowerSlope * second[j]);
                    var curve = (upperCurve * first[i] * first[j]) - (lowerCurve * second[i] * second[j]);
                    hessian[i, j] += answer.Weight * ((curve / chance) - (own * other / chance / chance));
                }
            }
        }

        return (value, gradient, hessian);
    }

    /// <summary>Logistic, its slope and its curvature; a constant at infinity.</summary>
    private static (double Value, double Slope, double Curve) End(double? at, double atInfinity)
    {
        if (at is not { } u)
        {
            return (atInfinity, 0, 0);
        }

        var value = Logistic(u);
        var slope = value * (1 - value);
        return (value, slope, slope * (1 - (2 * value)));
    }

    private static double Logistic(double u) => 1 / (1 + Math.Exp(-u));
}
