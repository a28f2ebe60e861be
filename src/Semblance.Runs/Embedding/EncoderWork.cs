using System.Buffers;
using System.Diagnostics;
using Semblance.Runs.Folder;

namespace Semblance.Runs.Embedding;

/// <summary>What one encoder does with the images that its store does not hold: batches, vectors, chunks.</summary>
internal sealed class EncoderWork : IAsyncDisposable
{
    private const string AllZero = "its embedding is all zero";
    private const string NotFinite = "its embedding holds NaN or infinity";

    private readonly EmbedOptions _options;
    private readonly int _dimension;
    private readonly Lanes _lanes;
    private readonly List<ImageHash> _chunk = [];
    private readonly ArrayBufferWriter<float> _vectors = new();
    private readonly ArrayBufferWriter<float> _norms = new();
    private readonly Dictionary<ImageHash, string> _badContent = [];
    private readonly Stopwatch _sinceChunk = Stopwatch.StartNew();
    private Batch _batch;

    /// <summary>Work of which nothing is done yet.</summary>
    /// <param name="encoder">The network.</param>
    /// <param name="store">Where the vectors are kept.</param>
    /// <param name="options">When a chunk is written.</param>
    /// <param name="free">See <see cref="Lanes"/>.</param>
    /// <param name="cancellationToken">Starts no other batch.</param>
    public EncoderWork(
        IImageEncoder encoder,
        EmbeddingStore store,
        EmbedOptions options,
        SemaphoreSlim free,
        CancellationToken cancellationToken
    )
    {
        (Encoder, Store, _options) = (encoder, store, options);
        _dimension = encoder.Identity.Dimension;
        _lanes = new Lanes(encoder, free, cancellationToken);
        _batch = _lanes.NewBatch();
    }

    public IImageEncoder Encoder { get; }

    public EmbeddingStore Store { get; }

    /// <summary>Why a row cannot be used.</summary>
    public Dictionary<int, string> Bad { get; } = [];

    /// <summary>How many images went through the network and can be used.</summary>
    public int Embedded { get; private set; }

    /// <summary>How many of the images that were given are finished.</summary>
    public int Done { get; private set; }

    /// <summary>How many of them needed no network: bad, or of a content that is known.</summary>
    public int PassedOver { get; private set; }

    /// <summary>Whether a chunk could not be written.</summary>
    public bool IsUnwritable { get; private set; }

    /// <summary>Whether it is the encoder that is at fault, not the file.</summary>
    public static bool IsEncoders(string fault) => fault is AllZero or NotFinite;

    /// <summary>Takes an image into the batch, which is encoded when it is full.</summary>
    /// <returns>Whether it was full.</returns>
    public async Task<bool> AddAsync(int row, ImageHash hash, float[] pixels)
    {
        _batch.Add(row, hash, pixels);
        if (!_batch.IsFull)
        {
            return false;
        }

        _lanes.Start(_batch);
        if (_lanes.IsFull)
        {
            await _lanes.TakeAsync(Keep);
        }

        _batch = _lanes.NewBatch();
        return true;
    }

    /// <summary>An image that is bad, or whose content is known.</summary>
    public void PassOver(int row, ImageHash hash, string? fault)
    {
        Done++;
        PassedOver++;
        if (fault is not null)
        {
            Refuse(row, hash, fault);
        }
    }

    /// <summary>Encodes what is left and writes the last chunk.</summary>
    /// <param name="report">Called after each batch.</param>
    public async Task FinishAsync(Action report)
    {
        if (_batch.Images.Count > 0)
        {
            _lanes.Start(_batch);
        }

        while (!_lanes.IsEmpty)
        {
            await _lanes.TakeAsync(Keep);
            report();
        }

        Flush();
    }

    /// <summary>Starts nothing more, and keeps what comes to a good end.</summary>
    public async Task KeepFinishedAsync()
    {
        await _lanes.TakeFinishedAsync(Keep);
        Flush();
    }

    /// <summary>Rows of a content that was refused under another row.</summary>
    public void RefuseCopies(ImageHash[] hashes)
    {
        for (var row = 0; row < hashes.Length; row++)
        {
            if (!Store.Contains(hashes[row]) && !Bad.ContainsKey(row))
            {
                Bad[row] = _badContent[hashes[row]];
            }
        }
    }

    public ValueTask DisposeAsync() => _lanes.DisposeAsync();

    private void Refuse(int row, ImageHash hash, string fault)
    {
        Bad[row] = fault;
        _badContent.TryAdd(hash, fault);
    }

    private void Keep(Batch batch)
    {
        for (var i = 0; i < batch.Images.Count; i++)
        {
            var (row, hash) = batch.Images[i];
            Keep(row, hash, batch.Vector(i));
        }

        Done += batch.Images.Count;
        if (_chunk.Count >= _options.ChunkImages || _sinceChunk.Elapsed > _options.ChunkTime)
        {
            Flush();
        }
    }

    private void Keep(int row, ImageHash hash, ReadOnlySpan<float> raw)
    {
        double squares = 0;
        foreach (var value in raw)
        {
            squares += (double)value * value;
        }

        var norm = Math.Sqrt(squares);
        if (!(norm > 0) || !float.IsFinite((float)norm))
        {
            Refuse(row, hash, norm == 0 ? AllZero : NotFinite);
            return;
        }

        var unit = _vectors.GetSpan(_dimension);
        for (var k = 0; k < _dimension; k++)
        {
            unit[k] = (float)(raw[k] / norm);
        }

        _vectors.Advance(_dimension);
        _norms.Write([(float)norm]);
        _chunk.Add(hash);
        Embedded++;
    }

    private void Flush()
    {
        _sinceChunk.Restart();
        if (_chunk.Count == 0)
        {
            return;
        }

        // Workers ask the store which images it holds while the chunk is taken into its index.
        IsUnwritable = true;
        Store.Append(_chunk, _vectors.WrittenMemory, _norms.WrittenMemory);
        IsUnwritable = false;
        _chunk.Clear();
        _vectors.ResetWrittenCount();
        _norms.ResetWrittenCount();
    }
}
