namespace Semblance;

/// <summary>An embedding that no score can be made of. Callers who know what the row is may name its file instead.</summary>
/// <param name="row">Index of the embedding in its set, from 0; null if the set as a whole is wrong.</param>
/// <param name="fault">What is wrong, to be read after the name of the row or its file: <c>is all zeros and has no direction</c>.</param>
public sealed class EmbeddingException(int? row, string fault)
    : InputException(row is null ? $"The set of embeddings {fault}." : $"Embedding {row} {fault}.")
{
    /// <summary>Index of the embedding in its set, from 0; null if the set as a whole is wrong.</summary>
    public int? Row { get; } = row;

    /// <summary>What is wrong, without the row and without a full stop.</summary>
    public string Fault { get; } = fault;

    /// <summary>For a set of fewer than two rows, which makes no pair.</summary>
    internal static EmbeddingException TooFew(long rows) =>
        new(null, $"has {(rows == 1 ? "one row" : "no rows")}, but at least two images are needed for a score");
}
