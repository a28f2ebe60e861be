namespace Semblance.Models.Diffusion.Schedulers;

/// <summary>The noise levels that a run visits, and the timesteps that go with them.</summary>
/// <param name="Timesteps">One per step.</param>
/// <param name="Sigmas">One per step, and the last.</param>
internal sealed record SigmaGrid(float[] Timesteps, float[] Sigmas)
{
    /// <summary>
    /// Of the schedulers that keep growing latents: sigmas between training steps are interpolated; the last is 0 unless
    /// configured.
    /// </summary>
    /// <param name="config">The configuration.</param>
    /// <param name="steps">How many.</param>
    /// <param name="rounded">Whether the timesteps of Karras sigmas are rounded.</param>
    public static SigmaGrid Full(SchedulerConfig config, int steps, bool rounded = false)
    {
        var trained = NoiseLevels.Of(config).Sigmas();
        var timesteps = TimestepGrid.Full(config, steps, TimestepSpacing.Linspace, whole: false);
        var sigmas = timesteps.Select(t => Interpolate(trained, t)).ToArray();
        if (config.Sigmas != SigmaSpacing.Timesteps)
        {
            sigmas = SigmaSpread.Of(config, sigmas[^1], sigmas[0], steps);
            var places = sigmas.Select(sigma => TimestepOf(sigma, trained));
            rounded &= config.Sigmas == SigmaSpacing.Karras;
            timesteps = [.. places.Select(t => (float)(rounded ? Math.Round(t) : t))];
        }

        return Of(config, timesteps, sigmas, trained);
    }

    /// <summary>
    /// Of the multistep solvers: whole timesteps; spread sigmas run over all of the trained noise levels, not over those
    /// of the visited timesteps as Euler's do.
    /// </summary>
    /// <param name="config">The configuration.</param>
    /// <param name="steps">How many.</param>
    /// <param name="last">One more than the noisiest training step that may be visited.</param>
    /// <param name="rounded">Whether the timesteps of Karras sigmas and Lu lambdas are rounded; else their fractions are cut off.</param>
    /// <exception cref="UsageException">This many steps visit one noise level twice (see <see cref="Falling"/>).</exception>
    public static SigmaGrid Multistep(SchedulerConfig config, int steps, int last, bool rounded = true)
    {
        return Falling(steps, Grid);

        SigmaGrid Grid(int count)
        {
            var trained = NoiseLevels.Of(config).Sigmas();
            var timesteps = TimestepGrid.Multistep(config, count, last);
            var sigmas = timesteps.Select(t => Interpolate(trained, t)).ToArray();
            if (config.Sigmas != SigmaSpacing.Timesteps)
            {
                sigmas = SigmaSpread.Of(config, trained[0], trained[^1], count);
                var places = sigmas.Select(sigma => TimestepOf(sigma, trained));
                var nearest = rounded && config.Sigmas is SigmaSpacing.Karras or SigmaSpacing.Lu;
                timesteps = [.. places.Select(t => (float)(nearest ? Math.Round(t) : Math.Truncate(t)))];
            }

            return Of(config, timesteps, sigmas, trained);
        }
    }

    /// <summary>A grid for schedulers that divide by the way from one noise level to the next.</summary>
    /// <exception cref="UsageException">This many steps visit one noise level twice (diffusers gives NaN).</exception>
    public static SigmaGrid Falling(int steps, Func<int, SigmaGrid> grid)
    {
        var wanted = grid(steps);
        if (IsFalling(wanted))
        {
            return wanted;
        }

        var fewer = steps - 1;
        while (fewer > 1 && !IsFalling(grid(fewer)))
        {
            fewer--;
        }

        throw new UsageException(
            $"{steps} steps cannot be made with this scheduler, which would visit one noise level twice; ask for {fewer} or fewer."
        )
        {
            Remedies = [new(RemedyKind.OtherScheduler)],
        };
    }

    /// <summary>Whether each step but the last, which may end where spread sigmas do, leads to less noise.</summary>
    private static bool IsFalling(SigmaGrid grid) =>
        Enumerable.Range(1, grid.Timesteps.Length - 1).All(step => grid.Sigmas[step] < grid.Sigmas[step - 1]);

    private static SigmaGrid Of(SchedulerConfig config, float[] timesteps, double[] sigmas, float[] trained) =>
        new(timesteps, [.. sigmas.Select(sigma => (float)sigma), config.FinalSigmaIsSmallest ? trained[0] : 0f]);

    /// <summary>The table's value at a fractional place, by straight lines.</summary>
    public static double Interpolate(float[] table, double at)
    {
        var below = Math.Clamp((int)Math.Floor(at), 0, table.Length - 1);
        if (below == table.Length - 1)
        {
            return table[^1];
        }

        var part = Math.Max(at - below, 0);
        return table[below] + (part * ((double)table[below + 1] - table[below]));
    }

    /// <summary>The fractional training step whose sigma this is, by straight lines in its logarithm.</summary>
    public static double TimestepOf(double sigma, float[] trained)
    {
        var wanted = Math.Log(Math.Max(sigma, 1e-10));
        var below = 0;
        while (below < trained.Length - 2 && MathF.Log(trained[below + 1]) <= wanted)
        {
            below++;
        }

        double low = MathF.Log(trained[below]);
        double high = MathF.Log(trained[below + 1]);
        return below + Math.Clamp((low - wanted) / (low - high), 0, 1);
    }
}
