namespace Semblance.Models.Diffusion.Schedulers;

/// <summary>The noise levels that a run visits, and the timesteps that go with them.</summary>
/// <param name="Timesteps">One per step.</param>
/// <param name="Sigmas">One per step, and the last.</param>
internal sealed record SigmaGrid(float[] Timesteps, float[] Sigmas)
{
    private const double KarrasRho = 7;

    /// <summary>Of Euler's schedulers: sigmas between training steps are interpolated; the last is 0 unless configured.</summary>
    public static SigmaGrid Euler(SchedulerConfig config, int steps, bool karras)
    {
        var trained = NoiseLevels.Of(config).Sigmas();
        var timesteps = TimestepGrid.Euler(config, steps);
        var sigmas = timesteps.Select(t => Interpolate(trained, t)).ToArray();
        if (karras)
        {
            sigmas = Karras(sigmas[^1], sigmas[0], steps);
            timesteps = [.. sigmas.Select(sigma => (float)TimestepOf(sigma, trained))];
        }
        var last = config.FinalSigmaIsSmallest ? trained[0] : 0f;
        return new SigmaGrid(timesteps, [.. sigmas.Select(sigma => (float)sigma), last]);
    }

    /// <summary>
    /// Of the multistep solvers: whole timesteps; Karras sigmas run over all of the trained noise levels, not over those
    /// of the visited timesteps as Euler's do.
    /// </summary>
    /// <exception cref="UsageException">
    /// So many steps visit one noise level twice: the solvers divide by the way from one to the next (diffusers gives NaN).
    /// </exception>
    public static SigmaGrid Multistep(SchedulerConfig config, int steps)
    {
        var grid = MultistepOrNot(config, steps);
        if (IsFalling(grid))
        {
            return grid;
        }
        var fewer = steps - 1;
        while (fewer > 1 && !IsFalling(MultistepOrNot(config, fewer)))
        {
            fewer--;
        }
        throw new UsageException(
            $"{steps} steps cannot be made with this scheduler, which would visit one noise level twice; give {fewer} or fewer, or another --scheduler."
        );
    }

    /// <summary>Whether each step but the last, which may end where Karras sigmas do, leads to less noise.</summary>
    private static bool IsFalling(SigmaGrid grid) =>
        Enumerable.Range(1, grid.Timesteps.Length - 1).All(step => grid.Sigmas[step] < grid.Sigmas[step - 1]);

    private static SigmaGrid MultistepOrNot(SchedulerConfig config, int steps)
    {
        var levels = NoiseLevels.Of(config);
        var trained = levels.Sigmas();
        float[] timesteps;
        double[] sigmas;
        if (config.Karras)
        {
            sigmas = Karras(trained[0], trained[^1], steps);
            var rounded = config.BetaSchedule != BetaSchedule.Cosine || config.Kind == SchedulerKind.UniPc;
            timesteps =
            [
                .. sigmas
                    .Select(sigma => TimestepOf(sigma, trained))
                    .Select(t => (float)(rounded ? Math.Round(t) : Math.Truncate(t))),
            ];
        }
        else
        {
            var last =
                config.Kind == SchedulerKind.DpmSolver
                    ? levels.AlphasCumprod.Count(a => Math.Log(a / (1.0 - a)) / 2 >= config.SmallestLambda)
                    : config.TrainingSteps;
            timesteps = TimestepGrid.Multistep(config, steps, last);
            sigmas = [.. timesteps.Select(t => Interpolate(trained, t))];
        }
        var final = config.FinalSigmaIsSmallest ? trained[0] : 0f;
        return new SigmaGrid(timesteps, [.. sigmas.Select(sigma => (float)sigma), final]);
    }

    /// <summary>Equal parts of sigma^(1/7), Karras et al. (2022), equation 5.</summary>
    public static double[] Karras(double smallest, double largest, int steps)
    {
        var (low, high) = (Math.Pow(smallest, 1 / KarrasRho), Math.Pow(largest, 1 / KarrasRho));
        var sigmas = new double[steps];
        for (var i = 0; i < steps; i++)
        {
            var part = steps == 1 ? 0 : (double)i / (steps - 1);
            sigmas[i] = Math.Pow(high + (part * (low - high)), KarrasRho);
        }
        return sigmas;
    }

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
