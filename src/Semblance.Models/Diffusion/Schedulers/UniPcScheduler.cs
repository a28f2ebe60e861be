namespace Semblance.Models.Diffusion.Schedulers;

/// <summary>
/// The unified predictor-corrector of Zhao et al., "UniPC: a unified predictor-corrector framework for fast sampling of
/// diffusion models" (2023), algorithms 1 and 2 in data prediction; UniPCMultistepScheduler of diffusers.
/// </summary>
internal sealed class UniPcScheduler(SchedulerConfig config, int steps)
    : MultistepScheduler(config, SigmaGrid.Multistep(config, steps, config.TrainingSteps))
{
    private readonly bool _linearB = Asks(config, "bh1", known: "bh1, bh2");

    // The corrected latent that the last step started from.
    private float[] _last = [];
    private int _order;

    public static SchedulerKind Kind { get; } =
        new("UniPCMultistepScheduler", "UniPC", static (config, steps, _) => new UniPcScheduler(config, steps))
        {
            Names = [new("unipc")],
            Keys =
            [
                .. SchedulerKeys.Solver.Where(key => key != "algorithm_type"),
                .. SchedulerKeys.Spreads,
                .. SchedulerKeys.Flow,
                .. SchedulerKeys.Spacing,
                "predict_x0",
                "disable_corrector",
                "solver_p",
                "final_sigmas_type",
                "rescale_betas_zero_snr",
                "shift_terminal",
            ],
        };

    /// <inheritdoc/>
    protected override void Move(ReadOnlySpan<float> prediction, Span<float> latents)
    {
        var clean = CleanOf(prediction, latents);
        if (Index > 0)
        {
            Correct(clean, latents);
        }

        Remember(clean);
        var left = Timesteps.Count - Index;
        _order = Math.Min(Config.SolverOrder, Index + 1);
        // To a level without noise only the first order leads.
        if (Config.LowerOrderFinal != false || (left == 1 && !Config.FinalSigmaIsSmallest))
        {
            _order = Math.Min(_order, left);
        }

        _last = latents.ToArray();
        if (!IsStill)
        {
            Predict(latents);
        }
    }

    /// <summary>UniP: from this latent to the next, by the past clean latents.</summary>
    private void Predict(Span<float> latents)
    {
        var stretch = Stretch(Index);
        var weights = _order switch
        {
            1 => [],
            // The paper's simplification for the second order.
            2 => [0.5],
            _ => Solve(stretch.Ratios[..(_order - 1)], stretch.Right[..(_order - 1)]),
        };
        Advance(stretch, weights, fresh: null, latents);
    }

    /// <summary>UniC: the step that led here once more, now that the clean latent at its end is known.</summary>
    private void Correct(float[] fresh, Span<float> latents)
    {
        var stretch = Stretch(Index - 1);
        var weights = _order == 1 ? [0.5] : Solve(stretch.Ratios, stretch.Right);
        Advance(stretch, weights, fresh, latents);
    }

    /// <summary>From the last latent along the newest clean one, corrected by differences from it.</summary>
    /// <param name="stretch">The step.</param>
    /// <param name="weights">Of the differences, those of the past first.</param>
    /// <param name="fresh">The clean latent at the end of the step, whose weight is the last; null where it is not known.</param>
    /// <param name="latents">Receives the result.</param>
    private void Advance(in StepData stretch, double[] weights, float[]? fresh, Span<float> latents)
    {
        var newest = Outputs[0];
        var past = fresh is null ? weights.Length : weights.Length - 1;
        for (var i = 0; i < latents.Length; i++)
        {
            var correction = fresh is null ? 0 : weights[^1] * ((double)fresh[i] - newest[i]);
            for (var k = 0; k < past; k++)
            {
                correction += weights[k] * (((double)Outputs[k + 1][i] - newest[i]) / stretch.Ratios[k]);
            }

            latents[i] = (float)(
                (stretch.OfLatent * _last[i]) - (stretch.OfClean * newest[i]) - (stretch.OfCorrection * correction)
            );
        }
    }

    /// <summary>What belongs to the step from one sigma to the next at this order.</summary>
    private StepData Stretch(int step)
    {
        var (at, next) = (Level(step), Level(step + 1));
        var h = next.Lambda - at.Lambda;
        var ratios = new double[_order];
        for (var i = 1; i < _order; i++)
        {
            ratios[i - 1] = (Level(step - i).Lambda - at.Lambda) / h;
        }

        ratios[^1] = 1;
        var phi = Math.Exp(-h) - 1;
        var b = _linearB ? -h : phi;
        // h phi_k of the paper, equation 5, by its recurrence.
        var phiK = (phi / -h) - 1;
        var factorial = 1d;
        var right = new double[_order];
        for (var k = 1; k <= _order; k++)
        {
            right[k - 1] = phiK * factorial / b;
            factorial *= k + 1;
            phiK = (phiK / -h) - (1 / factorial);
        }

        return new StepData(next.Sigma / at.Sigma, next.Alpha * phi, next.Alpha * b, ratios, right);
    }

    /// <summary>Solves sum_j ratios_j^i x_j = right_i for i = 0, 1 ... by Gauss's elimination; at most 3 unknowns.</summary>
    private static double[] Solve(double[] ratios, double[] right)
    {
        var n = ratios.Length;
        var rows = new double[n][];
        for (var i = 0; i < n; i++)
        {
            rows[i] = [.. ratios.Select(r => Math.Pow(r, i)), right[i]];
        }

        for (var pivot = 0; pivot < n; pivot++)
        {
            // The ratios are distinct and not 0, so the leading minors of this Vandermonde matrix are not 0.
            for (var below = pivot + 1; below < n; below++)
            {
                var factor = rows[below][pivot] / rows[pivot][pivot];
                for (var column = pivot; column <= n; column++)
                {
                    rows[below][column] -= factor * rows[pivot][column];
                }
            }
        }

        var x = new double[n];
        for (var i = n - 1; i >= 0; i--)
        {
            x[i] = rows[i][n];
            for (var j = i + 1; j < n; j++)
            {
                x[i] -= rows[i][j] * x[j];
            }

            x[i] /= rows[i][i];
        }

        return x;
    }

    /// <summary>The numbers of one step.</summary>
    /// <param name="OfLatent">Factor of the latent that the step starts from.</param>
    /// <param name="OfClean">Factor of the clean latent there, taken away.</param>
    /// <param name="OfCorrection">Factor of the weighted differences, taken away.</param>
    /// <param name="Ratios">Places of the earlier levels relative to the step, and 1 for its end.</param>
    /// <param name="Right">Right-hand side of the order conditions.</param>
    private readonly record struct StepData(
        double OfLatent,
        double OfClean,
        double OfCorrection,
        double[] Ratios,
        double[] Right
    );
}
