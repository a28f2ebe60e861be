using Semblance.Comparison;

namespace Semblance.Simulations;

/// <summary>A gate that is asked again and again while prompts are added, until it passes.</summary>
internal static class Looks
{
    private static readonly DifferenceLaw[] Laws =
    [
        DifferenceLaw.Normal,
        DifferenceLaw.HeavyTailed,
        DifferenceLaw.Skewed,
    ];

    /// <summary>The ways of asking, by what a reader calls them.</summary>
    private static readonly (string Name, GateOptions Options)[] Ways =
    [
        ("as if each were the only one", new GateOptions { Margin = 0 }),
        ("--anytime", new GateOptions { Margin = 0, Anytime = true }),
        ("--looks 20", new GateOptions { Margin = 0, Looks = 20 }),
        ("--looks 5", new GateOptions { Margin = 0, Looks = 5 }),
    ];

    /// <summary>False passes at the margin, and how often and after how many prompts a true claim passes.</summary>
    public static IEnumerable<Rate> Everything(int runs, ulong seed, int threads) =>
        from law in Laws
        from way in Ways
        from looks in new[] { 1, 5, 20 }
        select FalsePasses(law, way, looks, runs, seed, threads);

    /// <summary>Looks at evenly spaced numbers of prompts up to 400, the first of at least 12.</summary>
    public static int[] At(int looks) =>
        [
            .. Enumerable
                .Range(1, looks)
                .Select(look => (int)Math.Round(12 + ((400 - 12) * (look - 1.0) / Math.Max(1, looks - 1)))),
        ];

    /// <summary>How often the gate passes at one of the looks though the truth lies on its margin.</summary>
    public static Rate FalsePasses(
        DifferenceLaw law,
        (string Name, GateOptions Options) way,
        int looks,
        int runs,
        ulong seed,
        int threads
    )
    {
        var passed = new bool[runs];
        new Threads(threads).Run(
            runs,
            run => passed[run] = FirstPass(law, 0, way.Options, At(looks), seed, run) is not null
        );
        return new Rate($"false pass, {way.Name}", law.Name, looks, 0.05, true, passed.Count(one => one), runs);
    }

    /// <summary>
    /// Prompts at which studies pass whose true difference is <paramref name="effect"/> deviations above the margin, asked
    /// after every four prompts up to <paramref name="most"/> (at any time), or at so many evenly spaced numbers up to that.
    /// </summary>
    /// <returns>The number by which four of five have passed (null where fewer do), and the mean number at the last look.</returns>
    public static (int? Enough, double Mean) Price(
        GateOptions options,
        double effect,
        int most,
        int runs,
        ulong seed,
        int threads
    )
    {
        var looks = options.Anytime ? most / 4 : options.Looks;
        int[] at =
        [
            .. Enumerable
                .Range(1, looks)
                .Select(look => (int)Math.Round((double)most * look / looks))
                .Where(n => n >= 5),
        ];
        var found = new int?[runs];
        new Threads(threads).Run(
            runs,
            run => found[run] = FirstPass(DifferenceLaw.Normal, effect, options, at, seed, run)
        );
        int[] sorted = [.. found.OfType<int>().Order()];
        var enough = sorted.Length > runs * 4 / 5 ? sorted[runs * 4 / 5] : (int?)null;
        return (enough, found.Average(n => n ?? most));
    }

    public static (string Name, GateOptions Options) Way(string name) => Ways.Single(way => way.Name == name);

    /// <summary>The limit is the gate's own (<see cref="ConsistencyGate.LookAlpha"/> and Student's quantile), without its sentence.</summary>
    private static int? FirstPass(DifferenceLaw law, double effect, GateOptions options, int[] at, ulong seed, int run)
    {
        var draws = new Draws(seed, run);
        var (sum, squares, n) = (0.0, 0.0, 0);
        foreach (var look in at)
        {
            for (; n < look; n++)
            {
                var value = effect + law.Draw(draws);
                sum += value;
                squares += value * value;
            }

            var mean = sum / n;
            var error = Math.Sqrt((squares - (n * mean * mean)) / (n - 1.0) / n);
            if (mean > Quantile(options, n) * error)
            {
                return n;
            }
        }

        return null;
    }

    private static double Quantile(GateOptions options, int n) =>
        Cache.GetOrAdd(
            (options, n),
            key =>
                Statistics.Distributions.StudentT.Quantile(
                    1 - ConsistencyGate.LookAlpha(key.Options, key.Prompts),
                    key.Prompts - 1
                )
        );

    private static readonly System.Collections.Concurrent.ConcurrentDictionary<
        (GateOptions Options, int Prompts),
        double
    > Cache = new();
}
