namespace Semblance.Models.Diffusion.Schedulers;

/// <summary>
/// Pseudo numerical methods for diffusion models (Liu et al., 2022, algorithm 2; PNDMScheduler of diffusers): a linear
/// multistep method on the transfer of equation 9. It starts by three steps of Runge and Kutta, or, where
/// <see cref="SchedulerConfig.SkipRungeKutta"/> says so (as Stable Diffusion's configs do), by one step of Heun's, so the
/// network is asked oftener than there are steps: nine times more, or once.
/// </summary>
internal sealed class PndmScheduler : IScheduler
{
    private const int RungeKuttaSteps = 3;
    private const int Stages = 4;

    /// <summary>Of Adams and Bashforth, by how many predictions there are; the present one first.</summary>
    private static readonly double[][] Multistep =
    [
        [1],
        [3 / 2.0, -1 / 2.0],
        [23 / 12.0, -16 / 12.0, 5 / 12.0],
        [55 / 24.0, -59 / 24.0, 37 / 24.0, -9 / 24.0],
    ];

    /// <summary>Of Runge and Kutta's four stages.</summary>
    private static readonly double[] StageWeights = [1 / 6.0, 1 / 3.0, 1 / 3.0, 1 / 6.0];

    private readonly SchedulerConfig _config;
    private readonly float[] _signal;
    private readonly float _finalSignal;
    private readonly float[] _timesteps;
    private readonly int _stride;
    private readonly int _rungeKutta;

    /// <summary>Predictions that count for the multistep method, the latest first.</summary>
    private readonly List<float[]> _past = [];
    private float[] _start = [];
    private float[] _sum = [];
    private int _step;

    public PndmScheduler(SchedulerConfig config, int steps)
    {
        if (config.Prediction == PredictionType.Sample)
        {
            throw new InputException("PNDM takes networks that predict noise or velocity, not the clean latent.");
        }
        if (!config.SkipRungeKutta && steps < Stages)
        {
            throw new UsageException(
                $"{steps} steps cannot be made: PNDM with Runge-Kutta steps needs {Stages}; ask for more, or for another scheduler."
            );
        }
        _config = config;
        _signal = NoiseLevels.Of(config).AlphasCumprod;
        _finalSignal = config.AlphaToOne ? 1f : _signal[0];
        _stride = config.TrainingSteps / steps;
        var grid = TimestepGrid.Whole(config, steps);
        if (grid[0] >= _signal.Length)
        {
            throw new UsageException(
                $"{steps} steps with a steps_offset of {config.StepsOffset} go past the {_signal.Length} noise levels of "
                    + "the model; ask for fewer steps."
            );
        }
        _timesteps = config.SkipRungeKutta ? WithHeun(grid) : WithRungeKutta(grid);
        _rungeKutta = config.SkipRungeKutta ? 0 : RungeKuttaSteps * Stages;
        Sigmas = [.. _timesteps.Select(t => Sigma(_signal[(int)t])), Sigma(_finalSignal)];
    }

    /// <inheritdoc/>
    /// <remarks>Not strictly falling: a starting method asks twice at some of them.</remarks>
    public IReadOnlyList<float> Timesteps => _timesteps;

    /// <inheritdoc/>
    public IReadOnlyList<float> Sigmas { get; }

    /// <inheritdoc/>
    public float InitialNoiseSigma => 1f;

    /// <inheritdoc/>
    public void ScaleInput(ReadOnlySpan<float> latents, Span<float> scaled) => latents.CopyTo(scaled);

    /// <inheritdoc/>
    public void Step(ReadOnlySpan<float> prediction, Span<float> latents)
    {
        var at = (int)_timesteps[_step];
        if (_step < _rungeKutta)
        {
            RungeKutta(prediction, latents, at);
        }
        else if (_step == 1)
        {
            // Back to the start, and again with the mean of both ends' predictions: Heun's method.
            var mean = Mix([0.5, 0.5], [prediction.ToArray(), _past[0]]);
            _start.CopyTo(latents);
            Transfer(mean, latents, at + _stride, at);
        }
        else
        {
            Remember(prediction);
            if (_step == 0)
            {
                _start = latents.ToArray();
            }
            Transfer(Mix(Multistep[_past.Count - 1], _past), latents, at, at - _stride);
        }
        _step++;
    }

    /// <summary>One of four stages. All go from where the step began; the last with the mean of all.</summary>
    private void RungeKutta(ReadOnlySpan<float> prediction, Span<float> latents, int at)
    {
        var stage = _step % Stages;
        if (stage == 0)
        {
            Remember(prediction);
            _start = latents.ToArray();
            _sum = new float[prediction.Length];
        }
        _sum = Mix([1, StageWeights[stage]], [_sum, prediction.ToArray()]);
        var from = (int)_timesteps[_step - stage];
        var to = stage % 2 == 0 ? at - (_stride / 2) : at;
        _start.CopyTo(latents);
        Transfer(stage == Stages - 1 ? _sum : prediction.ToArray(), latents, from, to);
    }

    private void Remember(ReadOnlySpan<float> prediction)
    {
        _past.Insert(0, prediction.ToArray());
        if (_past.Count > Multistep.Length)
        {
            _past.RemoveAt(_past.Count - 1);
        }
    }

    /// <summary>From one noise level to another along a prediction, equation 9; in place.</summary>
    private void Transfer(float[] prediction, Span<float> latents, int from, int to)
    {
        double now = _signal[from];
        double next = to >= 0 ? _signal[to] : _finalSignal;
        var (alpha, sigma) = (Math.Sqrt(now), Math.Sqrt(1 - now));
        var ofLatent = Math.Sqrt(next / now);
        var ofNoise = -(next - now) / ((now * Math.Sqrt(1 - next)) + Math.Sqrt(now * (1 - now) * next));
        for (var i = 0; i < latents.Length; i++)
        {
            double x = latents[i];
            var noise =
                _config.Prediction == PredictionType.Epsilon ? prediction[i] : (alpha * prediction[i]) + (sigma * x);
            latents[i] = (float)((ofLatent * x) + (ofNoise * noise));
        }
    }

    private static float[] Mix(double[] weights, List<float[]> predictions)
    {
        var mixed = new float[predictions[0].Length];
        for (var i = 0; i < mixed.Length; i++)
        {
            var sum = 0.0;
            for (var k = 0; k < weights.Length; k++)
            {
                sum += weights[k] * predictions[k][i];
            }
            mixed[i] = (float)sum;
        }
        return mixed;
    }

    /// <summary>The second point twice: once as the end of Heun's trial step, once as the start of the next.</summary>
    private static float[] WithHeun(float[] grid) => grid.Length < 2 ? grid : [grid[0], grid[1], .. grid[1..]];

    /// <summary>Three steps of four stages each (start, middle, middle, end), then the others.</summary>
    private float[] WithRungeKutta(float[] grid)
    {
        var half = _stride / 2;
        return
        [
            .. Enumerable
                .Range(1, RungeKuttaSteps)
                .SelectMany(k => new[] { grid[k - 1], grid[k] + half, grid[k] + half, grid[k] }),
            .. grid[RungeKuttaSteps..],
        ];
    }

    private static float Sigma(float signal) => MathF.Sqrt((1f - signal) / signal);
}
