using System.Globalization;
using Semblance.Simulations;

namespace Semblance.Bench;

/// <summary>
/// Prints simulations as tables for docs/statistics.md: all about comparisons and gates, or some kinds by their names, or
/// votes, or sets. Shares are in percent with their Monte Carlo error.
/// </summary>
internal static class SimulateCommand
{
    public static int Run(string[] arguments)
    {
        if (arguments is ["sets", .. var rest])
        {
            return Sets(rest);
        }

        var runs = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 4000;
        var kinds = arguments is [_, _, ..]
            ? arguments[1..]
            : new[] { "truth", "seeds", "clusters", "intervals", "looks", "several", "ranks" };
        foreach (var kind in kinds)
        {
            switch (kind)
            {
                case "truth":
                    // Superiority is non-inferiority at another margin, and comes out the same.
                    var all = KnownTruth.Everything(runs, resamples: 2000, seed: 1, threads: 0);
                    Print(
                        runs,
                        "differences",
                        "prompts",
                        [.. all.Where(rate => !rate.What.StartsWith("Superiority", StringComparison.Ordinal))]
                    );
                    break;
                case "votes":
                    Print(runs, "raters", "prompts", [.. VotesKnownTruth.Everything(runs, 1000, seed: 1, threads: 0)]);
                    break;
                case "curve":
                    Print(runs, "raters", "prompts", [.. VotesKnownTruth.Curves(runs, 300, seed: 1, threads: 0)]);
                    break;
                case "seeds":
                    Print(runs, "what seeds do", "prompts", [.. SharedSeeds.Everything(runs, seed: 1, threads: 0)]);
                    break;
                case "clusters":
                    Print(runs, "prompts", "clusters", [.. PromptFamilies.Everything(runs, seed: 1, threads: 0)]);
                    break;
                case "intervals":
                    Intervals(runs);
                    break;
                case "several":
                    Several(runs);
                    break;
                case "ranks":
                    Print(runs, "scores", "prompts", [.. EncoderRanks.Everything(runs, seed: 1, threads: 0)]);
                    break;
                case "looks":
                    Print(runs, "differences", "looks", [.. Looks.Everything(runs, seed: 1, threads: 0)]);
                    Prices(runs);
                    break;
                default:
                    throw new ArgumentException($"There is no simulation '{kind}'.", nameof(arguments));
            }
        }

        return 0;
    }

