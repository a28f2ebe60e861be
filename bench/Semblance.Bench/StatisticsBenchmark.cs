using System.Diagnostics;
using System.Globalization;
using Semblance.Comparison;
using Semblance.Statistics;
using Semblance.Statistics.Distributions;
using Semblance.Variance;

namespace Semblance.Bench;

/// <summary>The procedures that a comparison waits for, each beside the plain way of doing the same on one thread.</summary>
internal static class StatisticsBenchmark
{
    public static int Run()
    {
        var random = new Random(1);
        var thousand = Differences(random, 1000);
        long[] ranks = [.. Enumerable.Range(1, 1000).Select(i => (long)i)];
        Compare(
            "exact signed-rank law, n = 1,000",
            () => new SubsetSum(ranks).UpperTail(300_000),
            "one table of all rank sums",
            () => PlainSignedRank(thousand)
        );

        // A tie makes ranks of halves, twice the sums, and a law that no other test shares.
        thousand[1] = thousand[0];
        Compare(
            "exact signed-rank test, n = 1,000, with a tie",
            () => WilcoxonSignedRank.Of(thousand).Exact!.Greater,
            "one table of all rank sums, the tie broken",
            () => PlainSignedRank(thousand)
        );

        double[][] hundred = [Differences(random, 100)];
        Compare(
            "10,000 studentised resamples of 100, one thread",
            () => StudentisedBootstrap.Of(hundred, null, [99], 0.95, 10_000, 1, threads: 1)[0].Below,
            "the draws alone, by System.Random",
            () => PlainResamples(hundred[0], 10_000)
        );

        var crossed = Crossed(random, prompts: 100, seeds: 20);
        Time(
            "two-way error of 100 prompts x 20 seeds x 2 models",
            () =>
                new PromptErrors(crossed)
                    .OfDifference(0, 1, Sample.Differences(crossed.Scores(0), crossed.Scores(1)))
                    .StandardError
        );

        var three = Differences(random, 3000);
        Compare(
            "pseudomedian and its interval, n = 3,000",
            () => HodgesLehmann.Of(three).Pseudomedian,
            "sorting all Walsh averages",
            () => PlainPseudomedian(three)
        );

        Compare(
            "99,999 sign flips of 100, one thread",
            () => SignFlip.MonteCarlo(hundred[0], 99_999, 1, threads: 1).P.TwoSided,
            "sign by sign",
            () => PlainSignFlips(hundred[0], 99_999)
        );

        var large = Differences(random, 10_000);
        Time("pseudomedian and its interval, n = 10,000", () => HodgesLehmann.Of(large).Pseudomedian);
        return 0;
    }

    private static void Compare(string name, Func<double> ours, string plainName, Func<double> plain)
    {
        var time = Time(name, ours);
        var baseline = Time("  " + plainName, plain);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  ratio {time / baseline:F3}"));
    }

    // The least wall and processor time of a few rounds, in milliseconds: other programs only ever add to the first.
    private static double Time(string name, Func<double> work)
    {
        var (least, processor) = (double.PositiveInfinity, double.PositiveInfinity);
        for (var round = 0; round < 9; round++)
        {
            var before = Environment.CpuUsage.TotalTime;
            var watch = Stopwatch.StartNew();
            _ = work();
            least = Math.Min(least, watch.Elapsed.TotalMilliseconds);
            processor = Math.Min(processor, (Environment.CpuUsage.TotalTime - before).TotalMilliseconds);
        }

        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{name, -56} {least, 10:F2} ms, processor {processor, 10:F2} ms"
            )
        );
        return processor;
    }

    /// <summary>Two models whose prompts have the same seeds, with what each seed does.</summary>
    private static ScoreMatrix Crossed(Random random, int prompts, int seeds)
    {
        string[] names = [.. Enumerable.Range(0, seeds).Select(s => $"{s}")];
        PromptScore Row(int model, int prompt) =>
            new($"{model}", $"{prompt}", 80 + random.NextDouble())
            {
                Deviations = new SeedDeviations(names, Differences(random, seeds)),
            };
        return new ScoreMatrix(
            ["0", "1"],
            [.. Enumerable.Range(0, prompts).Select(i => $"{i}")],
            [
                .. Enumerable
                    .Range(0, 2)
                    .Select(m => (IReadOnlyList<PromptScore>)[.. Enumerable.Range(0, prompts).Select(i => Row(m, i))]),
            ]
        );
    }

    private static double[] Differences(Random random, int n) =>
        [.. Enumerable.Range(0, n).Select(_ => random.NextDouble() + random.NextDouble() - 0.9)];

    private static double PlainSignedRank(double[] d)
    {
        var ranks = Ranks.Of(d.Select(Math.Abs).ToArray());
        var law = new double[(d.Length * (d.Length + 1) / 2) + 1];
        law[0] = 1;
        var reach = 0;
        foreach (var rank in ranks.Select(r => (int)r))
        {
            reach += rank;
            for (var s = reach; s >= rank; s--)
            {
                law[s] = (law[s] + law[s - rank]) / 2;
            }

            for (var s = rank - 1; s >= 0; s--)
            {
                law[s] /= 2;
            }
        }

        return law.Skip((int)ranks.Where((_, i) => d[i] > 0).Sum()).Sum();
    }

    private static double PlainResamples(double[] values, int resamples)
    {
        var random = new Random(1);
        var total = 0.0;
        for (var resample = 0; resample < resamples; resample++)
        {
            for (var i = 0; i < values.Length; i++)
            {
                total += values[random.Next(values.Length)];
            }
        }

        return total;
    }

    private static double PlainPseudomedian(double[] d)
    {
        var walsh = new double[d.Length * (d.Length + 1) / 2];
        var at = 0;
        for (var i = 0; i < d.Length; i++)
        {
            for (var j = i; j < d.Length; j++)
            {
                walsh[at++] = (d[i] + d[j]) / 2;
            }
        }

        Array.Sort(walsh);
        return walsh[walsh.Length / 2];
    }

    private static double PlainSignFlips(double[] d, int resamples)
    {
        var random = new Random(1);
        var (observed, extreme) = (Math.Abs(d.Sum()), 0);
        for (var resample = 0; resample < resamples; resample++)
        {
            var sum = 0.0;
            foreach (var value in d)
            {
                sum += random.Next(2) == 0 ? value : -value;
            }

            extreme += Math.Abs(sum) >= observed ? 1 : 0;
        }

        return (double)extreme / resamples;
    }
}
