using Semblance.Statistics;

namespace Semblance.Agreement;

/// <summary>One coefficient of agreement among raters.</summary>
/// <param name="Name">Such as <c>Krippendorff's alpha, ordinal (Krippendorff's own metric)</c>.</param>
/// <param name="Value">At most 1; null where it does not exist, of which the list of undefined figures says why.</param>
/// <param name="Low">Lower limit; null where there is none.</param>
/// <param name="High">Upper limit; null where there is none.</param>
/// <param name="Method">How the limits were found.</param>
public sealed record RaterCoefficient(string Name, double? Value, double? Low, double? High, string Method)
{
    private const string Analytic = "linearised, t over prompts";
    private const string Resampled = "bootstrap over prompts";

    /// <summary>All of them; of votes that all fall in one category only raw agreement exists.</summary>
    internal static IReadOnlyList<RaterCoefficient> All(
        VoteTable table,
        int[][] counts,
        AgreementOptions options,
        List<Undefined> undefined
    )
    {
        var used = Enumerable.Range(0, 3).Where(k => counts.Any(row => row[k] > 0)).ToArray();
        if (used.Length == 1)
        {
            var answer = used[0] switch
            {
                0 => "the first model",
                1 => "\"about the same\"",
                _ => "the second model",
            };
            undefined.Add(
                new Undefined(
                    "coefficients of agreement beyond chance",
                    $"Everyone chose {answer} everywhere, so that chance alone would give full agreement."
                )
            );
        }

        var one = used.Length == 1;
        return
        [
            Analysed("raw pairwise agreement", false, () => AgreementCoefficient.Raw(counts)),
            Analysed("Fleiss' kappa", one, () => AgreementCoefficient.Fleiss(counts)),
            Analysed("Krippendorff's alpha, nominal", one, () => AgreementCoefficient.Krippendorff(counts)),
            Ordinal(table, counts, options, one, undefined),
            Analysed("Gwet's AC1", one, () => AgreementCoefficient.Gwet(counts)),
            Analysed(
                "Gwet's AC2, ordinal (Gwet's weights)",
                one,
                () => AgreementCoefficient.Gwet(counts, AgreementWeights.Ordinal)
            ),
        ];

        RaterCoefficient Analysed(string name, bool known, Func<AgreementCoefficient> figure)
        {
            var found = known ? null : Agreement.Undefined.Try(undefined, name, figure);
            var interval = found?.Interval(options.Level);
            return new RaterCoefficient(name, found?.Value, interval?.Low, interval?.High, Analytic);
        }
    }

    private static RaterCoefficient Ordinal(
        VoteTable table,
        int[][] counts,
        AgreementOptions options,
        bool one,
        List<Undefined> undefined
    )
    {
        const string Title = "Krippendorff's alpha, ordinal (Krippendorff's own metric)";
        double? value = null;
        Interval? interval = null;
        try
        {
            if (!one)
            {
                value = KrippendorffAlpha.Of(counts, AlphaMetric.Ordinal);
                interval = PromptClusters
                    .Of(table.Items)
                    .Interval(
                        items => Alpha([.. items.Select(i => counts[i])]),
                        options.Level,
                        options.Resamples,
                        options.Seed
                    );
            }
        }
        catch (AssumptionException fault)
        {
            undefined.Add(new Undefined(Title, fault.Message));
        }

        return new RaterCoefficient(Title, value, interval?.Low, interval?.High, Resampled);
    }

    private static double Alpha(int[][] counts)
    {
        try
        {
            return KrippendorffAlpha.Of(counts, AlphaMetric.Ordinal);
        }
        catch (AssumptionException)
        {
            return double.NaN;
        }
    }
}
