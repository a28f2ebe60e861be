namespace Semblance.Models.Diffusion.Schedulers;

/// <summary>
/// The unified predictor-corrector of Zhao et al., "UniPC: a unified predictor-corrector framework for fast sampling of
/// diffusion models" (2023), algorithms 1 and 2 in data prediction; UniPCMultistepScheduler of diffusers.
/// </summary>
internal sealed class UniPcScheduler : IScheduler
{
    private readonly SchedulerConfig _config;
    private readonly SigmaGrid _grid;
    private readonly bool _linearB;

    // Clean latents of the past steps, the newest first, and the corrected latent that the last step started from.
    private readonly List<float[]> _clean = [];
    private float[] _last = [];
    private int _order;
    private int _step;

    public UniPcScheduler(SchedulerConfig config, int steps)
    {
        _config = config;
        _grid = SigmaGrid.Multistep(config, steps);
        _linearB = config.SolverType switch
        {
            "bh1" => true,
            // The names of other solvers' types stand for the default, as in diffusers.
            "" or "bh2" or "midpoint" or "heun" or "logrho" => false,
            var other => throw new InputException(
                $"The scheduler's solver_type is {other}, which is not supported; known: bh1, bh2."
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
        var clean = Clean(prediction, latents);
        if (_step > 0)
        {
            Correct(clean, latents);
        }
        _clean.Insert(0, clean);
        if (_clean.Count > _config.SolverOrder)
        {
            _clean.RemoveAt(_clean.Count - 1);
        }
        var left = _grid.Timesteps.Length - _step;
        _order = Math.Min(_config.SolverOrder, _step + 1);
        // To a level without noise only the first order leads.
        if (_config.LowerOrderFinal || (left == 1 && !_config.FinalSigmaIsSmallest))
        {
            _order = Math.Min(_order, left);
        }
        _last = latents.ToArray();
        // Karras sigmas end at the smallest; where that is the final sigma too, the last step has no length.
        if (_grid.Sigmas[_step] != _grid.Sigmas[_step + 1])
        {
            Predict(latents);
        }
        _step++;
    }

    private float[] Clean(ReadOnlySpan<float> prediction, ReadOnlySpan<float> latents)
    {
        var at = NoiseLevel.Of(_grid.Sigmas[_step]);
        var (ofLatent, ofPrediction) = CleanLatent.OfPreserving(_config.Prediction, at.Alpha, at.Sigma);
        var clean = new float[latents.Length];
        for (var i = 0; i < clean.Length; i++)
        {
            clean[i] = (float)((ofLatent * latents[i]) + (ofPrediction * prediction[i]));
        }
        return clean;
    }

    /// <summary>UniP: from the present latent to the next, by the past clean latents.</summary>
    private void Predict(Span<float> latents)
    {
        var stretch = Stretch(_step);
        var weights = _order switch
        {
            1 => [],
            // The paper's simplification for the second order.
            2 => [0.5],
            _ => Solve(stretch.Ratios[..(_order - 1)], stretch.Right[..(_order - 1)]),
        };
        Move(stretch, weights, fresh: null, 0, _last, latents);
    }

    /// <summary>UniC: the step that led here once more, now that the clean latent at its end is known.</summary>
    private void Correct(float[] fresh, Span<float> latents)
    {
        var stretch = Stretch(_step - 1);
        var weights = _order == 1 ? [0.5] : Solve(stretch.Ratios, stretch.Right);
        Move(stretch, weights[..^1], fresh, weights[^1], _last, latents);
    }

    private void Move(
        in StepData stretch,
        double[] weights,
        float[]? fresh,
        double ofFresh,
        float[] from,
        Span<float> latents
    )
    {
        var newest = _clean[0];
        for (var i = 0; i < latents.Length; i++)
        {
            var correction = fresh is null ? 0 : ofFresh * ((double)fresh[i] - newest[i]);
            for (var k = 0; k < weights.Length; k++)
            {
                correction += weights[k] * (((double)_clean[k + 1][i] - newest[i]) / stretch.Ratios[k]);
            }
            latents[i] = (float)(
                (stretch.OfLatent * from[i]) - (stretch.OfClean * newest[i]) - (stretch.OfCorrection * correction)
            );
        }
    }

    /// <summary>What belongs to the step from one sigma to the next at the present order.</summary>
    private StepData Stretch(int step)
    {
        var (at, next) = (NoiseLevel.Of(_grid.Sigmas[step]), NoiseLevel.Of(_grid.Sigmas[step + 1]));
        var h = next.Lambda - at.Lambda;
        var ratios = new double[_order];
        for (var i = 1; i < _order; i++)
        {
            ratios[i - 1] = (NoiseLevel.Of(_grid.Sigmas[step - i]).Lambda - at.Lambda) / h;
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
