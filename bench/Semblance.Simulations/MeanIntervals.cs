using Semblance.Statistics;
using Semblance.Statistics.Distributions;

namespace Semblance.Simulations;

/// <summary>What the interval of a mean does for one law and number of prompts.</summary>
/// <param name="Law">Of the differences.</param>
/// <param name="Prompts">n.</param>
/// <param name="Coverage">Share of intervals that hold the true mean.</param>
/// <param name="Student">The same of Student's interval.</param>
/// <param name="Width">Mean width over that of Student's.</param>
/// <param name="Runs">Samples.</param>
internal sealed record IntervalRate(string Law, int Prompts, double Coverage, double Student, double Width, int Runs);

/// <summary>
/// The studentised bootstrap of <see cref="StudentisedBootstrap"/> against Student's interval, over laws of differences
/// with mean 0: the simulation that chose how far its quantiles may stray.
/// </summary>
internal static class MeanIntervals
{
    public static readonly int[] Sizes = [10, 15, 20, 30, 50, 100];

    /// <summary>Laws with mean 0. The last one is more skewed than any interval of so few prompts can deal with (6.2).</summary>
    public static readonly (string Name, Func<Draws, double> Draw)[] Laws =
    [
        ("normal", draws => draws.Normal()),
        (DifferenceLaw.HeavyTailed.Name, DifferenceLaw.HeavyTailed.Draw),
        (DifferenceLaw.Skewed.Name, DifferenceLaw.Skewed.Draw),
        ("lognormal, sigma 0.5", draws => Math.Exp(0.5 * draws.Normal()) - Math.Exp(0.125)),
        ("normal, rounded to whole points", draws => Math.Round(1.5 * draws.Normal())),
        ("lognormal, sigma 1", draws => Math.Exp(draws.Normal()) - Math.Exp(0.5)),
    ];

    public static IntervalRate Of(
        (string Name, Func<Draws, double> Draw) law,
        int prompts,
        int runs,
        int resamples,
        ulong seed,
        int threads
    )
    {
        var found = new (bool Own, bool Student, double Width, double Plain)[runs];
        var quantile = StudentT.Quantile(0.975, prompts - 1);
        new Threads(threads).Run(
            runs,
            run =>
            {
                var draws = new Draws(seed, run);
                var d = new double[prompts];
                for (var i = 0; i < prompts; i++)
                {
                    d[i] = law.Draw(draws);
                }

                var (mean, error) = Descriptive.MeanWithError(d);
                var half = quantile * error;
                var limits = StudentisedBootstrap.Of(
                    [d],
                    null,
                    [prompts - 1],
                    0.95,
                    resamples,
                    (ulong)run,
                    new Threads(1)
                )[0];
                found[run] = (
                    mean - (half * limits.Below) <= 0 && 0 <= mean + (half * limits.Above),
                    Math.Abs(mean) <= half,
                    half * (limits.Below + limits.Above),
                    2 * half
                );
            }
        );
        return new IntervalRate(
            law.Name,
            prompts,
            found.Average(one => one.Own ? 1.0 : 0),
            found.Average(one => one.Student ? 1.0 : 0),
            found.Sum(one => one.Width) / found.Sum(one => one.Plain),
            runs
        );
    }
}
