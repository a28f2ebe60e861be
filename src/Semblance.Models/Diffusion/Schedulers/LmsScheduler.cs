namespace Semblance.Models.Diffusion.Schedulers;

/// <summary>
/// A linear multistep method of the fourth order along dx/dsigma = (x - x0) / sigma: the polynomial through the last
/// derivatives, integrated over the step. LMSDiscreteScheduler of diffusers.
/// </summary>
internal sealed class LmsScheduler(SchedulerConfig config, int steps)
    : SigmaScheduler(config, SigmaGrid.Falling(steps, count => SigmaGrid.Full(config.WithoutKarrasLimits(), count)))
{
    private const int Order = 4;

    // Newest first.
    private readonly List<float[]> _derivatives = [];

    public static SchedulerKind Kind { get; } =
        new("LMSDiscreteScheduler", "LMS", static (config, steps, _) => new LmsScheduler(config, steps))
        {
            Names = [new("lms", null, "klms")],
            Keys = [.. SchedulerKeys.Spreads, .. SchedulerKeys.Spacing],
        };

    /// <inheritdoc/>
    protected override void Move(ReadOnlySpan<float> prediction, Span<float> latents)
    {
        _derivatives.Insert(0, Derivative(prediction, latents));
        if (_derivatives.Count > Order)
        {
            _derivatives.RemoveAt(Order);
        }

        var weights = Weights(_derivatives.Count);
        for (var i = 0; i < latents.Length; i++)
        {
            double value = latents[i];
            for (var k = 0; k < weights.Length; k++)
            {
                value += weights[k] * _derivatives[k][i];
            }

            latents[i] = (float)value;
        }
    }

    /// <summary>The integral of each Lagrange polynomial over the step; two points of Gauss are exact up to the third degree.</summary>
    private double[] Weights(int count)
    {
        var (from, to) = ((double)Sigmas[Index], (double)Sigmas[Index + 1]);
        var (middle, half) = ((from + to) / 2, (to - from) / 2);
        var away = half / Math.Sqrt(3);
        return
        [
            .. Enumerable
                .Range(0, count)
                .Select(k => half * (Polynomial(middle - away, k) + Polynomial(middle + away, k))),
        ];

        double Polynomial(double at, int k) =>
            Enumerable
                .Range(0, count)
                .Where(other => other != k)
                .Aggregate(
                    1d,
                    (product, other) =>
                        product * (at - Sigmas[Index - other]) / ((double)Sigmas[Index - k] - Sigmas[Index - other])
                );
    }
}
