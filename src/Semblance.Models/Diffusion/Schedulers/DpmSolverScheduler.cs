using Semblance.Models.Configuration;
using Semblance.Models.Diffusion.Noise;

namespace Semblance.Models.Diffusion.Schedulers;

/// <summary>
/// DPM-Solver and DPM-Solver++ in multistep form (Lu et al., "DPM-Solver++: fast solver for guided sampling of diffusion
/// probabilistic models", 2022, algorithm 2 and its first and third order kin), and their stochastic forms, which draw
/// noise at every step; DPMSolverMultistepScheduler of diffusers.
/// </summary>
internal class DpmSolverScheduler : MultistepScheduler
{
    private readonly NoiseGenerator _noise;
    private readonly bool _heun;

    public DpmSolverScheduler(SchedulerConfig config, int steps, NoiseGenerator noise)
        : this(config, noise, Grid(config, steps)) { }

    protected DpmSolverScheduler(SchedulerConfig config, NoiseGenerator noise, SigmaGrid grid)
        : base(config, grid)
    {
        _noise = noise;
        _heun = Asks(config, "heun", known: "midpoint, heun");
    }

    public static SchedulerKind Kind { get; } =
        new(
            "DPMSolverMultistepScheduler",
            "DPM-Solver++",
            static (config, steps, noise) => new DpmSolverScheduler(config, steps, noise)
        )
        {
            Names = MultistepNames,
            Keys =
            [
                .. SchedulerKeys.Solver,
                .. SchedulerKeys.Spreads,
                .. SchedulerKeys.Flow,
                .. SchedulerKeys.Spacing,
                "euler_at_final",
                "use_lu_lambdas",
                "final_sigmas_type",
                "lambda_min_clipped",
                "variance_type",
                "rescale_betas_zero_snr",
            ],
            Solver = true,
            TakesTimesteps = true,
            Check = RefuseUnsolvable,
        };

    /// <summary>Names of the multistep solver, for a model of any family.</summary>
    protected static IReadOnlyList<SchedulerName> MultistepNames =>
        [
            new("dpm++2m", 2, "dpm++", "dpmpp2m", "kdpm++2m", "kdpmpp2m")
            {
                Algorithm = SolverAlgorithm.DpmSolverPlusPlus,
            },
            new("dpm++3m", 3, "dpmpp3m") { Algorithm = SolverAlgorithm.DpmSolverPlusPlus },
            new("dpm++2m-sde", 2, "dpmpp2msde", "dpmpp2msdegpu", "kdpm++2msde", "kdpmpp2msde")
            {
                Algorithm = SolverAlgorithm.SdeDpmSolverPlusPlus,
            },
            new("dpm++3m-sde", 3, "dpmpp3msde", "dpmpp3msdegpu", "kdpm++3msde", "kdpmpp3msde")
            {
                Algorithm = SolverAlgorithm.SdeDpmSolverPlusPlus,
            },
        ];

    /// <summary>Refuses what diffusers' DPM solvers refuse or have no equation for.</summary>
    /// <exception cref="InputException">The configuration asks for it.</exception>
    internal static void RefuseUnsolvable(SchedulerConfig config, ConfigJson json)
    {
        if (config.Algorithm.IsOfNoise() && !config.FinalSigmaIsSmallest)
        {
            throw new InputException(
                $"{json.File}: algorithm_type is {json.Text("algorithm_type", "dpmsolver")}, which cannot end without noise; set final_sigmas_type to sigma_min, or choose dpm++2m."
            );
        }

        if (config.Algorithm == SolverAlgorithm.SdeDpmSolver && config.SolverOrder > 2)
        {
            throw new InputException(
                $"{json.File}: solver_order is {config.SolverOrder}; with the algorithm_type sde-dpmsolver it can be 1 or 2."
            );
        }
    }

    /// <inheritdoc/>
    protected override void Move(ReadOnlySpan<float> prediction, Span<float> latents)
    {
        Remember(Config.Algorithm.IsOfNoise() ? NoiseOf(prediction, latents) : CleanOf(prediction, latents));
        var order = OrderOf(lastIsFirst: Config.EulerAtFinal || !Config.FinalSigmaIsSmallest);
        var (at, next) = (Level(Index), Level(Index + 1));
        var factors = SolverFactors.Of(Config.Algorithm, at, next, exact: _heun || order == 3);
        var (m0, m1, m2) = (Outputs[0], Outputs.ElementAtOrDefault(1), Outputs.ElementAtOrDefault(2));
        var r0 = order > 1 ? Ratio(0, at, next) : 0;
        var r1 = order > 2 ? Ratio(1, at, next) : 0;
        var fresh = Config.Algorithm.AddsNoise() ? _noise.Next(latents.Length) : [];
        for (var i = 0; i < latents.Length; i++)
        {
            var value = (factors.OfLatent * latents[i]) + (factors.OfOutput * m0[i]);
            if (order == 2)
            {
                value += factors.OfFirst * (((double)m0[i] - m1![i]) / r0);
            }
            else if (order == 3)
            {
                var newer = ((double)m0[i] - m1![i]) / r0;
                var older = ((double)m1[i] - m2![i]) / r1;
                var first = newer + (r0 / (r0 + r1) * (newer - older));
                var second = (newer - older) / (r0 + r1);
                value += (factors.OfFirst * first) + (factors.OfSecond * second);
            }

            latents[i] = (float)(fresh.Length > 0 ? value + (factors.OfNoise * fresh[i]) : value);
        }
    }

    /// <summary>The length of an earlier step relative to this one, in half log signal-to-noise ratios.</summary>
    private double Ratio(int back, NoiseLevel at, NoiseLevel next) =>
        (Level(Index - back).Lambda - Level(Index - back - 1).Lambda) / (next.Lambda - at.Lambda);

    /// <summary>The noise levels of a model trained on a table of them.</summary>
    internal static SigmaGrid Grid(SchedulerConfig config, int steps) =>
        SigmaGrid.Multistep(
            config,
            steps,
            NoiseLevels.Of(config).AlphasCumprod.Count(a => Math.Log(a / (1.0 - a)) / 2 >= config.SmallestLambda),
            rounded: config.BetaSchedule != BetaSchedule.SquaredcosCapV2
        );
}
