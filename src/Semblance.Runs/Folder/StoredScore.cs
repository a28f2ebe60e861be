using Semblance.Consistency;

namespace Semblance.Runs.Folder;

/// <summary>One line of <c>scores.csv</c> and <c>scores.parquet</c>: a model, a prompt and an encoder.</summary>
/// <param name="Encoder">Name of the encoder.</param>
/// <param name="EncoderKey">16 hexadecimal digits, equal exactly where scores may be compared.</param>
/// <param name="Set">The score; per-image scores and near-duplicates are not kept.</param>
/// <param name="Floor">Of the run that scored the line; null if it had none.</param>
public sealed record StoredScore(string Encoder, string EncoderKey, SetScore Set, double? Floor)
{
    /// <summary>The key of an encoder, as it stands in <see cref="EncoderKey"/>.</summary>
    public static string KeyOf(EncoderIdentity encoder) => StoredScores.KeyOf(encoder);

    /// <summary>Names and values of the columns in their order; a value is text, whole number, number or null.</summary>
    internal static IReadOnlyList<(string Name, Type Type, Func<StoredScore, object?> Of)> Columns { get; } =
    [
        ("model", typeof(string), line => line.Set.Model),
        ("prompt", typeof(string), line => line.Set.Prompt),
        ("prompt_key", typeof(string), line => line.Set.PromptKey),
        ("encoder", typeof(string), line => line.Encoder),
        ("encoder_key", typeof(string), line => line.EncoderKey),
        ("images", typeof(long), line => (long)line.Set.Images),
        ("scs", typeof(double), line => line.Set.Scs),
        ("unclamped", typeof(double), line => line.Set.Unclamped),
        ("standard_error", typeof(double), line => line.Set.StandardError),
        ("min_pair", typeof(double), line => line.Set.MinPair),
        ("max_pair", typeof(double), line => line.Set.MaxPair),
        ("medoid", typeof(string), line => line.Set.Medoid),
        ("outlier", typeof(string), line => line.Set.Outlier),
        ("negative_pairs", typeof(long), line => line.Set.NegativePairs),
        ("alignment", typeof(double), line => line.Set.Alignment),
        ("calibrated", typeof(double), line => line.Set.Calibrated),
        ("floor", typeof(double), line => line.Floor),
        ("flags", typeof(string), line => string.Join(' ', line.Set.Flags)),
    ];
}
