using System.Buffers;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Semblance.Runs.Folder;
using Semblance.Runs.Inputs;

namespace Semblance.Runs.Embedding;

/// <summary>The work on the images that the run folder does not hold.</summary>
/// <param name="encoder">The network.</param>
/// <param name="rows">All images of the input.</param>
/// <param name="options">When a chunk is written, and who is told of the progress.</param>
/// <param name="store">Where the vectors are kept.</param>
/// <param name="files">What is known of files, added to.</param>
/// <param name="hashes">Of each row; filled in.</param>
/// <param name="bad">Why a row cannot be used; added to.</param>
/// <param name="checkWritable">Called before the first image goes through the network.</param>
internal sealed class EmbedWork(
    IImageEncoder encoder,
    IReadOnlyList<ImageRow> rows,
    EmbedOptions options,
    EmbeddingStore store,
    FileHashes files,
    ImageHash[] hashes,
    Dictionary<int, string> bad,
    Action checkWritable
)
{
    private const string AllZero = "its embedding is all zero";
    private const string NotFinite = "its embedding holds NaN or infinity";

    private readonly int _dimension = encoder.Identity.Dimension;
    private readonly List<ImageHash> _chunk = [];
    private readonly ArrayBufferWriter<float> _vectors = new();
    private readonly ArrayBufferWriter<float> _norms = new();
    private readonly Dictionary<ImageHash, string> _badContent = [];
    private readonly Stopwatch _sinceChunk = Stopwatch.StartNew();
    private readonly Dictionary<string, List<string>> _remarks = [];
    private readonly HashSet<Remedy> _remedies = [];
    private int _embedded;
    private int _done;
    private bool _unwritable;
    private bool _isChecked;

    /// <summary>How many images went through the network and can be used.</summary>
    public int Embedded => _embedded;

    /// <summary>What should be known of images, each with their paths in order.</summary>
    public IReadOnlyDictionary<string, List<string>> Remarks => _remarks;

    /// <summary>What would help against the faults.</summary>
    public IReadOnlyCollection<Remedy> Remedies => _remedies;

    public async Task<int> RunAsync(Queue<int> pending, CancellationToken cancellationToken)
    {
        var reused = rows.Count - pending.Count;
        _done = reused;
        var preparation = new Preparation(encoder, rows, options, store, files);
        await using var lanes = new Lanes(encoder, cancellationToken);
        try
        {
            var batch = lanes.NewBatch();
            await foreach (var image in preparation.RunAsync(pending, cancellationToken))
            {
                hashes[image.Row] = image.Hash;
                _remedies.UnionWith(image.Remedies);
                foreach (var remark in image.Remarks)
                {
                    CollectionsMarshal.GetValueRefOrAddDefault(_remarks, remark, out _) ??= [];
                    _remarks[remark].Add(rows[image.Row].Path);
                }

                if (image.Pixels is { } pixels)
                {
                    if (!_isChecked)
                    {
                        checkWritable();
                        _isChecked = true;
                    }

                    batch.Add(image);
                    preparation.Reuse(pixels);
                }
                else
                {
                    // Bad, or of a content that is known.
                    _done++;
                    reused++;
                    Refuse(image, image.Fault);
                }

                if (batch.IsFull)
                {
                    lanes.Start(batch);
                    if (lanes.IsFull)
                    {
                        await lanes.TakeAsync(Keep);
                    }

                    batch = lanes.NewBatch();
                    cancellationToken.ThrowIfCancellationRequested();
                    Report();
                }
            }

            if (batch.Images.Count > 0)
            {
                lanes.Start(batch);
            }

            while (!lanes.IsEmpty)
            {
                await lanes.TakeAsync(Keep);
                Report();
            }

            Flush();
        }
        catch when (!_unwritable)
        {
            await lanes.TakeFinishedAsync(Keep);
            Flush();
            throw;
        }

        for (var row = 0; row < rows.Count; row++)
        {
            if (!store.Contains(hashes[row]) && !bad.ContainsKey(row))
            {
                bad[row] = _badContent[hashes[row]];
            }
        }

        _done = rows.Count;
        Report();
        return _embedded;

        void Report() => options.Progress?.Report(new EmbedProgress(_done, rows.Count, reused, bad.Count));
    }

    /// <summary>Whether it is the encoder that is at fault, not the file.</summary>
    public static bool IsEncoders(string fault) => fault is AllZero or NotFinite;

    private void Refuse(Prepared image, string? fault)
    {
        if (fault is not null)
        {
            bad[image.Row] = fault;
            _badContent.TryAdd(image.Hash, fault);
        }
    }

    private void Keep(Batch batch)
    {
        for (var i = 0; i < batch.Images.Count; i++)
        {
            Keep(batch.Images[i], batch.Vector(i));
        }

        _done += batch.Images.Count;
        if (_chunk.Count >= options.ChunkImages || _sinceChunk.Elapsed > options.ChunkTime)
        {
            Flush();
        }
    }

    private void Keep(Prepared image, ReadOnlySpan<float> raw)
    {
        double squares = 0;
        foreach (var value in raw)
        {
            squares += (double)value * value;
        }

        var norm = Math.Sqrt(squares);
        if (!(norm > 0) || !float.IsFinite((float)norm))
        {
            Refuse(image, norm == 0 ? AllZero : NotFinite);
            return;
        }

        var unit = _vectors.GetSpan(_dimension);
        for (var k = 0; k < _dimension; k++)
        {
            unit[k] = (float)(raw[k] / norm);
        }

        _vectors.Advance(_dimension);
        _norms.Write([(float)norm]);
        _chunk.Add(image.Hash);
        _embedded++;
    }

    private void Flush()
    {
        _sinceChunk.Restart();
        if (_chunk.Count == 0)
        {
            return;
        }

        // Workers ask the store which images it holds while the chunk is taken into its index.
        _unwritable = true;
        store.Append(_chunk, _vectors.WrittenMemory, _norms.WrittenMemory);
        _unwritable = false;
        _chunk.Clear();
        _vectors.ResetWrittenCount();
        _norms.ResetWrittenCount();
    }
}
