namespace Semblance.Models.Diffusion.Schedulers;

/// <summary>
/// Pseudo numerical methods for diffusion models (Liu et al., 2022, algorithm 2; PNDMScheduler of diffusers): a linear
/// multistep method on the transfer of equation 9. It starts by three steps of Runge and Kutta, or, where
/// <see cref="SchedulerConfig.SkipRungeKutta"/> says so (as Stable Diffusion's configs do), by one step of Heun's, so the
/// network is asked more often than there are steps: nine times more, or once.
/// </summary>
internal sealed class PndmScheduler(SchedulerConfig config, int steps)
    : SignalScheduler(
        Checked(config, steps),
        steps,
        alphaToOne: false,
        grid => config.SkipRungeKutta ? WithHeun(grid) : WithRungeKutta(grid, config.TrainingSteps / steps / 2)
    )
{
    private const int RungeKuttaSteps = 3;
    private const int Stages = 4;

    /// <summary>Of Adams and Bashforth, by how many predictions there are; the newest first.</summary>
    private static readonly double[][] Multistep =
    [
        [1],
        [3 / 2.0, -1 / 2.0],
        [23 / 12.0, -16 / 12.0, 5 / 12.0],
        [55 / 24.0, -59 / 24.0, 37 / 24.0, -9 / 24.0],
    ];

    /// <summary>Of Runge and Kutta's four stages.</summary>
    private static readonly double[] StageWeights = [1 / 6.0, 1 / 3.0, 1 / 3.0, 1 / 6.0];

    /// <summary>Predictions that count for the multistep method, the latest first.</summary>
    private readonly List<float[]> _past = [];
    private float[] _start = [];
    private float[] _sum = [];

    public static SchedulerKind Kind { get; } =
        new("PNDMScheduler", "PNDM", static (config, steps, _) => new PndmScheduler(config, steps))
        {
            Names = [new("pndm", null, "plms")],
            Keys = [.. SchedulerKeys.Spacing, "skip_prk_steps", "set_alpha_to_one"],
        };

    /// <inheritdoc/>
    protected override void Move(ReadOnlySpan<float> prediction, Span<float> latents)
    {
        var at = (int)Timesteps[Index];
        if (!Config.SkipRungeKutta && Index < RungeKuttaSteps * Stages)
        {
            RungeKutta(prediction.ToArray(), latents, at);
        }
        else if (Config.SkipRungeKutta && Index == 1)
        {
            // Back to the start, and again with the mean of both ends' predictions: Heun's method.
            var mean = Mix([0.5, 0.5], [prediction.ToArray(), _past[0]]);
            _start.CopyTo(latents);
            Transfer(mean, latents, at + Stride, at);
        }
        else
        {
            Remember(prediction.ToArray(), latents);
            Transfer(Mix(Multistep[_past.Count - 1], _past), latents, at, at - Stride);
        }
    }

    /// <summary>One of four stages. All go from where the step began; the last with the mean of all.</summary>
    private void RungeKutta(float[] prediction, Span<float> latents, int at)
    {
        var stage = Index % Stages;
        if (stage == 0)
        {
            Remember(prediction, latents);
            _sum = new float[prediction.Length];
        }

        _sum = Mix([1, StageWeights[stage]], [_sum, prediction]);
        var to = stage % 2 == 0 ? at - (Stride / 2) : at;
        _start.CopyTo(latents);
        Transfer(stage == Stages - 1 ? _sum : prediction, latents, (int)Timesteps[Index - stage], to);
    }

    /// <summary>Keeps a prediction for the multistep method, and where its step starts.</summary>
    private void Remember(float[] prediction, ReadOnlySpan<float> latents)
    {
        _past.Insert(0, prediction);
        if (_past.Count > Multistep.Length)
        {
            _past.RemoveAt(_past.Count - 1);
        }

        _start = latents.ToArray();
    }

    /// <summary>From one noise level to another along a prediction, equation 9; in place.</summary>
    private void Transfer(float[] prediction, Span<float> latents, int from, int to)
    {
        var (now, next) = (Signal(from), Signal(to));
        var (alpha, sigma) = (Math.Sqrt(now), Math.Sqrt(1 - now));
        var ofLatent = Math.Sqrt(next / now);
        var ofNoise = -(next - now) / ((now * Math.Sqrt(1 - next)) + Math.Sqrt(now * (1 - now) * next));
        for (var i = 0; i < latents.Length; i++)
        {
            double x = latents[i];
            var noise =
                Config.Prediction == PredictionType.Epsilon ? prediction[i] : (alpha * prediction[i]) + (sigma * x);
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

    private static SchedulerConfig Checked(SchedulerConfig config, int steps) =>
        config.Prediction == PredictionType.Sample
            ? throw new InputException("PNDM takes networks that predict noise or velocity, not the clean latent.")
        : !config.SkipRungeKutta && steps < Stages
            ? throw new UsageException(
                $"{steps} steps cannot be made: PNDM with Runge-Kutta steps needs {Stages}; ask for more, or for another scheduler."
            )
        : config;

    /// <summary>The second point twice: once as the end of Heun's trial step, once as the start of the next.</summary>
    private static float[] WithHeun(float[] grid) => grid.Length < 2 ? grid : [grid[0], grid[1], .. grid[1..]];

    /// <summary>Three steps of four stages each (start, middle, middle, end), then the others.</summary>
    private static float[] WithRungeKutta(float[] grid, int half) =>
        [
            .. Enumerable
                .Range(1, RungeKuttaSteps)
                .SelectMany(k => new[] { grid[k - 1], grid[k] + half, grid[k] + half, grid[k] }),
            .. grid[RungeKuttaSteps..],
        ];
}
