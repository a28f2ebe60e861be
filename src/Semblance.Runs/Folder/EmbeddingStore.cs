using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace Semblance.Runs.Folder;

/// <summary>
/// The embeddings of one encoder in a run folder: <see cref="EmbeddingChunk"/>s
/// <c>embeddings/&lt;encoder&gt;/*.safetensors</c>. A chunk is named by what it holds and is never rewritten, so that
/// several machines can write side by side. Vectors stay on disk; memory holds one hash and one place per image.
/// </summary>
internal sealed class EmbeddingStore : IDisposable
{
    private readonly RunFolder _run;
    private readonly EncoderIdentity _encoder;
    private readonly List<EmbeddingChunk> _chunks = [];
    private readonly HashSet<int> _unchecked = [];
    private readonly HashSet<int> _damaged = [];
    private readonly Dictionary<ImageHash, (int Chunk, int Row)> _places = [];
    private readonly Lock _lock = new();
    private readonly HeldChunks _held;

    private EmbeddingStore(RunFolder run, EncoderIdentity encoder)
    {
        _run = run;
        _encoder = encoder;
        _held = new HeldChunks(_chunks);
        Folder = run.At("embeddings", FolderName(encoder));
    }

    public string Folder { get; }

    public static string FolderName(EncoderIdentity encoder)
    {
        var tag = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(encoder.Key)).AsSpan(0, 4));
        return $"{SafeName.Of(encoder.Name)}-{tag}";
    }

    /// <summary>Reads the headers of all chunks. Damaged and foreign ones are left alone with a warning.</summary>
    public static EmbeddingStore Open(RunFolder run, EncoderIdentity encoder)
    {
        var store = new EmbeddingStore(run, encoder);
        if (!Directory.Exists(store.Folder))
        {
            return store;
        }

        foreach (
            var path in Directory
                .EnumerateFiles(store.Folder, "*.safetensors")
                .Where(path => !Path.GetFileName(path).StartsWith('.'))
                .Order(StringComparer.Ordinal)
        )
        {
            if (store.Place(store._chunks.Count, path) is { } chunk)
            {
                store._unchecked.Add(store._chunks.Count);
                store._chunks.Add(chunk);
            }
        }

        return store;
    }

    public bool IsEmpty => _places.Count == 0;

    /// <summary>Reserves room in the index for this many images.</summary>
    public void Reserve(int images) => _places.EnsureCapacity(images);

    /// <summary>
    /// Whether an undamaged chunk holds the image. A chunk's data are checked when the first of its images is asked
    /// for, since a run may hold far more than what is scored now; a damaged one is ignored with a warning.
    /// </summary>
    /// <param name="image">The image.</param>
    /// <param name="isRead">Whether <see cref="Read"/> follows, so that what was read to be checked is kept for it.</param>
    public bool Contains(ImageHash image, bool isRead = false)
    {
        lock (_lock)
        {
            while (_places.TryGetValue(image, out var place))
            {
                if (!_unchecked.Remove(place.Chunk))
                {
                    return true;
                }

                try
                {
                    if (isRead)
                    {
                        _held.Load(place.Chunk);
                    }
                    else
                    {
                        _chunks[place.Chunk].Check();
                    }

                    return true;
                }
                catch (InputException error)
                {
                    WarnOf(error);
                    PassOver(place.Chunk);
                }
            }

            return false;
        }
    }

    /// <summary>Writes one chunk and takes it into the index.</summary>
    public void Append(IReadOnlyList<ImageHash> images, ReadOnlyMemory<float> vectors, ReadOnlyMemory<float> norms)
    {
        var joined = Encoding.UTF8.GetBytes(string.Join(' ', images));
        var name = Convert.ToHexStringLower(SHA256.HashData(joined).AsSpan(0, 8));
        var path = Path.Combine(Folder, $"{name}.safetensors");
        EmbeddingChunk? chunk = null;
        // A damaged file of that name stays as it is, so that it can be examined.
        for (var copy = 2; chunk is null && File.Exists(path); copy++)
        {
            chunk = Whole(path, images);
            path = chunk?.Path ?? Path.Combine(Folder, $"{name}-{copy}.safetensors");
        }

        if (chunk is null)
        {
            EmbeddingChunk.Write(_run, path, _encoder, images, vectors, norms);
            chunk = EmbeddingChunk.Open(path, _encoder).Chunk;
        }

        lock (_lock)
        {
            Place(_chunks.Count, images);
            _chunks.Add(chunk);
        }
    }

    /// <summary>
    /// Reads the unit vectors of images, those that lie side by side in a chunk at once. Several threads may ask.
    /// </summary>
    /// <returns>The smallest norm that one of them had.</returns>
    /// <exception cref="InputException">A chunk cannot be read, or does not hold unit vectors.</exception>
    public float Read(ReadOnlySpan<ImageHash> images, Span<float> vectors)
    {
        var norms = new float[images.Length];
        lock (_lock)
        {
            for (int first = 0, count; first < images.Length; first += count)
            {
                var (chunk, row) = _places[images[first]];
                for (count = 1; first + count < images.Length; count++)
                {
                    if (_places[images[first + count]] != (chunk, row + count))
                    {
                        break;
                    }
                }

                _held.Take(
                    chunk,
                    row,
                    vectors.Slice(first * _encoder.Dimension, count * _encoder.Dimension),
                    norms.AsSpan(first, count)
                );
            }
        }

        var least = float.PositiveInfinity;
        for (var i = 0; i < images.Length; i++)
        {
            least = Math.Min(least, norms[i]);
            RequireUnit(images[i], vectors.Slice(i * _encoder.Dimension, _encoder.Dimension));
        }

        return least;
    }

    /// <summary>All embeddings, each image once, in the order of the chunks.</summary>
    public IEnumerable<StoredEmbedding> All()
    {
        foreach (var image in _places.Keys.ToArray())
        {
            if (Contains(image, isRead: true))
            {
                var vector = new float[_encoder.Dimension];
                var norm = Read([image], vector);
                yield return new StoredEmbedding(image.ToString(), vector, norm);
            }
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _held.Dispose();
        }
    }

    /// <summary>The chunk that another process has written of the same images in the meantime; null where it is damaged.</summary>
    private EmbeddingChunk? Whole(string path, IReadOnlyList<ImageHash> images)
    {
        try
        {
            (var chunk, var there) = EmbeddingChunk.Open(path, _encoder);
            chunk.Check();
            return there.SequenceEqual(images) ? chunk : null;
        }
        catch (InputException)
        {
            return null;
        }
    }

    /// <summary>Refuses what is no unit vector, NaN among it.</summary>
    private void RequireUnit(ImageHash image, ReadOnlySpan<float> vector)
    {
        if (!(Math.Abs(SquaredLength(vector) - 1) < 1e-3))
        {
            lock (_lock)
            {
                var (chunk, row) = _places[image];
                throw new InputException(
                    $"{_chunks[chunk].Path} is damaged (row {row} is not a unit vector); delete the file and run again."
                );
            }
        }
    }

    /// <summary>In single precision, which is enough to tell a unit vector from a damaged one.</summary>
    private static float SquaredLength(ReadOnlySpan<float> vector)
    {
        var sums = Vector<float>.Zero;
        var k = 0;
        for (; k + Vector<float>.Count <= vector.Length; k += Vector<float>.Count)
        {
            var part = new Vector<float>(vector[k..]);
            sums += part * part;
        }

        var rest = 0f;
        for (; k < vector.Length; k++)
        {
            rest += vector[k] * vector[k];
        }

        return Vector.Sum(sums) + rest;
    }

    /// <summary>Takes the images of a file into the index; null, with a warning, if it is damaged or foreign.</summary>
    private EmbeddingChunk? Place(int number, string path)
    {
        try
        {
            (var chunk, var images) = EmbeddingChunk.Open(path, _encoder);
            Place(number, images);
            return chunk;
        }
        catch (InputException error)
        {
            WarnOf(error);
            return null;
        }
    }

    private void Place(int chunk, IReadOnlyList<ImageHash> images)
    {
        for (var row = 0; row < images.Count; row++)
        {
            // Two machines may have embedded the same image; the first chunk by name is used.
            _places.TryAdd(images[row], (chunk, row));
        }
    }

    /// <summary>Takes a damaged chunk out of the index; those of its images that a later chunk holds too are found there.</summary>
    private void PassOver(int damaged)
    {
        _damaged.Add(damaged);
        foreach (var image in _places.Where(place => place.Value.Chunk == damaged).Select(place => place.Key))
        {
            // The one change that an enumeration of a dictionary allows.
            _places.Remove(image);
        }

        for (var later = damaged + 1; later < _chunks.Count; later++)
        {
            if (!_damaged.Contains(later))
            {
                Place(later, _chunks[later].Path);
            }
        }
    }

    private void WarnOf(InputException error) =>
        _run.Warn(
            $"{error.Message} The chunk is ignored, and scoring embeds again what no other chunk holds; delete the file to end this warning."
        );
}
