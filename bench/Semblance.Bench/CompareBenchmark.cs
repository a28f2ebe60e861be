using System.Diagnostics;
using System.Globalization;
using Semblance.Comparison;

namespace Semblance.Bench;

/// <summary>What a whole comparison costs, beside the plain loop for a part of it; its procedures one by one are in <see cref="StatisticsBenchmark"/>.</summary>
internal static class CompareBenchmark
{
    public static int Run()
    {
        Console.WriteLine(
            $"{Environment.ProcessorCount} threads; medians of rounds that take turns; least processor times, which a busy machine disturbs less"
        );
        Models(10, 10_000, 3);
        Models(10, 2_000, 3);
        Models(2, 100, 9);
        return 0;
    }

    private static void Models(int models, int prompts, int rounds)
    {
        var own = Normal(prompts, 3, 80);
        var scores = Enumerable
            .Range(0, models)
            .Select(m => own.Zip(Normal(prompts, 10 + m, 0.05 * m), (prompt, seed) => prompt + seed).ToArray())
            .ToArray();
        var matrix = new ScoreMatrix(
            [.. scores.Select((_, m) => $"model {m}")],
            [.. own.Select((_, i) => $"prompt {i}")],
            [
                .. scores.Select(
                    (values, m) =>
                        (IReadOnlyList<PromptScore>)
                            [.. values.Select((value, i) => new PromptScore($"model {m}", $"prompt {i}", value))]
                ),
            ]
        );
        Print(
            $"all of a comparison, {models} models x {prompts:N0} prompts (guide 10 s)",
            rounds,
            (
                "loop over System.Random: the percentile intervals of the means alone",
                () => scores.Sum(values => PlainPercentile(values, 10_000))
            ),
            ("Semblance", () => ModelComparison.Of(matrix).Pairs[0].Wilcoxon!.P)
        );
    }

    private static double PlainPercentile(double[] values, int resamples)
    {
        var random = new Random(1);
        var means = new double[resamples];
        for (var r = 0; r < resamples; r++)
        {
            var sum = 0.0;
            for (var i = 0; i < values.Length; i++)
            {
                sum += values[random.Next(values.Length)];
            }

            means[r] = sum / values.Length;
        }

        Array.Sort(means);
        return means[resamples / 40];
    }

    private static double[] Normal(int n, int seed, double mean)
    {
        var random = new Random(seed);
        return
        [
            .. Enumerable
                .Range(0, n)
                .Select(_ =>
                    mean
                    + (
                        2
                        * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()))
                        * Math.Cos(2 * Math.PI * random.NextDouble())
                    )
                ),
        ];
    }

    private static void Print(string title, int rounds, params (string Name, Func<double> Work)[] works)
    {
        var process = Process.GetCurrentProcess();
        var seconds = works.Select(_ => new List<double>()).ToArray();
        var processor = Array.ConvertAll(works, _ => double.PositiveInfinity);
        for (var round = -1; round < rounds; round++)
        {
            for (var i = 0; i < works.Length; i++)
            {
                process.Refresh();
                var before = process.TotalProcessorTime;
                var watch = Stopwatch.StartNew();
                _ = works[i].Work();
                var elapsed = watch.Elapsed.TotalSeconds;
                process.Refresh();
                if (round >= 0)
                {
                    seconds[i].Add(elapsed);
                    processor[i] = Math.Min(processor[i], (process.TotalProcessorTime - before).TotalSeconds);
                }
            }
        }

        Console.WriteLine(title);
        var times = Array.ConvertAll(seconds, own => own.Order().ElementAt(own.Count / 2));
        for (var i = 0; i < works.Length; i++)
        {
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"  {works[i].Name, -70} {1000 * times[i], 9:F1} ms, time {times[i] / times[0]:F2}; processor {1000 * processor[i], 9:F1} ms, time {processor[i] / processor[0]:F2}"
                )
            );
        }
    }
}
