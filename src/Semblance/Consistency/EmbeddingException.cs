namespace Semblance.Consistency;

/// <summary>An embedding that no score can be made of. Callers who know what the row is may name its file instead.</summary>
public sealed class EmbeddingException : InputException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="row">Index of the embedding in its set, from 0; null if the set as a whole is at fault.</param>
    /// <param name="fault">What is wrong, to be read after the name of the row or its file: <c>is all zeros and has no direction</c>.</param>
    public EmbeddingException(int? row, string fault)
        : base(row is null ? $"The set of embeddings {fault}." : $"Embedding {row} {fault}.")
    {
        Row = row;
        Fault = fault;
    }

    /// <summary>Index of the embedding in its set, from 0; null if the set as a whole is at fault.</summary>
    public int? Row { get; }

    /// <summary>What is wrong, without the row and without a full stop.</summary>
    public string Fault { get; }
}
