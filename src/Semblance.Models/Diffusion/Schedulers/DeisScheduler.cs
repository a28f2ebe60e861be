namespace Semblance.Models.Diffusion.Schedulers;

/// <summary>
/// The diffusion exponential integrator sampler in its log-rho form (Zhang and Chen, "Fast sampling of diffusion models
/// with exponential integrator", 2022): the noise between steps is a polynomial in the logarithm of sigma, integrated
/// over sigma. DEISMultistepScheduler of diffusers, which ends at the smallest trained noise.
/// </summary>
internal sealed class DeisScheduler(SchedulerConfig config, int steps) : MultistepScheduler(config, Grid(config, steps))
{
    public static SchedulerKind Kind { get; } =
        new("DEISMultistepScheduler", "DEIS", static (config, steps, _) => new DeisScheduler(config, steps))
        {
            Names = [new("deis")],
            Keys = [.. SchedulerKeys.Solver, .. SchedulerKeys.Spreads, .. SchedulerKeys.Flow, .. SchedulerKeys.Spacing],
            // diffusers itself reads those of the DPM solvers as deis here.
            Check = static (_, json) =>
                SchedulerJson.Require(json, "algorithm_type", "deis", "dpmsolver", "dpmsolver++"),
        };

    /// <inheritdoc/>
    protected override void Move(ReadOnlySpan<float> prediction, Span<float> latents)
    {
        _ = Asks(Config, "logrho", known: "logrho");
        Remember(NoiseOf(prediction, latents));
        var order = OrderOf(lastIsFirst: false);
        var (at, next) = (Level(Index), Level(Index + 1));
        double[] rho = [.. Enumerable.Range(0, order).Select(back => (double)Sigmas[Index - back])];
        var weights = Weights(rho, Sigmas[Index + 1]);
        for (var i = 0; i < latents.Length; i++)
        {
            var moved = latents[i] / at.Alpha;
            for (var k = 0; k < order; k++)
            {
                moved += weights[k] * Outputs[k][i];
            }

            latents[i] = (float)(next.Alpha * moved);
        }
    }

    /// <summary>
    /// Of each noise, newest first: the integral of its Lagrange polynomial in ln(sigma) over sigma, from the newest level to
    /// the next one.
    /// </summary>
    private static double[] Weights(double[] rho, double next)
    {
        var (from, to) = (rho[0], next);
        if (rho.Length == 1)
        {
            return [to - from];
        }

        var weights = new double[rho.Length];
        for (var k = 0; k < rho.Length; k++)
        {
            double[] others = [.. rho.Where((_, i) => i != k).Select(place => Math.Log(place))];
            var scale = others.Aggregate(1d, (product, other) => product * (Math.Log(rho[k]) - other));
            weights[k] = (Integral(others, to) - Integral(others, from)) / scale;
        }

        return weights;
    }

    /// <summary>Of (ln t - a), or of (ln t - a)(ln t - b), over t.</summary>
    private static double Integral(double[] places, double t)
    {
        var log = Math.Log(t);
        return places is [var a]
            ? t * (log - a - 1)
            : t * ((log * log) - (2 * log) + 2 - ((places[0] + places[1]) * (log - 1)) + (places[0] * places[1]));
    }

    private static SigmaGrid Grid(SchedulerConfig config, int steps)
    {
        var grid = SigmaGrid.Multistep(config with { FinalSigmaIsSmallest = true }, steps, config.TrainingSteps);
        // Spread sigmas end where they end.
        return config.Sigmas == SigmaSpacing.Timesteps
            ? grid
            : grid with
            {
                Sigmas = [.. grid.Sigmas[..^1], grid.Sigmas[^2]],
            };
    }
}
