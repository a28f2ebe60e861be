using Semblance.Models.Diffusion.Noise;

namespace Semblance.Models.Diffusion.Schedulers;

/// <summary>
/// DPM-Solver and DPM-Solver++ in single-step form (Lu et al., 2022, arXiv 2206.00927, algorithms 1 and 2): groups of as
/// many steps as the order, of which each starts again where the group began. DPMSolverSinglestepScheduler of diffusers.
/// </summary>
internal sealed class DpmSolverSinglestepScheduler(SchedulerConfig config, int steps, NoiseGenerator noise)
    : MultistepScheduler(config, DpmSolverScheduler.Grid(config with { Spacing = null, StepsOffset = 0 }, steps))
{
    private readonly bool _heun = Asks(config, "heun", known: "midpoint, heun");
    private readonly int[] _orders = Orders(config, steps);

    // Where the group of steps began.
    private float[] _start = [];

    public static SchedulerKind Kind { get; } =
        new(
            "DPMSolverSinglestepScheduler",
            "DPM-Solver++ single-step",
            static (config, steps, noise) => new DpmSolverSinglestepScheduler(config, steps, noise)
        )
        {
            Names =
            [
                new("dpm++2s", 2, "dpmpp2s", "kdpm++2s", "kdpmpp2s") { Algorithm = SolverAlgorithm.DpmSolverPlusPlus },
            ],
            Keys =
            [
                .. SchedulerKeys.Solver,
                .. SchedulerKeys.Spreads,
                .. SchedulerKeys.Flow,
                "final_sigmas_type",
                "lambda_min_clipped",
                "variance_type",
            ],
            Solver = true,
            TakesTimesteps = true,
            Check = static (config, json) =>
            {
                DpmSolverScheduler.RefuseUnsolvable(config, json);
                if (config.Algorithm.AddsNoise() && config.SolverOrder > 2)
                {
                    throw new InputException(
                        $"{json.File}: solver_order is 3; single steps that add noise can be of the order 1 or 2."
                    );
                }
            },
        };

    /// <inheritdoc/>
    protected override void Move(ReadOnlySpan<float> prediction, Span<float> latents)
    {
        Remember(Config.Algorithm.IsOfNoise() ? NoiseOf(prediction, latents) : CleanOf(prediction, latents));
        var order = IsStill ? 1 : _orders[Index];
        if (order == 1)
        {
            _start = latents.ToArray();
        }

        var (begin, next) = (Level(Index - order + 1), Level(Index + 1));
        var factors = SolverFactors.Of(Config.Algorithm, begin, next, exact: _heun || order == 3);
        var h = next.Lambda - begin.Lambda;
        // The places of this step and of the one before it within the group.
        var r0 = order > 1 ? (Level(Index).Lambda - begin.Lambda) / h : 0;
        var r1 = order > 2 ? (Level(Index - 1).Lambda - begin.Lambda) / h : 0;
        var first = Outputs[order - 1];
        var (m0, m1) = (Outputs[0], Outputs[Math.Min(1, Outputs.Count - 1)]);
        var fresh = Config.Algorithm.AddsNoise() ? noise.Next(latents.Length) : [];
        for (var i = 0; i < latents.Length; i++)
        {
            var value = (factors.OfLatent * _start[i]) + (factors.OfOutput * first[i]);
            if (order > 1)
            {
                var slope = ((double)m0[i] - first[i]) / r0;
                if (order == 3 && _heun)
                {
                    var near = ((double)m1[i] - first[i]) / r1;
                    value += factors.OfSecond * 2 * (slope - near) / (r0 - r1);
                    slope = ((r0 * near) - (r1 * slope)) / (r0 - r1);
                }

                value += factors.OfFirst * slope;
            }

            latents[i] = (float)(fresh.Length > 0 ? value + (factors.OfNoise * fresh[i]) : value);
        }
    }

    /// <summary>
    /// Groups of full order from the start. What is left over, and where the solver lowers its order at the end more than
    /// that, is done in shorter groups; a step to no noise at all is of first order.
    /// </summary>
    private static int[] Orders(SchedulerConfig config, int steps)
    {
        var order = config.SolverOrder;
        // As diffusers turns it on by itself.
        var lower = config.LowerOrderFinal == true || steps % order != 0 || !config.FinalSigmaIsSmallest;
        var orders = Enumerable.Range(0, steps).Select(i => (i % order) + 1).ToArray();
        if (lower && (steps % order == 0 || !config.FinalSigmaIsSmallest))
        {
            orders[^1] = 1;
        }

        return orders;
    }
}
