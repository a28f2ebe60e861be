using Semblance.Comparison;
using Semblance.Statistics;

namespace Semblance.Simulations;

/// <summary>How often intervals and places of several models hold, all of a study at once.</summary>
/// <param name="Law">Of what a model does to a prompt.</param>
/// <param name="Prompts">n.</param>
/// <param name="Pairs">Studies in which the simultaneous intervals of all pairs hold the true differences.</param>
/// <param name="Means">... of all models the true means.</param>
/// <param name="Single">... in which the single intervals of all pairs do.</param>
/// <param name="Places">... in which all intervals of places do.</param>
/// <param name="ResampledPlaces">... in which places of resampled prompts, between their 2.5% and 97.5% quantiles, would.</param>
/// <param name="Width">Mean width of the intervals of places.</param>
/// <param name="Runs">Studies.</param>
internal sealed record SeveralRate(
    string Law,
    int Prompts,
    double Pairs,
    double Means,
    double Single,
    double Places,
    double ResampledPlaces,
    double Width,
    int Runs
);

/// <summary>Studies of several models: a prompt's own normal number, a model's mean, and what the model does to the prompt.</summary>
internal static class ModelsAtOnce
{
    public static readonly int[] Sizes = [10, 20, 50, 100];

    private const int Resamples = 499;

    /// <summary>Coverage for means that lie apart by the same gap.</summary>
    /// <param name="law">With mean 0.</param>
    /// <param name="models">k, at least 3.</param>
    /// <param name="prompts">n.</param>
    /// <param name="gap">Between neighbours; the true places are told by any above 0.</param>
    /// <param name="runs">Studies.</param>
    /// <param name="seed">Of the draws.</param>
    /// <param name="threads">0 for all cores.</param>
    public static SeveralRate Of(
        (string Name, Func<Draws, double> Draw) law,
        int models,
        int prompts,
        double gap,
        int runs,
        ulong seed,
        int threads
    )
    {
        var found = new (bool Pairs, bool Means, bool Single, bool Places, bool Resampled, double Width)[runs];
        new Threads(threads).Run(runs, run => found[run] = Study(run));
        double Share(Func<(bool Pairs, bool Means, bool Single, bool Places, bool Resampled, double Width), bool> of) =>
            found.Count(of) / (double)runs;
        return new SeveralRate(
            law.Name,
            prompts,
            Share(one => one.Pairs),
            Share(one => one.Means),
            Share(one => one.Single),
            Share(one => one.Places),
            Share(one => one.Resampled),
            found.Average(one => one.Width),
            runs
        );

        (bool, bool, bool, bool, bool, double) Study(int run)
        {
            var draws = new Draws(seed, run);
            double[] own = [.. Enumerable.Range(0, prompts).Select(_ => draws.Normal())];
            double[][] scores =
            [
                .. Enumerable
                    .Range(0, models)
                    .Select(m => own.Select(prompt => 50 + (gap * m) + prompt + law.Draw(draws)).ToArray()),
            ];
            var matrix = new ScoreMatrix(
                [.. scores.Select((_, m) => $"{m}")],
                [.. own.Select((_, i) => $"{i}")],
                [
                    .. scores.Select(
                        (values, m) =>
                            (IReadOnlyList<PromptScore>)
                                [.. values.Select((value, i) => new PromptScore($"{m}", $"{i}", value))]
                    ),
                ]
            );
            var options = new ComparisonOptions
            {
                Resamples = Resamples,
                Seed = (ulong)run,
                Threads = 1,
            };
            var report = ModelComparison.Of(matrix, options);
            double True(PairComparison pair) => gap * (Number(pair.Second) - Number(pair.First));
            return (
                report.Pairs.All(pair => Holds(pair.Simultaneous!.Value, True(pair))),
                report.Models.All(model => Holds(model.Simultaneous!.Value, 50 + (gap * Number(model.Model)))),
                report.Pairs.All(pair => Holds(new Interval(pair.Difference.Low, pair.Difference.High), True(pair))),
                report.Models.All(model => Holds(model.Rank!, models - Number(model.Model))),
                Resampled(scores, (ulong)run),
                report.Models.Average(model => model.Rank!.High - model.Rank.Low + 1)
            );
        }

        // Places of the models in resamples, and whether the true ones lie between the quantiles.
        bool Resampled(double[][] scores, ulong stream)
        {
            var draws = new Random((int)stream);
            var places = scores.Select(_ => new double[Resamples]).ToArray();
            for (var resample = 0; resample < Resamples; resample++)
            {
                int[] rows = [.. Enumerable.Range(0, prompts).Select(_ => draws.Next(prompts))];
                double[] means = [.. scores.Select(model => rows.Sum(row => model[row]))];
                for (var m = 0; m < models; m++)
                {
                    places[m][resample] = 1 + means.Count(mean => mean > means[m]);
                }
            }

            return Enumerable
                .Range(0, models)
                .All(m =>
                {
                    Array.Sort(places[m]);
                    return places[m][(int)(0.025 * Resamples)] <= models - m
                        && models - m <= places[m][(int)(0.975 * Resamples)];
                });
        }
    }

    private static int Number(string model) => int.Parse(model, System.Globalization.CultureInfo.InvariantCulture);

    private static bool Holds(Interval interval, double value) => interval.Low <= value && value <= interval.High;

    private static bool Holds(RankInterval rank, int place) => rank.Low <= place && place <= rank.High;
}
