namespace Semblance.Models.Diffusion.Schedulers;

/// <summary>
/// The noise of the steps a model was trained on: betas, and alphas_cumprod, the share of signal left. Computed in
/// single precision where the reference (diffusers on PyTorch) does, since double precision gives up to 8e-5 (relative)
/// other sigmas at the smallest noise.
/// </summary>
/// <param name="Betas">Variance added at each step.</param>
/// <param name="AlphasCumprod">Running product of 1 - beta, falling from nearly 1.</param>
internal sealed record NoiseLevels(float[] Betas, float[] AlphasCumprod)
{
    private const float LeastSignal = 1f / (1 << 24);

    /// <summary>The noise levels of a configuration's training steps.</summary>
    public static NoiseLevels Of(SchedulerConfig config)
    {
        var betas = config.TrainedBetas ?? Schedule(config);
        if (config.ZeroTerminalSnr)
        {
            betas = Rescale(betas);
        }

        return new NoiseLevels(betas, Cumulative(betas));
    }

    /// <summary>
    /// sqrt((1 - a) / a) for each training step, rising. Where no signal is left (zero terminal SNR) as much is taken for it
    /// as diffusers does, the smallest number of half precision.
    /// </summary>
    public float[] Sigmas() => [.. AlphasCumprod.Select(signal => Sigma(signal == 0 ? LeastSignal : signal))];

    private static float[] Cumulative(float[] betas)
    {
        var cumulative = new float[betas.Length];
        // PyTorch's cumprod of a float32 tensor carries a double along.
        var product = 1d;
        for (var i = 0; i < betas.Length; i++)
        {
            product *= 1f - betas[i];
            cumulative[i] = (float)product;
        }

        return cumulative;
    }

    /// <summary>
    /// Variances after which no signal is left, Lin et al. (2023), algorithm 1: the roots of the signal are shifted to 0 at
    /// the end and stretched to what they were at the start.
    /// </summary>
    private static float[] Rescale(float[] betas)
    {
        var roots = Cumulative(betas).Select(MathF.Sqrt).ToArray();
        var (first, last) = (roots[0], roots[^1]);
        var signal = roots
            .Select(root => (root - last) * (first / (first - last)))
            .Select(root => root * root)
            .ToArray();
        return [.. signal.Select((a, i) => 1f - (i == 0 ? a : a / signal[i - 1]))];
    }

    /// <summary>Noise per signal where this share of signal is left.</summary>
    public static float Sigma(float signal) => MathF.Sqrt((1f - signal) / signal);

    private static float[] Schedule(SchedulerConfig config) =>
        config.BetaSchedule switch
        {
            BetaSchedule.Linear => Linspace((float)config.BetaStart, (float)config.BetaEnd, config.TrainingSteps),
            BetaSchedule.ScaledLinear =>
            [
                .. Linspace((float)Math.Sqrt(config.BetaStart), (float)Math.Sqrt(config.BetaEnd), config.TrainingSteps)
                    .Select(root => root * root),
            ],
            _ =>
            [
                .. Enumerable
                    .Range(0, config.TrainingSteps)
                    .Select(i => (float)Math.Min(1 - (Cosine(config, i + 1) / Cosine(config, i)), 0.999)),
            ],
        };

    /// <summary>The signal after i of all steps, Nichol and Dhariwal (2021), equation 17.</summary>
    private static double Cosine(SchedulerConfig config, int i) =>
        Math.Pow(Math.Cos((((double)i / config.TrainingSteps) + 0.008) / 1.008 * Math.PI / 2), 2);

    /// <summary><c>torch.linspace</c>: counted from both ends, one rounding per entry.</summary>
    private static float[] Linspace(float start, float end, int count)
    {
        var values = new float[count];
        var step = count > 1 ? (end - start) / (count - 1) : 0f;
        for (var i = 0; i < count; i++)
        {
            values[i] =
                i < count / 2
                    ? MathF.FusedMultiplyAdd(step, i, start)
                    : MathF.FusedMultiplyAdd(-step, count - 1 - i, end);
        }

        return count == 1 ? [start] : values;
    }
}
