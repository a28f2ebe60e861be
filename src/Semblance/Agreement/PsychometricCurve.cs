using Semblance.Statistics;

namespace Semblance.Agreement;

/// <summary>Votes at one difference of scores.</summary>
/// <param name="Difference">Second model's score minus first model's, in points.</param>
/// <param name="Second">Votes for the second model.</param>
/// <param name="Votes">Votes for either model.</param>
public readonly record struct CurvePoint(double Difference, double Second, double Votes);

/// <summary>
/// How the share of votes for the second model grows with the difference of scores, ties left out:
/// P = lapse / 2 + (1 - lapse) / (1 + exp(-(bias + slope d))). The lapse rate is how often people answer at random.
/// </summary>
/// <remarks>F. A. Wichmann and N. J. Hill, "The psychometric function", Perception and Psychophysics 63 (2001).</remarks>
/// <param name="Bias">Logit of the share at equal scores: people's liking for the second model that scores do not show.</param>
/// <param name="Slope">Logits per point.</param>
/// <param name="Lapse">0 to <see cref="MostLapse"/>.</param>
/// <param name="BiasError">Standard error of the bias at this lapse rate.</param>
/// <param name="SlopeError">Standard error of the slope at this lapse rate.</param>
/// <param name="LogLikelihood">Of the votes, without binomial constants.</param>
/// <param name="NullLogLikelihood">Of one share whatever the difference.</param>
/// <param name="Deviance">Against a share of its own for every point.</param>
public sealed record PsychometricCurve(
    double Bias,
    double Slope,
    double Lapse,
    double BiasError,
    double SlopeError,
    double LogLikelihood,
    double NullLogLikelihood,
    double Deviance
)
{
    /// <summary>The lapse rate is not sought above.</summary>
    public const double MostLapse = 0.1;

    private const int Rates = 5;

    /// <summary>Share of votes for the second model at a difference, 0 to 1.</summary>
    public double At(double difference) => Share(Bias + (Slope * difference));

    /// <summary>Share of people who see that a model is more consistent, without a liking for either, 1/2 to 1.</summary>
    /// <param name="difference">Of scores, in points; its sign does not matter.</param>
    public double Seen(double difference) => Share(Math.Abs(Slope * difference));

    /// <summary>The difference at which a share of the votes is for the second model; null where none is.</summary>
    /// <param name="share">Between 0 and 1.</param>
    public double? DifferenceAt(double share = 0.75) =>
        LogitOf(share) is { } u && Slope > 0 ? (u - Bias) / Slope : null;

    /// <summary>The difference that a share of people sees whichever model it favours; null where none is.</summary>
    /// <param name="share">1/2 to 1.</param>
    public double? DifferenceSeen(double share = 0.75) => LogitOf(share) is { } u && Slope > 0 ? u / Slope : null;

    /// <summary>Fits bias, slope and lapse rate by maximum likelihood.</summary>
    /// <param name="points">Votes by difference.</param>
    /// <param name="lapses">Whether to estimate the lapse rate; else it is 0.</param>
    /// <exception cref="AssumptionException">
    /// Empty; NotFinite; OutOfRange; NoVariation where all differences are the same, or all votes are for one model; NoMaximum
    /// where a difference parts the votes without exception.
    /// </exception>
    public static PsychometricCurve Fit(IReadOnlyList<CurvePoint> points, bool lapses = false)
    {
        ArgumentNullException.ThrowIfNull(points);
        CurvePoint[] used = [.. points.Where(point => point.Votes > 0)];
        AssumptionException.ThrowUnless(used.Length > 0, Assumption.Empty, $"There are no votes for a model.");
        AssumptionException.ThrowUnless(
            used.All(point => double.IsFinite(point.Difference)),
            Assumption.NotFinite,
            $"Every difference of scores must be a finite number."
        );
        AssumptionException.ThrowUnless(
            used.All(point => point.Second >= 0 && point.Second <= point.Votes),
            Assumption.OutOfRange,
            $"Votes for the second model are between 0 and all votes."
        );
        double[] differences = [.. used.Select(point => point.Difference)];
        Sample.RequireVariation(differences, "The differences of scores");
        var second = used.Sum(point => point.Second);
        var votes = used.Sum(point => point.Votes);
        AssumptionException.ThrowUnless(
            second > 0 && second < votes,
            Assumption.NoVariation,
            $"All votes are for one model, so that they do not depend on the difference of scores."
        );

        // In units of the largest difference, so that parameters are of one size.
        var unit = differences.Max(Math.Abs);
        NewtonMaximum? best = null;
        var rate = 0.0;
        for (var step = 0; step <= (lapses ? Rates : 0); step++)
        {
            var tried = MostLapse * step / Rates;
            try
            {
                var found = NewtonMaximum.Find(
                    best?.Parameters ?? new double[2],
                    at => Slopes(used, unit, tried, at),
                    [10, 10]
                );
                if (best is null || found.LogLikelihood > best.LogLikelihood + 1e-9)
                {
                    (best, rate) = (found, tried);
                }
            }
            catch (AssumptionException fault)
                when (fault.Violated == Assumption.NoMaximum && step > 0 && best is not null)
            {
                // A rate that leaves nothing to explain; the smaller ones have been tried.
                break;
            }
        }

        return new PsychometricCurve(
            best!.Parameters[0],
            best.Parameters[1] / unit,
            rate,
            Math.Sqrt(best.Covariance[0, 0]),
            Math.Sqrt(best.Covariance[1, 1]) / unit,
            best.LogLikelihood,
            (second * Math.Log(second / votes)) + ((votes - second) * Math.Log(1 - (second / votes))),
            2 * (used.Sum(point => Saturated(point.Second, point.Votes)) - best.LogLikelihood)
        );
    }

    /// <summary>Value, gradient and Hessian in bias and slope; the Hessian is the expected one where people lapse.</summary>
    private static (double Value, double[] Gradient, double[,] Hessian) Slopes(
        CurvePoint[] points,
        double unit,
        double lapse,
        double[] at
    )
    {
        var value = 0.0;
        var gradient = new double[2];
        var hessian = new double[2, 2];
        foreach (var point in points)
        {
            var x = point.Difference / unit;
            var logistic = 1 / (1 + Math.Exp(-(at[0] + (at[1] * x))));
            var slope = (1 - lapse) * logistic * (1 - logistic);
            var share = Math.Clamp((lapse / 2) + ((1 - lapse) * logistic), 1e-300, 1 - 1e-16);
            value += Term(point.Second, share) + Term(point.Votes - point.Second, 1 - share);
            var variance = share * (1 - share);
            var push =
                lapse == 0
                    ? point.Second - (point.Votes * share)
                    : (point.Second - (point.Votes * share)) * slope / variance;
            var curve = lapse == 0 ? point.Votes * slope : point.Votes * slope * slope / variance;
            gradient[0] += push;
            gradient[1] += push * x;
            hessian[0, 0] -= curve;
            hessian[0, 1] -= curve * x;
            hessian[1, 1] -= curve * x * x;
        }

        hessian[1, 0] = hessian[0, 1];
        return (value, gradient, hessian);
    }

    private static double Term(double count, double share) => count > 0 ? count * Math.Log(share) : 0;

    private static double Saturated(double second, double votes) =>
        Term(second, second / votes) + Term(votes - second, 1 - (second / votes));

    private double Share(double logit) => (Lapse / 2) + ((1 - Lapse) / (1 + Math.Exp(-logit)));

    private double? LogitOf(double share) =>
        (share - (Lapse / 2)) / (1 - Lapse) is > 0 and < 1 and var own ? Math.Log(own / (1 - own)) : null;
}
