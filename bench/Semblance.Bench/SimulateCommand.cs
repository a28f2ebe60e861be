using System.Globalization;
using Semblance.Simulations;

namespace Semblance.Bench;

/// <summary>Prints the simulations of <see cref="KnownTruth"/>, or those of <see cref="HomogeneousSets"/>, as tables for docs/statistics.md.</summary>
internal static class SimulateCommand
{
    public static int Run(string[] arguments)
    {
        if (arguments is ["sets", .. var rest])
        {
            return Sets(rest);
        }

        var runs = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 4000;

        // Superiority is non-inferiority at another margin, and comes out the same.
        var rates = (
            arguments.Contains("votes")
                ? VotesKnownTruth.Everything(runs, resamples: 1000, seed: 1, threads: 0)
                : KnownTruth.Everything(runs, resamples: 2000, seed: 1, threads: 0)
        )
            .Where(rate => !rate.What.StartsWith("Superiority", StringComparison.Ordinal))
            .ToArray();
        foreach (var table in rates.GroupBy(rate => string.Join(", ", Columns(rates, rate))))
        {
            var columns = Columns(rates, table.First());
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"| of {runs} studies | differences | goal | {string.Join(" | ", columns.Select(n => $"{n} prompts"))} |"
                )
            );
            Console.WriteLine($"|---|---|---|{string.Concat(columns.Select(_ => "---|"))}");
            foreach (var line in table.GroupBy(rate => (rate.What, rate.Law)))
            {
                var first = line.First();
                Console.WriteLine(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"| {first.What} | {first.Law} | {(first.AtMost ? "at most " : "")}{100 * first.Nominal:F0}% | {string.Join(" | ", line.Select(rate => Percent(rate.Observed)))} |"
                    )
                );
            }

            Console.WriteLine();
        }

        return 0;
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

    private static string Percent(double share) => (100 * share).ToString("F1", CultureInfo.InvariantCulture) + "%";
}
