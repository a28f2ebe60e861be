using System.Buffers;

namespace Semblance.Runs.Folder;

/// <summary>
/// The chunks that sets are being read from. Shards write the images of a set into many chunks, and the sets in one order,
/// so that a reader of set after set needs a few chunks at a time: each is read from its file once and whole, which is what
/// its checksum needs anyway, and let go when all of its rows were taken.
/// </summary>
/// <remarks>
/// Where there is no room for all that are in use, the first one makes room, and its rows are read one by one from then on:
/// no order of the sets has a chunk read whole again and again.
/// </remarks>
internal sealed class HeldChunks(IReadOnlyList<EmbeddingChunk> chunks, long room = HeldChunks.Room) : IDisposable
{
    /// <summary>Bytes: 256 chunks of 512 x 512.</summary>
    private const long Room = 256L << 20;

    private readonly OrderedDictionary<int, (byte[] Data, int Left)> _held = [];
    private readonly HashSet<int> _rowByRow = [];
    private long _bytes;

    /// <summary>Reads a chunk, and checks it.</summary>
    /// <exception cref="InputException">It is damaged or cannot be read.</exception>
    public void Load(int chunk)
    {
        _held[chunk] = (chunks[chunk].Load(), chunks[chunk].Rows);
        _bytes += chunks[chunk].Length;
        while (_bytes > room && _held.GetAt(0).Key is var first && first != chunk)
        {
            _rowByRow.Add(first);
            Release(first);
        }
    }

    /// <summary>Takes rows of a chunk that lie side by side.</summary>
    /// <inheritdoc cref="Load"/>
    public void Take(int chunk, int row, Span<float> vectors, Span<float> norms)
    {
        if (_rowByRow.Contains(chunk))
        {
            chunks[chunk].Read(row, vectors, norms);
            return;
        }

        if (!_held.ContainsKey(chunk))
        {
            LoadAgain(chunk);
        }

        var (data, left) = _held[chunk];
        chunks[chunk].Copy(data, row, vectors, norms);
        left -= norms.Length;
        _held[chunk] = (data, left);
        if (left <= 0)
        {
            Release(chunk);
        }
    }

    public void Dispose()
    {
        while (_held.Count > 0)
        {
            Release(_held.GetAt(0).Key);
        }
    }

    private void LoadAgain(int chunk)
    {
        try
        {
            Load(chunk);
        }
        catch (InputException error)
        {
            throw new InputException($"{error.Message} It was whole a moment ago; run again.", error);
        }
    }

    private void Release(int chunk)
    {
        if (_held.Remove(chunk, out var held))
        {
            _bytes -= chunks[chunk].Length;
            ArrayPool<byte>.Shared.Return(held.Data);
        }
    }
}
