using Semblance.Comparison;
using Semblance.Statistics;

namespace Semblance.Reports.Content;

/// <summary>A second run beside the one that is reported.</summary>
/// <param name="Name">Of its folder or table.</param>
/// <param name="Content">All of it.</param>
/// <param name="NotComparable">Why scores of the two runs must not be compared, in a sentence; null where they may.</param>
/// <param name="Changes">One for each model that both runs have, on the prompts that both have.</param>
public sealed record BesideContent(
    string Name,
    ReportContent Content,
    string? NotComparable,
    IReadOnlyList<RunChange> Changes
)
{
    /// <summary>Puts a second run beside a first.</summary>
    /// <param name="content">The first.</param>
    /// <param name="other">The second.</param>
    /// <param name="options">Level, resamples, seed.</param>
    public static BesideContent Of(ReportContent content, ReportContent other, ComparisonOptions options)
    {
        ArgumentNullException.ThrowIfNull(content);
        ArgumentNullException.ThrowIfNull(other);
        ArgumentNullException.ThrowIfNull(options);
        var reason = DifferentEncoders(content, other);
        return new BesideContent(
            other.Name,
            other,
            reason,
            reason is null
                ? [.. content.Models.Select(model => Change(content, other, model.Name, options)).OfType<RunChange>()]
                : []
        );
    }

    private static string? DifferentEncoders(ReportContent content, ReportContent other) =>
        (content.Encoder, other.Encoder) switch
        {
            ({ } own, { } theirs) when own.Key != theirs.Key =>
                "The two runs were scored with different encoders (or versions of one), so their scores must not be compared.",
            _ when content.EncoderName != other.EncoderName =>
                "The two runs name different encoders, so their scores must not be compared.",
            _ => null,
        };

    private static RunChange? Change(
        ReportContent content,
        ReportContent other,
        string model,
        ComparisonOptions options
    )
    {
        const string Before = "before";
        const string Now = "now";
        var (own, theirs) = (content.PlaceOf(model), other.PlaceOf(model));
        if (theirs < 0)
        {
            return null;
        }

        IEnumerable<PromptScore> Renamed(ReportContent run, int place, string name) =>
            run.Prompts.Select(prompt => prompt.Sets[place].Score with { Model = name, Prompt = prompt.Prompt });
        try
        {
            var matrix = ScoreMatching.Match(
                [.. Renamed(other, theirs, Before), .. Renamed(content, own, Now)],
                new MatchOptions { AllowUnmatched = true }
            );
            var report = ModelComparison.Of(matrix, options with { Against = null, Paper = false });
            return new RunChange(
                model,
                report.Prompts,
                report.Models[1].Mean,
                report.Models[0].Mean,
                report.Pairs[0].Difference,
                report.Pairs[0].Wilcoxon?.Decides
            );
        }
        catch (InputException)
        {
            // Fewer than two prompts in common.
            return null;
        }
    }
}

/// <summary>The same model in two runs, paired by prompt.</summary>
/// <param name="Model">Its name in both.</param>
/// <param name="Prompts">That both runs have.</param>
/// <param name="Here">Mean score in the run that is reported.</param>
/// <param name="There">Mean score in the other run.</param>
/// <param name="Difference">Mean of here - there, with its interval.</param>
/// <param name="P">Wilcoxon's; null where all differences are zero.</param>
public sealed record RunChange(
    string Model,
    int Prompts,
    Estimate Here,
    Estimate There,
    Estimate Difference,
    double? P
);
