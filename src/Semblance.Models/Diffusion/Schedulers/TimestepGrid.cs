namespace Semblance.Models.Diffusion.Schedulers;

/// <summary>The training steps that a run of few steps visits, noisy end first.</summary>
internal static class TimestepGrid
{
    /// <summary>Both ends, as all but the multistep solvers have it.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="steps">How many.</param>
    /// <param name="otherwise">The spacing where the configuration names none.</param>
    /// <param name="whole">Whether only whole training steps are visited; else those of linspace lie between.</param>
    public static float[] Full(SchedulerConfig config, int steps, TimestepSpacing otherwise, bool whole) =>
        Visited(config)
        ?? (config.Spacing ?? otherwise) switch
        {
            TimestepSpacing.Linspace =>
            [
                .. Linspace(config.TrainingSteps - 1, steps).Reverse().Select(t => (float)(whole ? Math.Round(t) : t)),
            ],
            TimestepSpacing.Leading => Leading(config.TrainingSteps / steps, steps, config.StepsOffset),
            _ => Trailing(config.TrainingSteps, config.TrainingSteps, steps),
        };

    /// <summary>The multistep solvers: whole numbers of a grid with one more point, whose clean end is left out.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="steps">How many.</param>
    /// <param name="last">One more than the noisiest training step that may be visited.</param>
    public static float[] Multistep(SchedulerConfig config, int steps, int last) =>
        Visited(config)
        ?? (config.Spacing ?? TimestepSpacing.Linspace) switch
        {
            TimestepSpacing.Linspace =>
            [
                .. Linspace(last - 1, steps + 1).Reverse().Take(steps).Select(t => (float)Math.Round(t)),
            ],
            TimestepSpacing.Leading => Leading(last / (steps + 1), steps + 1, config.StepsOffset)[..steps],
            _ => Trailing(last, config.TrainingSteps, steps),
        };

    /// <summary>The timesteps that the user lists, or null.</summary>
    private static float[]? Visited(SchedulerConfig config) =>
        config.Visited is { } visited ? [.. visited.Select(t => (float)t)] : null;

    /// <summary>numpy.linspace(0, end, count): the end itself is exact, a single point is 0.</summary>
    private static double[] Linspace(double end, int count) =>
        [
            .. Enumerable
                .Range(0, count)
                .Select(i =>
                    i == 0 ? 0
                    : i == count - 1 ? end
                    : i * (end / (count - 1))
                ),
        ];

    private static float[] Leading(int ratio, int count, int offset) =>
        [.. Enumerable.Range(0, count).Select(i => (float)(((count - 1 - i) * ratio) + offset))];

    private static float[] Trailing(double end, double training, int count)
    {
        // numpy.arange takes the difference of its first two values as the step. (For 62 of the first 1,000 counts it
        // rounds to one point more than was asked for; such a step at -1 is left out here.)
        var step = end - (training / count) - end;
        return [.. Enumerable.Range(0, count).Select(i => (float)(Math.Round(end + (i * step)) - 1))];
    }
}
