namespace Semblance.Models.Diffusion.Schedulers;

/// <summary>The training steps that a run of few steps visits, noisy end first.</summary>
internal static class TimestepGrid
{
    /// <summary>Euler and Euler ancestral: fractional for linspace.</summary>
    public static float[] Euler(SchedulerConfig config, int steps) =>
        config.SpacingOr(TimestepSpacing.Linspace) switch
        {
            TimestepSpacing.Linspace => [.. Linspace(config.TrainingSteps - 1, steps).Reverse().Select(t => (float)t)],
            TimestepSpacing.Leading => Leading(config.TrainingSteps / steps, steps, config.StepsOffset),
            _ => Trailing(config.TrainingSteps, config.TrainingSteps, steps),
        };

    /// <summary>DDIM and PNDM: whole numbers, both ends.</summary>
    public static float[] Whole(SchedulerConfig config, int steps) =>
        config.SpacingOr(TimestepSpacing.Leading) switch
        {
            TimestepSpacing.Linspace =>
            [
                .. Linspace(config.TrainingSteps - 1, steps).Reverse().Select(t => (float)Math.Round(t)),
            ],
            TimestepSpacing.Leading => Leading(config.TrainingSteps / steps, steps, config.StepsOffset),
            _ => Trailing(config.TrainingSteps, config.TrainingSteps, steps),
        };

    /// <summary>The multistep solvers: whole numbers of a grid with one more point, whose clean end is left out.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="steps">How many.</param>
    /// <param name="last">One more than the noisiest training step that may be visited.</param>
    public static float[] Multistep(SchedulerConfig config, int steps, int last) =>
        config.SpacingOr(TimestepSpacing.Linspace) switch
        {
            TimestepSpacing.Linspace =>
            [
                .. Linspace(last - 1, steps + 1).Reverse().Take(steps).Select(t => (float)Math.Round(t)),
            ],
            TimestepSpacing.Leading => Leading(last / (steps + 1), steps + 1, config.StepsOffset)[..steps],
            _ => Trailing(last, config.TrainingSteps, steps),
        };

    /// <summary>numpy.linspace(0, end, count): the end itself is exact, a single point is 0.</summary>
    private static double[] Linspace(double end, int count)
    {
        var points = new double[count];
        for (var i = 1; i < count; i++)
        {
            points[i] = i == count - 1 ? end : i * (end / (count - 1));
        }
        return points;
    }

    private static float[] Leading(int ratio, int count, int offset)
    {
        var points = new float[count];
        for (var i = 0; i < count; i++)
        {
            points[i] = ((count - 1 - i) * ratio) + offset;
        }
        return points;
    }

    private static float[] Trailing(double end, double training, int count)
    {
        var points = new float[count];
        // numpy.arange takes the difference of its first two values as the step. (For 62 of the first 1,000 counts it
        // rounds to one point more than was asked for; such a step at -1 is left out here.)
        var step = end - (training / count) - end;
        for (var i = 0; i < count; i++)
        {
            points[i] = (float)(Math.Round(end + (i * step)) - 1);
        }
        return points;
    }
}
