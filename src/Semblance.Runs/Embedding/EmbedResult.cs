using Semblance.Consistency;
using Semblance.Runs.Folder;
using Semblance.Runs.Inputs;

namespace Semblance.Runs.Embedding;

/// <summary>The embeddings of the rows of an input. Vectors stay in the run folder and are read when asked for.</summary>
public sealed class EmbedResult : IDisposable
{
    private readonly ImageHash[] _hashes;
    private readonly EmbeddingStore _store;
    private readonly HashSet<int> _bad;

    internal EmbedResult(
        IImageEncoder encoder,
        IReadOnlyList<ImageRow> rows,
        ImageHash[] hashes,
        EmbeddingStore store,
        IReadOnlyList<SkippedFile> skipped,
        IEnumerable<int> bad,
        int embedded
    )
    {
        Encoder = encoder.Identity;
        LowNorm = encoder.LowNorm;
        Rows = rows;
        _hashes = hashes;
        _store = store;
        Skipped = skipped;
        _bad = [.. bad];
        Embedded = embedded;
    }

    /// <summary>The identity of the encoder that made the vectors.</summary>
    public EncoderIdentity Encoder { get; }

    /// <summary>Norms below this carry no direction, see <see cref="IImageEncoder.LowNorm"/>.</summary>
    public double LowNorm { get; }

    /// <summary>The rows in the order that they were given in, bad ones included.</summary>
    public IReadOnlyList<ImageRow> Rows { get; }

    /// <summary>What of the input could not be read, bad files in the order of the rows, and empty folders.</summary>
    public IReadOnlyList<SkippedFile> Skipped { get; }

    /// <summary>How many images went through the network now; the others were in the run folder, or are copies.</summary>
    public int Embedded { get; }

    /// <summary>How many different contents the images have, bad ones left out.</summary>
    public int Distinct => Enumerable.Range(0, Rows.Count).Where(Has).Select(row => _hashes[row]).Distinct().Count();

    /// <summary>Whether the run folder has been brought up to date; if not, it cannot be written, and held all that was needed.</summary>
    public bool IsKept { get; init; }

    /// <summary>Whether the row has an embedding (is not a bad file).</summary>
    public bool Has(int row) => !_bad.Contains(row);

    /// <summary>Lower-case hexadecimal sha256 of the row's file; null for a bad file.</summary>
    public string? Sha256(int row) => Has(row) ? _hashes[row].ToString() : null;

    /// <summary>Reads the unit vectors of rows, [rows, dimension]; returns the smallest norm before normalising.</summary>
    /// <exception cref="InputException">A stored chunk was damaged since it was opened.</exception>
    public float Read(ReadOnlySpan<int> rows, Span<float> vectors)
    {
        var hashes = new ImageHash[rows.Length];
        for (var i = 0; i < rows.Length; i++)
        {
            hashes[i] = _hashes[rows[i]];
        }

        return _store.Read(hashes, vectors);
    }

    /// <summary>Closes the files of the embeddings that are open.</summary>
    public void Dispose() => _store.Dispose();
}
