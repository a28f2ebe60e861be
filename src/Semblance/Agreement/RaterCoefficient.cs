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
    private const string BothWays = "prompts and raters";
    private const string These = "prompts alone";

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
            Figure("raw pairwise agreement", false, votes => AgreementCoefficient.Raw(votes)),
            Figure("Fleiss' kappa", one, votes => AgreementCoefficient.Fleiss(votes)),
            Figure("Krippendorff's alpha, nominal", one, votes => AgreementCoefficient.Krippendorff(votes)),
            Ordinal(),
            Figure("Gwet's AC1", one, votes => AgreementCoefficient.Gwet(votes)),
            Figure(
                "Gwet's AC2, ordinal (Gwet's weights)",
                one,
                votes => AgreementCoefficient.Gwet(votes, AgreementWeights.Ordinal)
            ),
        ];

        // For other raters like these where there are three; else for these.
        RaterCoefficient Figure(string name, bool known, Func<int[][], AgreementCoefficient> figure)
        {
            var found = known ? null : Agreement.Undefined.Try(undefined, name, () => figure(counts));
            var both = found is null
                ? null
                : TwoWayInterval.Of(table, votes => OrNaN(() => figure(votes).Value), options);
            var interval = both ?? found?.Interval(options.Level);
            return new RaterCoefficient(
                name,
                found?.Value,
                interval?.Low,
                interval?.High,
                both is null ? These : BothWays
            );
        }

        RaterCoefficient Ordinal()
        {
            const string Title = "Krippendorff's alpha, ordinal (Krippendorff's own metric)";
            double? value = null;
            Interval? interval = null;
            var method = BothWays;
            try
            {
                if (!one)
                {
                    value = KrippendorffAlpha.Of(counts, AlphaMetric.Ordinal);
                    interval = TwoWayInterval.Of(
                        table,
                        votes => OrNaN(() => KrippendorffAlpha.Of(votes, AlphaMetric.Ordinal)),
                        options
                    );
                    if (interval is null)
                    {
                        method = These;
                        interval = PromptClusters
                            .Of(table.Items)
                            .Interval(
                                items =>
                                    OrNaN(() =>
                                        KrippendorffAlpha.Of([.. items.Select(i => counts[i])], AlphaMetric.Ordinal)
                                    ),
                                options.Level,
                                options.Resamples,
                                options.Seed
                            );
                    }
                }
            }
            catch (AssumptionException fault)
            {
                undefined.Add(new Undefined(Title, fault.Message));
            }

            return new RaterCoefficient(Title, value, interval?.Low, interval?.High, method);
        }
    }

    private static double OrNaN(Func<double> figure)
    {
        try
        {
            return figure();
        }
        catch (AssumptionException)
        {
            return double.NaN;
        }
    }
}
