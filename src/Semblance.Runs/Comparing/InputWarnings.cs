using Semblance.Comparison;
using Semblance.Wording;

namespace Semblance.Runs.Comparing;

/// <summary>What a reader must know of the scores themselves.</summary>
internal static class InputWarnings
{
    public static IEnumerable<string> Of(ScoreMatrix matrix, CompareInput input)
    {
        foreach (var note in input.Notes)
        {
            yield return note;
        }

        if (input.EncoderName is null)
        {
            yield return "The encoder is unknown (neither a table without a column \"encoder\" nor ready embeddings name it): scores of different encoders must not be compared.";
        }

        if (Cosines(matrix) is { Length: > 0 } models)
        {
            yield return $"{WhatIsWrong(models)}: are they cosines? Multiply them by 100.";
        }

        string[] outside =
        [
            .. matrix.Models.Where((_, model) => matrix.Rows[model].Any(row => row.Scs is < 0 or > 100.000001)),
        ];
        if (outside.Length > 0)
        {
            yield return $"Scores of {Named(outside)} lie outside 0 to 100, where no Semantic Consistency Score is.";
        }
    }

    /// <summary>Refuses models whose scores are on the scale of cosines: a margin in points means nothing for them.</summary>
    /// <exception cref="InputException">There is one.</exception>
    public static void RequirePoints(ScoreMatrix matrix)
    {
        if (Cosines(matrix) is { Length: > 0 } models)
        {
            throw new InputException(
                $"{WhatIsWrong(models)}: they look like cosines, and a margin in points means nothing for them; multiply them by 100."
            );
        }
    }

    private static string WhatIsWrong(string[] models) =>
        $"All scores of {Named(models)} are between 0 and 1, and the Semantic Consistency Score goes to 100";

    private static string Named(string[] models) => Listing.Joined([.. models.Select(model => $"'{model}'")], 5);

    /// <summary>Models whose scores are all at most 1, and not all 0.</summary>
    private static string[] Cosines(ScoreMatrix matrix) =>
        [
            .. matrix.Models.Where(
                (_, model) =>
                    matrix.Rows[model].All(row => Math.Abs(row.Scs) <= 1) && matrix.Rows[model].Any(row => row.Scs != 0)
            ),
        ];
}
