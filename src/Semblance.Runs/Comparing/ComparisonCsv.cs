using Semblance.Comparison;
using Semblance.Runs.Formats;

namespace Semblance.Runs.Comparing;

/// <summary>A comparison as CSV: one line per pair of models, differences second - first. The JSON has more.</summary>
public static class ComparisonCsv
{
    /// <summary>The text with its header line; the paper's tests are there if they were asked for.</summary>
    public static string Of(CompareResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var report = result.Report;
        List<(string, Func<(PairComparison Pair, PaperPair? Paper), object?>)> columns =
        [
            ("first", row => row.Pair.First),
            ("second", row => row.Pair.Second),
            ("prompts", _ => report.Prompts),
            ("encoder", _ => result.EncoderName),
            ("difference", row => row.Pair.Difference.Value),
            ("low", row => row.Pair.Difference.Low),
            ("high", row => row.Pair.Difference.High),
            ("level", row => row.Pair.Difference.Level),
            ("method", row => row.Pair.Difference.Method),
            ("hodges_lehmann", row => row.Pair.HodgesLehmann.Value),
            ("hodges_lehmann_low", row => row.Pair.HodgesLehmann.Low),
            ("hodges_lehmann_high", row => row.Pair.HodgesLehmann.High),
            ("wilcoxon_p", row => row.Pair.Wilcoxon?.P),
            ("wilcoxon_method", row => row.Pair.Wilcoxon?.Method),
            ("holm_p", row => row.Pair.AdjustedP),
            ("nemenyi_p", row => row.Pair.NemenyiP),
            ("permutation_p", row => row.Pair.Permutation?.P),
            ("student_p", row => row.Pair.PairedT?.P),
            .. EffectColumns(report),
            ("second_higher", row => row.Pair.SecondHigher),
            ("first_higher", row => row.Pair.FirstHigher),
            ("equal", row => row.Pair.Equal),
        ];
        if (report.Paper is not null)
        {
            columns.AddRange([
                ("paper_ks_statistic", row => row.Paper?.KsStatistic),
                ("paper_ks_p", row => row.Paper?.KsP),
                ("paper_wilcoxon_statistic", row => row.Paper?.WilcoxonStatistic),
                ("paper_wilcoxon_p", row => row.Paper?.WilcoxonP),
            ]);
        }

        columns.Add(("verdict", row => row.Pair.Verdict));
        return CsvText.ForPeople(columns, report.Pairs.Select((pair, i) => (pair, report.Paper?.Pairs[i])));
    }

    private static IEnumerable<(string, Func<(PairComparison Pair, PaperPair? Paper), object?>)> EffectColumns(
        ComparisonReport report
    ) =>
        report
            .Pairs.SelectMany(pair => pair.EffectSizes)
            .Select(effect => effect.Name)
            .Distinct()
            .Select(name =>
                (
                    NameOf(name),
                    (Func<(PairComparison Pair, PaperPair? Paper), object?>)(
                        row => row.Pair.EffectSizes.FirstOrDefault(effect => effect.Name == name)?.Value
                    )
                )
            );

    private static string NameOf(string effect) =>
        string.Join(
            '_',
            effect
                .Replace("'", "", StringComparison.Ordinal)
                .ToLowerInvariant()
                .Split([' ', '-', '(', ')', ','], StringSplitOptions.RemoveEmptyEntries)
        );
}
