namespace Semblance.Agreement;

/// <summary>A psychometric curve to be used with other comparisons: how many people see a difference of scores.</summary>
/// <param name="Encoder">The encoder whose differences it is for; null if unknown.</param>
/// <param name="Slope">Logits per point.</param>
/// <param name="Lapse">How often people answer at random, 0 to 0.1.</param>
/// <param name="LargestDifference">The largest difference that was voted on, in points.</param>
/// <param name="Prompts">How many prompts it rests on.</param>
/// <param name="Raters">How many raters it rests on.</param>
/// <param name="Votes">How many votes for a model it rests on.</param>
/// <param name="QuestionHash">Of the question; null where not recorded.</param>
public sealed record HumanCurve(
    string? Encoder,
    double Slope,
    double Lapse,
    double LargestDifference,
    int Prompts,
    int Raters,
    int Votes,
    string? QuestionHash
)
{
    /// <summary>
    /// Share of people, of those who see a difference at all, who would name the second model when they are shown both
    /// galleries of a prompt: the mean over prompts of lapse / 2 + (1 - lapse) / (1 + exp(-slope d)). 0 to 1.
    /// </summary>
    /// <param name="differences">Second model's score minus first model's, in points, a prompt each.</param>
    public double Share(IEnumerable<double> differences) =>
        differences.Average(d => (Lapse / 2) + ((1 - Lapse) / (1 + Math.Exp(-Slope * d))));

    /// <summary>The curve of an encoder's agreement; null where it has none, or no slope.</summary>
    public static HumanCurve? Of(AgreementReport report, EncoderAgreement encoder)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(encoder);
        return encoder.Curve is { Curve.Slope: > 0 } found
            ? new HumanCurve(
                encoder.Encoder,
                found.Curve.Slope,
                found.Curve.Lapse,
                found.LargestDifference,
                report.Figures.People.Prompts,
                report.Figures.People.Raters,
                found.Votes,
                report.Study.QuestionHashes is [var only] ? only : null
            )
            : null;
    }
}
