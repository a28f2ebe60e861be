namespace Semblance.Models.Diffusion.Schedulers;

/// <summary>
/// DPM-Solver++ in multistep form (Lu et al., "DPM-Solver++: fast solver for guided sampling of diffusion probabilistic
/// models", 2022, algorithm 2 and its first and third order kin); DPMSolverMultistepScheduler of diffusers with
/// algorithm_type dpmsolver++.
/// </summary>
internal sealed class DpmSolverScheduler(SchedulerConfig config, int steps)
    : MultistepScheduler(config, Grid(config, steps))
{
    // Below this many steps the solver is not stable to its end with full order.
    private const int FewSteps = 15;

    private readonly bool _heun = Asks(config, "heun", known: "midpoint, heun");

    public static SchedulerKind Kind { get; } =
        new(
            "DPMSolverMultistepScheduler",
            "DPM-Solver++",
            static (config, steps, _) => new DpmSolverScheduler(config, steps)
        )
        {
            Names = [new("dpm++2m", 2, "dpm++", "dpmpp2m", "kdpm++2m", "kdpmpp2m"), new("dpm++3m", 3, "dpmpp3m")],
            Karras = true,
            Ordered = true,
            // diffusers itself reads deis as dpmsolver++ here.
            Check = static json => SchedulerJson.Require(json, "algorithm_type", "dpmsolver++", "deis"),
        };

    /// <inheritdoc/>
    protected override void Move(ReadOnlySpan<float> prediction, Span<float> latents)
    {
        Remember(CleanOf(prediction, latents));
        var order = Order();
        var (at, next) = (Level(Index), Level(Index + 1));
        var (ofLatent, ofClean, ofFirst, ofSecond) = Factors(order, at, next);
        var (m0, m1, m2) = (Clean[0], Clean.ElementAtOrDefault(1), Clean.ElementAtOrDefault(2));
        var r0 = order > 1 ? Ratio(0, at, next) : 0;
        var r1 = order > 2 ? Ratio(1, at, next) : 0;
        for (var i = 0; i < latents.Length; i++)
        {
            var value = (ofLatent * latents[i]) + (ofClean * m0[i]);
            if (order == 2)
            {
                value += ofFirst * (((double)m0[i] - m1![i]) / r0);
            }
            else if (order == 3)
            {
                var newer = ((double)m0[i] - m1![i]) / r0;
                var older = ((double)m1[i] - m2![i]) / r1;
                var first = newer + (r0 / (r0 + r1) * (newer - older));
                var second = (newer - older) / (r0 + r1);
                value += (ofFirst * first) + (ofSecond * second);
            }

            latents[i] = (float)value;
        }
    }

    /// <summary>Full order is reached step by step at the start; at the end it is lowered where the configuration says so.</summary>
    private int Order()
    {
        var few = Config.LowerOrderFinal && Timesteps.Count < FewSteps;
        var last = Index == Timesteps.Count - 1;
        if ((last && (Config.EulerAtFinal || few || !Config.FinalSigmaIsSmallest)) || IsStill)
        {
            return 1;
        }

        var reached = Math.Min(Config.SolverOrder, Index + 1);
        return Index == Timesteps.Count - 2 && few ? Math.Min(reached, 2) : reached;
    }

    /// <summary>Factors of the latent, of the newest clean latent, and of its first and second differences.</summary>
    private (double OfLatent, double OfClean, double OfFirst, double OfSecond) Factors(
        int order,
        NoiseLevel at,
        NoiseLevel next
    )
    {
        var h = next.Lambda - at.Lambda;
        var decay = Math.Exp(-h) - 1;
        // The third order exists in one form only.
        var first = _heun || order == 3 ? next.Alpha * ((decay / h) + 1) : -0.5 * next.Alpha * decay;
        var second = -next.Alpha * (((decay + h) / (h * h)) - 0.5);
        return (next.Sigma / at.Sigma, -next.Alpha * decay, first, second);
    }

    /// <summary>The length of an earlier step relative to this one, in half log signal-to-noise ratios.</summary>
    private double Ratio(int back, NoiseLevel at, NoiseLevel next) =>
        (Level(Index - back).Lambda - Level(Index - back - 1).Lambda) / (next.Lambda - at.Lambda);

    private static SigmaGrid Grid(SchedulerConfig config, int steps) =>
        SigmaGrid.Multistep(
            config,
            steps,
            NoiseLevels.Of(config).AlphasCumprod.Count(a => Math.Log(a / (1.0 - a)) / 2 >= config.SmallestLambda),
            rounded: config.BetaSchedule != BetaSchedule.SquaredcosCapV2
        );
}
