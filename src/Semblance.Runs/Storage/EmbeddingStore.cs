using System.Security.Cryptography;
using System.Text;
using Semblance.Tensors;

namespace Semblance.Runs.Storage;

/// <summary>
/// The embeddings of one encoder in a run folder: chunks <c>embeddings/&lt;encoder&gt;/*.safetensors</c> with
/// <c>embeddings</c> [rows, d] of unit norm and <c>norms</c> [rows] before normalising; the metadata hold the
/// encoder's key and the rows' image sha256. A chunk is named by what it holds and is never rewritten, so that several
/// machines can write side by side. Vectors stay on disk; memory holds one hash and one place per image.
/// </summary>
internal sealed class EmbeddingStore : IDisposable
{
    private const string Vectors = "embeddings";
    private const string Norms = "norms";
    private const string KeyField = "encoder_key";
    private const string ImagesField = "images";
    private const int MaxOpenFiles = 64;

    private readonly RunFolder _run;
    private readonly EncoderIdentity _encoder;
    private readonly List<string> _chunks = [];
    private readonly Dictionary<ImageHash, (int Chunk, int Row)> _places = [];
    private readonly Lock _placing = new();
    private readonly Dictionary<int, SafeTensorsFile> _open = [];

    private EmbeddingStore(RunFolder run, EncoderIdentity encoder)
    {
        _run = run;
        _encoder = encoder;
        Folder = run.At(Vectors, FolderName(encoder));
    }

    public string Folder { get; }

    public static string FolderName(EncoderIdentity encoder)
    {
        string tag = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(encoder.Key)).AsSpan(0, 4));
        return $"{SafeName.Of(encoder.Name)}-{tag}";
    }

    /// <summary>Reads the headers of all chunks. Damaged and foreign ones are left alone with a warning.</summary>
    public static EmbeddingStore Open(RunFolder run, EncoderIdentity encoder)
    {
        EmbeddingStore store = new(run, encoder);
        if (!Directory.Exists(store.Folder))
        {
            return store;
        }

        foreach (
            string path in Directory
                .EnumerateFiles(store.Folder, "*.safetensors")
                .Where(path => !Path.GetFileName(path).StartsWith('.'))
                .Order(StringComparer.Ordinal)
        )
        {
            try
            {
                store.Index(path, SafeTensorsFile.ReadHeader(path));
            }
            catch (InputException error)
            {
                run.Warn($"{error.Message} The chunk is passed over; scoring its images again embeds them anew.");
            }
        }

        return store;
    }

    /// <summary>Makes room in the index for so many images.</summary>
    public void Reserve(int images) => _places.EnsureCapacity(images);

    public bool Contains(ImageHash image)
    {
        lock (_placing)
        {
            return _places.ContainsKey(image);
        }
    }

    /// <summary>Writes one chunk and takes it into the index.</summary>
    public void Append(IReadOnlyList<ImageHash> images, ReadOnlyMemory<float> vectors, ReadOnlyMemory<float> norms)
    {
        string joined = string.Join(' ', images);
        string name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(joined)).AsSpan(0, 8));
        string path = Path.Combine(Folder, $"{name}.safetensors");
        // A damaged file of that name stays as it is, for whoever wants to know what happened to it.
        for (int copy = 2; File.Exists(path); copy++)
        {
            path = Path.Combine(Folder, $"{name}-{copy}.safetensors");
        }

        Dictionary<string, string> metadata = new()
        {
            ["format"] = "semblance.embeddings/1",
            [KeyField] = _encoder.Key,
            ["encoder_name"] = _encoder.Name,
            ["encoder_source"] = _encoder.Source,
            ["encoder_revision"] = _encoder.Revision,
            [ImagesField] = joined,
        };
        NamedTensor[] tensors =
        [
            new(Vectors, [images.Count, _encoder.Dimension], vectors),
            new(Norms, [images.Count], norms),
        ];
        _run.Write(path, stream => SafeTensorsFile.Write(stream, tensors, metadata));
        Place(path, images);
    }

    /// <summary>Reads the unit vector of an image; returns the norm that it had.</summary>
    /// <exception cref="InputException">The chunk cannot be read, or does not hold a unit vector.</exception>
    public float Read(ImageHash image, Span<float> vector)
    {
        (int chunk, int row) = _places[image];
        SafeTensorsFile file = OpenChunk(chunk);
        Span<float> norm = [0];
        file.ReadRows(Vectors, row, vector);
        file.ReadRows(Norms, row, norm);
        double squares = 0;
        foreach (float value in vector)
        {
            squares += (double)value * value;
        }

        // Also false for NaN.
        return Math.Abs(squares - 1) < 1e-3
            ? norm[0]
            : throw new InputException(
                $"{_chunks[chunk]} is damaged (row {row} is no unit vector); delete the file and run again."
            );
    }

    public void Dispose()
    {
        foreach (SafeTensorsFile file in _open.Values)
        {
            file.Dispose();
        }

        _open.Clear();
    }

    private SafeTensorsFile OpenChunk(int chunk)
    {
        if (_open.TryGetValue(chunk, out SafeTensorsFile? file))
        {
            return file;
        }

        if (_open.Count == MaxOpenFiles)
        {
            Dispose();
        }

        return _open[chunk] = SafeTensorsFile.Open(_chunks[chunk]);
    }

    private void Index(string path, SafeTensorsHeader header)
    {
        if (header.Metadata.GetValueOrDefault(KeyField) != _encoder.Key)
        {
            throw new InputException($"{path} was not made by the encoder of its folder.");
        }

        string joined = header.Metadata.GetValueOrDefault(ImagesField, "");
        List<ImageHash> images = [];
        foreach (Range part in joined.AsSpan().Split(' '))
        {
            if (!ImageHash.TryParse(joined.AsSpan(part), out ImageHash hash))
            {
                throw new InputException($"{path} does not say which images it holds.");
            }

            images.Add(hash);
        }

        if (!Shaped(header, Vectors, images.Count, _encoder.Dimension) || !Shaped(header, Norms, images.Count))
        {
            throw new InputException($"{path} does not hold one vector and one norm per image.");
        }

        Place(path, images);
    }

    private static bool Shaped(SafeTensorsHeader header, string name, params ReadOnlySpan<long> shape) =>
        header.Tensors.TryGetValue(name, out SafeTensorEntry? entry)
        && entry.Type == TensorType.Float32
        && entry.Shape.AsSpan().SequenceEqual(shape);

    private void Place(string path, IReadOnlyList<ImageHash> images)
    {
        _chunks.Add(path);
        lock (_placing)
        {
            for (int row = 0; row < images.Count; row++)
            {
                // Two machines may have embedded the same image; the first chunk by name is used.
                _places.TryAdd(images[row], (_chunks.Count - 1, row));
            }
        }
    }
}
