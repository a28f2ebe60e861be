using System.Diagnostics;
using System.Globalization;
using System.Runtime.Intrinsics;
using Semblance.Consistency;

namespace Semblance.Bench;

/// <summary>The score against the memory it reads, and against a plain matrix product where half of all pairs are negative.</summary>
internal static unsafe class ScoreBenchmark
{
    public static int Run(string[] arguments)
    {
        var images = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 1_000_000;
        Console.WriteLine($"{Environment.ProcessorCount} threads, Vector512 {Vector512.IsHardwareAccelerated}");
        Memory(images, 512, 7);
        Adversarial(5_000, 512, 9);
        return 0;
    }

    private static void Memory(int n, int d, int rounds)
    {
        var values = new float[(long)n * d];
        var parts = Environment.ProcessorCount;
        Parallel.For(
            0,
            1024,
            part =>
            {
                // A direction that all share and noise that leaves about 34 degrees to it.
                var random = new Random(part);
                var from = (long)values.Length * part / 1024;
                var to = (long)values.Length * (part + 1) / 1024;
                for (var i = from; i < to; i++)
                {
                    values[i] = 1 + (2.4f * (random.NextSingle() - 0.5f));
                }
            }
        );
        var times = Interleave(
            rounds,
            ("sum of the same memory", () => Sum(values, parts)),
            ("score only", () => ConsistencyScore.Of(values, d, new ScoreOptions { ScoreOnly = true }).Scs),
            ("score, per image, medoid, jackknife", () => ConsistencyScore.Of(values, d).Scs)
        );
        Print($"{n:N0} x {d} float32", times, 4.0 * values.Length / 1e9, "GB/s", baseline: 0);
    }

    private static void Adversarial(int n, int d, int rounds)
    {
        var random = new Random(1);
        var values = new float[n * d];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (float)(
                Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())
            );
        }

        var negative = ConsistencyScore.Of(values, d).NegativePairs / (n * (n - 1.0) / 2);
        var times = Interleave(
            rounds,
            ("blocked product of all pairs, double", () => PlainProduct.Double(values, n, d)),
            ("blocked product of all pairs, float", () => PlainProduct.Single(values, n, d)),
            ("score only", () => ConsistencyScore.Of(values, d, new ScoreOptions { ScoreOnly = true }).Scs),
            ("everything", () => ConsistencyScore.Of(values, d).Scs)
        );
        Print($"{n:N0} x {d}, {negative:P1} of pairs negative", times, 1.0 * n * n * d / 1e9, "GFlop/s", baseline: 0);
    }

    private static double Sum(float[] values, int parts)
    {
        var sums = new double[parts];
        fixed (float* start = values)
        {
            var data = start;
            Parallel.For(
                0,
                parts,
                part =>
                {
                    var at = data + ((long)values.Length * part / parts / 64 * 64);
                    var end = data + ((long)values.Length * (part + 1) / parts / 64 * 64);
                    Vector512<float> a = default,
                        b = default,
                        c = default,
                        e = default;
                    for (; at < end; at += 64)
                    {
                        a += Vector512.Load(at);
                        b += Vector512.Load(at + 16);
                        c += Vector512.Load(at + 32);
                        e += Vector512.Load(at + 48);
                    }

                    sums[part] = Vector512.Sum(a + b + c + e);
                }
            );
        }

        return sums.Sum();
    }

    /// <summary>
    /// Median wall time and least processor time of each in seconds, measured in turns so that a busy moment hits all
    /// alike. On a machine that others use, the processor times are the ones to compare.
    /// </summary>
    private static List<(string Name, double Seconds, double Processor)> Interleave(
        int rounds,
        params (string Name, Func<double> Work)[] works
    )
    {
        var process = Process.GetCurrentProcess();
        var processor = Array.ConvertAll(works, _ => double.PositiveInfinity);
        var seconds = works.Select(_ => new List<double>()).ToArray();
        for (var round = -2; round < rounds; round++)
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

        return [.. works.Select((work, i) => (work.Name, seconds[i].Order().ElementAt(rounds / 2), processor[i]))];
    }

    private static void Print(
        string title,
        List<(string Name, double Seconds, double Processor)> times,
        double amount,
        string unit,
        int baseline
    )
    {
        Console.WriteLine(title);
        foreach (var (name, seconds, processor) in times)
        {
            var speed = times[baseline].Seconds / seconds;
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"  {name, -38} {seconds * 1000, 9:F1} ms {amount / seconds, 7:F1} {unit, -8} speed {speed:F2}, time {1 / speed:F2}; processor {processor * 1000, 7:F1} ms, speed {times[baseline].Processor / processor:F2}"
                )
            );
        }
    }
}
