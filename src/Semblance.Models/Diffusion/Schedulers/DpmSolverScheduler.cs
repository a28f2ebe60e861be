namespace Semblance.Models.Diffusion.Schedulers;

/// <summary>
/// DPM-Solver++ in multistep form (Lu et al., "DPM-Solver++: fast solver for guided sampling of diffusion probabilistic
/// models", 2022, algorithm 2 and its first and third order kin); DPMSolverMultistepScheduler of diffusers with
/// algorithm_type dpmsolver++.
/// </summary>
internal sealed class DpmSolverScheduler : IScheduler
{
    // Below this many steps the solver is not stable to its end with full order.
    private const int FewSteps = 15;

    private readonly SchedulerConfig _config;
    private readonly SigmaGrid _grid;
    private readonly bool _heun;

    // Clean latents of this and the last two steps, the newest first.
    private readonly float[]?[] _clean = new float[]?[3];
    private int _step;

    public DpmSolverScheduler(SchedulerConfig config, int steps)
    {
        _config = config;
        _grid = SigmaGrid.Multistep(config, steps);
        _heun = config.SolverType switch
        {
            "heun" => true,
            // The names of other solvers' types stand for the default, as in diffusers.
            "" or "midpoint" or "logrho" or "bh1" or "bh2" => false,
            var other => throw new InputException(
                $"The scheduler's solver_type is {other}, which is not supported; known: midpoint, heun."
            ),
        };
    }

    /// <inheritdoc/>
    public IReadOnlyList<float> Timesteps => _grid.Timesteps;

    /// <inheritdoc/>
    public IReadOnlyList<float> Sigmas => _grid.Sigmas;

    /// <inheritdoc/>
    public float InitialNoiseSigma => 1f;

    /// <inheritdoc/>
    public void ScaleInput(ReadOnlySpan<float> latents, Span<float> scaled) => latents.CopyTo(scaled);

    /// <inheritdoc/>
    public void Step(ReadOnlySpan<float> prediction, Span<float> latents)
    {
        Remember(prediction, latents);
        var order = Order();
        var (at, next) = (NoiseLevel.Of(_grid.Sigmas[_step]), NoiseLevel.Of(_grid.Sigmas[_step + 1]));
        var (ofLatent, ofClean, ofFirst, ofSecond) = Factors(order, at, next);
        var (m0, m1, m2) = (_clean[0]!, _clean[1], _clean[2]);
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
        _step++;
    }

    /// <summary>Full order is reached step by step at the start; at the end it is lowered where the configuration says so.</summary>
    private int Order()
    {
        var steps = _grid.Timesteps.Length;
        var few = _config.LowerOrderFinal && steps < FewSteps;
        var last = _step == steps - 1;
        // Karras sigmas end at the smallest; where that is the final sigma too, the last step has no length.
        if (
            (last && (_config.EulerAtFinal || few || !_config.FinalSigmaIsSmallest))
            || _grid.Sigmas[_step] == _grid.Sigmas[_step + 1]
        )
        {
            return 1;
        }
        var reached = Math.Min(_config.SolverOrder, _step + 1);
        return _step == steps - 2 && few ? Math.Min(reached, 2) : reached;
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

    /// <summary>The length of an earlier step relative to the present one, in half log signal-to-noise ratios.</summary>
    private double Ratio(int back, NoiseLevel at, NoiseLevel next)
    {
        var from = NoiseLevel.Of(_grid.Sigmas[_step - back - 1]);
        var to = NoiseLevel.Of(_grid.Sigmas[_step - back]);
        return (to.Lambda - from.Lambda) / (next.Lambda - at.Lambda);
    }

    private void Remember(ReadOnlySpan<float> prediction, ReadOnlySpan<float> latents)
    {
        var at = NoiseLevel.Of(_grid.Sigmas[_step]);
        var (ofLatent, ofPrediction) = CleanLatent.OfPreserving(_config.Prediction, at.Alpha, at.Sigma);
        var clean = _clean[2] ?? new float[latents.Length];
        for (var i = 0; i < latents.Length; i++)
        {
            clean[i] = (float)((ofLatent * latents[i]) + (ofPrediction * prediction[i]));
        }
        (_clean[0], _clean[1], _clean[2]) = (clean, _clean[0], _clean[1]);
    }
}
