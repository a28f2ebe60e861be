using Semblance.Comparison;
using Semblance.Runs.Comparing;

namespace Semblance.Reports.Content;

/// <summary>Does the verdict depend on the encoder? The difference of the leading pair with each encoder of the run.</summary>
internal static class EncoderSides
{
    public static IReadOnlyList<EncoderContent> Of(
        ReportContent content,
        CompareInput input,
        MatchOptions match,
        ComparisonOptions options,
        CancellationToken cancellationToken
    )
    {
        if (content.LeadingPair is not { } pair || input.Run is not { } run || input.Encoder is not { } encoder)
        {
            return [];
        }

        List<EncoderContent> sides =
        [
            Side(encoder.Name, pair, content.Comparison!.Report.Models, content.Prompts.Count),
        ];
        var key = Semblance.Runs.Folder.StoredScore.KeyOf(encoder);
        var others = run.ReadScores()
            .Where(line => line.EncoderKey != key)
            .Select(line => (line.Encoder, line.EncoderKey))
            .Distinct()
            .OrderBy(line => line.Encoder, StringComparer.Ordinal);
        foreach (var (name, otherKey) in others)
        {
            try
            {
                using var other = CompareInput.Read([run.Path], otherKey);
                var result = CompareStage.Run(
                    other,
                    match with
                    {
                        AllowUnmatched = true,
                        Models = [pair.First, pair.Second],
                    },
                    options with
                    {
                        Paper = false,
                        Against = null,
                    },
                    cancellationToken
                );
                sides.Add(Side(name, result.Report.Pairs[0], result.Report.Models, result.Report.Prompts));
            }
            catch (SemblanceException)
            {
                // The encoder has not scored both models: it has nothing to say of their difference.
            }
        }

        return sides.Count > 1 ? sides : [];
    }

    private static EncoderContent Side(string name, PairComparison pair, IReadOnlyList<ModelEntry> models, int prompts)
    {
        double Mean(string model) => models.First(one => one.Model == model).Mean.Value;
        return new EncoderContent(
            name,
            pair.First,
            pair.Second,
            pair.Difference,
            prompts,
            Mean(pair.First),
            Mean(pair.Second)
        );
    }
}
