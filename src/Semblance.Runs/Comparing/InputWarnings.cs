using Semblance.Comparison;

namespace Semblance.Runs.Comparing;

/// <summary>What a reader must know of the scores themselves.</summary>
internal static class InputWarnings
{
    public static IEnumerable<string> Of(ScoreMatrix matrix, CompareInput input)
    {
        if (input.EncoderName is null)
        {
            yield return "The encoder is unknown (neither a table without a column \"encoder\" nor ready embeddings name it): scores of different encoders must not be compared.";
        }

        if (matrix.Rows.All(own => own.All(row => row.Scs <= 1)))
        {
            yield return "All scores are between 0 and 1, and the Semantic Consistency Score goes to 100: are they cosines?";
        }
    }
}