    private static void Print(int runs, string law, string unit, Rate[] rates)
    {
        foreach (var table in rates.GroupBy(rate => string.Join(", ", Columns(rates, rate))))
        {
            var columns = Columns(rates, table.First());
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"| of {runs} studies | {law} | goal | {string.Join(" | ", columns.Select(n => $"{n} {unit}"))} |"
                )
            );
            Console.WriteLine($"|---|---|---|{string.Concat(columns.Select(_ => "---|"))}");
            foreach (var line in table.GroupBy(rate => (rate.What, rate.Law)))
            {
                var first = line.First();
                Console.WriteLine(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"| {first.What} | {first.Law} | {(first.AtMost ? "at most " : "")}{100 * first.Nominal:F0}% | {string.Join(" | ", line.Select(WithError))} |"
                    )
                );
            }

            Console.WriteLine();
        }
    }

    /// <summary>A single look takes 71 and 27 prompts for a power of 80%.</summary>
    private static void Prices(int runs)
    {
        Console.WriteLine(
            $"| of {runs} studies, prompts by which 80% pass (mean) | 0.3 deviations, up to 160 | 0.5 deviations, up to 60 |"
        );
        Console.WriteLine("|---|---|---|");
        foreach (var name in new[] { "--looks 5", "--looks 20", "--anytime" })
        {
            var cells = new[] { (0.3, 160), (0.5, 60) }.Select(size =>
                Looks.Price(Looks.Way(name).Options, size.Item1, size.Item2, runs, seed: 1, threads: 0)
            );
            Console.WriteLine(
                $"| {name} | {string.Join(" | ", cells.Select(cell => string.Create(CultureInfo.InvariantCulture, $"{cell.Enough} ({cell.Mean:F0})")))} |"
            );
        }

        Console.WriteLine();
    }

    private static void Intervals(int runs)
    {
        Console.WriteLine(
            $"| of {runs} samples, coverage (of Student's) and width over Student's | {string.Join(" | ", MeanIntervals.Sizes.Select(size => $"{size} prompts"))} |"
        );
        Console.WriteLine($"|---|{string.Concat(MeanIntervals.Sizes.Select(_ => "---|"))}");
        foreach (var law in MeanIntervals.Laws)
        {
            var rates = MeanIntervals.Sizes.Select(size => MeanIntervals.Of(law, size, runs, 999, seed: 1, threads: 0));
            Console.WriteLine($"| {law.Name} | {string.Join(" | ", rates.Select(Cell))} |");
        }

        Console.WriteLine();

        static string Cell(IntervalRate rate) =>
            string.Create(
                CultureInfo.InvariantCulture,
                $"{100 * rate.Coverage:F1}% ± {100 * Math.Sqrt(rate.Coverage * (1 - rate.Coverage) / rate.Runs):F1} ({100 * rate.Student:F1}%), {rate.Width:F2}"
            );
    }

    private static void Several(int runs)
    {
        const double Gap = 0.1;
        Console.WriteLine(
            $"| of {runs} studies of 5 models: all 10 simultaneous intervals (all 10 single ones); all means; all places (of resampled prompts), mean width | {string.Join(" | ", ModelsAtOnce.Sizes.Select(size => $"{size} prompts"))} |"
        );
        Console.WriteLine($"|---|{string.Concat(ModelsAtOnce.Sizes.Select(_ => "---|"))}");
        foreach (var law in MeanIntervals.Laws[..5])
        {
            var rates = ModelsAtOnce.Sizes.Select(size =>
                ModelsAtOnce.Of(law, models: 5, size, Gap, runs, seed: 1, threads: 0)
            );
            Console.WriteLine($"| {law.Name} | {string.Join(" | ", rates.Select(Cell))} |");
        }

        Console.WriteLine();

        static string Cell(SeveralRate rate) =>
            string.Create(
                CultureInfo.InvariantCulture,
                $"{100 * rate.Pairs:F1}% ({100 * rate.Single:F1}%); {100 * rate.Means:F1}%; {100 * rate.Places:F1}% ({100 * rate.ResampledPlaces:F1}%), {rate.Width:F1}"
            );
    }

    /// <summary>Outliers and near-duplicates of sets.</summary>
    private static int Sets(string[] arguments)
    {
        var runs = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 2000;
        Print(
            "with an outlier that is none",
            [.. HomogeneousSets.Sizes.Select(size => $"{size} images")],
            law => HomogeneousSets.Sizes.Select(size => HomogeneousSets.FalseOutliers(law, size, runs, 1, threads: 0))
        );
        Print(
            "whose stray image is found",
            [.. HomogeneousSets.Sizes.Select(size => $"{size} images")],
            law => HomogeneousSets.Sizes.Select(size => HomogeneousSets.Strays(law, size, runs, 1, threads: 0))
        );
        double[] scores = [90, 95, 97, 98, 99, 99.5];
        Print(
            "of 20 different images with near-duplicates",
            [.. scores.Select(score => string.Create(CultureInfo.InvariantCulture, $"score {score}"))],
            law => scores.Select(score => HomogeneousSets.FalseDuplicates(law, score, runs, 1, threads: 0))
        );
        return 0;

        void Print(string what, string[] columns, Func<SetLaw, IEnumerable<Rate>> rates)
        {
            Console.WriteLine($"| of {runs} sets, those {what} | {string.Join(" | ", columns)} |");
            Console.WriteLine($"|---|{string.Concat(columns.Select(_ => "---|"))}");
            foreach (var law in SetLaw.All)
            {
                Console.WriteLine(
                    $"| {law.Name} | {string.Join(" | ", rates(law).Select(rate => Percent(rate.Observed)))} |"
                );
            }

            Console.WriteLine();
        }
    }

    /// <summary>The numbers of prompts that one line of the table has.</summary>
    private static int[] Columns(Rate[] rates, Rate of) =>
        [.. rates.Where(rate => rate.What == of.What && rate.Law == of.Law).Select(rate => rate.Size)];

    private static string WithError(Rate rate) =>
        string.Create(CultureInfo.InvariantCulture, $"{100 * rate.Observed:F1}% ± {100 * rate.MonteCarloError:F1}");

    private static string Percent(double share) => (100 * share).ToString("F1", CultureInfo.InvariantCulture) + "%";
}
