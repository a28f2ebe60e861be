using System.Buffers;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;
using Semblance.Tensors;

namespace Semblance.Runs.Folder;

/// <summary>
/// A file of embeddings: <c>embeddings</c> [rows, d] of unit norm, <c>norms</c> [rows] before normalising, and in the
/// metadata the encoder's key, the rows' image sha256 and the XXH128 of both of these and of all bytes after the header. In the
/// first format the sum was of the data alone, and at first there was none.
/// </summary>
internal sealed class EmbeddingChunk
{
    public const string Vectors = "embeddings";
    public const string Norms = "norms";

    private const string FormatField = "format";
    private const string Format = "semblance.embeddings/2";
    private const string FirstFormat = "semblance.embeddings/1";
    private const string KeyField = "encoder_key";
    private const string ImagesField = "images";
    private const string ChecksumField = "data_xxh128";

    private const string NameField = "encoder_name";
    private const string SourceField = "encoder_source";
    private const string RevisionField = "encoder_revision";

    private static readonly string[] Fields =
    [
        FormatField,
        KeyField,
        NameField,
        SourceField,
        RevisionField,
        ChecksumField,
        ImagesField,
    ];

    /// <summary>Fits the processor's cache, so that the sum reads what is still there.</summary>
    private const int Piece = 1 << 18;

    private readonly long _start;
    private readonly SafeTensorEntry _vectors;
    private readonly SafeTensorEntry _norms;
    private readonly string? _checksum;
    private readonly byte[] _summed;

    private EmbeddingChunk(string path, SafeTensorsHeader header, string? checksum, byte[] summed)
    {
        Path = path;
        _vectors = header.Tensors[Vectors];
        _norms = header.Tensors[Norms];
        _start = header.Tensors.Values.Min(entry => entry.Offset);
        var length = header.Tensors.Values.Max(entry => entry.Offset + entry.Length) - _start;
        Length =
            length <= Array.MaxLength
                ? (int)length
                : throw new InputException($"{path} is damaged: no chunk was written that long.");
        _checksum = checksum;
        _summed = summed;
    }

    public string Path { get; }

    /// <summary>How many bytes <see cref="Load"/> reads.</summary>
    public int Length { get; }

    public int Rows => (int)_norms.Shape[0];

    /// <summary>Reads only the header; the vectors are read when they are asked for.</summary>
    /// <exception cref="InputException">The file is damaged, or another encoder's.</exception>
    public static (EmbeddingChunk Chunk, IReadOnlyList<ImageHash> Images) Open(string path, EncoderIdentity encoder)
    {
        var header = SafeTensorsFile.ReadHeader(path);
        if (header.Metadata.GetValueOrDefault(KeyField) != encoder.Key)
        {
            throw new InputException($"{path} was not made by the encoder of its folder.");
        }

        var checksum = header.Metadata.GetValueOrDefault(ChecksumField);
        var isFirst = header.Metadata.GetValueOrDefault(FormatField) == FirstFormat;
        if (
            isFirst
                ? !header.Metadata.Keys.All(Fields.Contains)
                : header.Metadata.GetValueOrDefault(FormatField) != Format || checksum is null
        )
        {
            throw new InputException($"{path} is damaged: its header is not one that was written.");
        }

        var images = Images(path, header.Metadata.GetValueOrDefault(ImagesField, ""));
        return !Shaped(header, Vectors, images.Count, encoder.Dimension) || !Shaped(header, Norms, images.Count)
            ? throw new InputException($"{path} does not hold one vector and one norm per image.")
            : (
                new EmbeddingChunk(
                    path,
                    header,
                    checksum,
                    isFirst ? [] : Summed(header.Metadata[KeyField], header.Metadata.GetValueOrDefault(ImagesField, ""))
                ),
                images
            );
    }

    /// <summary>What of the header is under the checksum.</summary>
    private static byte[] Summed(string key, string images) => Encoding.UTF8.GetBytes($"{key}\n{images}\n");

    /// <summary>Writes a file whole or not at all.</summary>
    /// <exception cref="ResourceException">The run folder cannot be written.</exception>
    public static void Write(
        RunFolder run,
        string path,
        EncoderIdentity encoder,
        IReadOnlyList<ImageHash> images,
        ReadOnlyMemory<float> vectors,
        ReadOnlyMemory<float> norms
    )
    {
        var names = string.Join(' ', images);
        var sum = new XxHash128();
        sum.Append(Summed(encoder.Key, names));
        sum.Append(MemoryMarshal.AsBytes(vectors.Span));
        sum.Append(MemoryMarshal.AsBytes(norms.Span));
        var metadata = new Dictionary<string, string>()
        {
            [FormatField] = Format,
            [KeyField] = encoder.Key,
            [NameField] = encoder.Name,
            [SourceField] = encoder.Source,
            [RevisionField] = encoder.Revision,
            [ChecksumField] = Convert.ToHexStringLower(sum.GetCurrentHash()),
            [ImagesField] = names,
        };
        NamedTensor[] tensors =
        [
            new(Vectors, [images.Count, encoder.Dimension], vectors),
            new(Norms, [images.Count], norms),
        ];
        run.Write(path, stream => SafeTensorsFile.Write(stream, tensors, metadata));
    }

    /// <summary>Compares the sum of the data with the one that was written; files of before there were sums pass.</summary>
    /// <inheritdoc cref="Load"/>
    public void Check()
    {
        if (_checksum is not null)
        {
            ArrayPool<byte>.Shared.Return(Load());
        }
    }

    /// <summary>Reads all of the data at once, and compares their sum with the one that was written, where there is one.</summary>
    /// <returns>The data in a rented array, to be given back.</returns>
    /// <exception cref="InputException">The data are not those that were written, or cannot be read.</exception>
    public byte[] Load()
    {
        var data = ArrayPool<byte>.Shared.Rent(Length);
        try
        {
            var sum = new XxHash128();
            sum.Append(_summed);
            using var stream = RegularFile.OpenRead(Path, buffer: 0);
            stream.Position = _start;
            for (var at = 0; at < Length; at += Piece)
            {
                var piece = data.AsSpan(at, Math.Min(Piece, Length - at));
                stream.ReadExactly(piece);
                sum.Append(piece);
            }

            if (_checksum is not null && Convert.ToHexStringLower(sum.GetCurrentHash()) != _checksum)
            {
                throw new InputException(
                    $"{Path} is damaged: its data do not have the checksum that they were written with."
                );
            }

            return data;
        }
        catch (Exception error)
        {
            ArrayPool<byte>.Shared.Return(data);
            if (FileFault.IsOne(error))
            {
                throw Unreadable(error);
            }

            throw;
        }
    }

    /// <summary>Copies rows that lie side by side out of the <see cref="Load"/>ed data.</summary>
    public void Copy(byte[] data, int row, Span<float> vectors, Span<float> norms)
    {
        Take(PlaceOf(_vectors, row), vectors);
        Take(PlaceOf(_norms, row), norms);

        void Take(long place, Span<float> values)
        {
            var bytes = MemoryMarshal.AsBytes(values);
            data.AsSpan((int)(place - _start), bytes.Length).CopyTo(bytes);
        }
    }

    /// <summary>Reads rows that lie side by side, and nothing else.</summary>
    /// <exception cref="InputException">They cannot be read.</exception>
    public void Read(int row, Span<float> vectors, Span<float> norms)
    {
        try
        {
            using var stream = RegularFile.OpenRead(Path, buffer: 0);
            stream.Position = PlaceOf(_vectors, row);
            stream.ReadExactly(MemoryMarshal.AsBytes(vectors));
            stream.Position = PlaceOf(_norms, row);
            stream.ReadExactly(MemoryMarshal.AsBytes(norms));
        }
        catch (Exception error) when (FileFault.IsOne(error))
        {
            throw Unreadable(error);
        }
    }

    private long PlaceOf(SafeTensorEntry entry, int row) => entry.Offset + (row * (entry.Length / Rows));

    private InputException Unreadable(Exception error) => new($"{Path} cannot be read: {error.Message}", error);

    private static List<ImageHash> Images(string path, string joined)
    {
        List<ImageHash> images = [];
        foreach (var part in joined.AsSpan().Split(' '))
        {
            if (!ImageHash.TryParse(joined.AsSpan(part), out var hash))
            {
                throw new InputException($"{path} does not say which images it holds.");
            }

            images.Add(hash);
        }

        return images;
    }

    private static bool Shaped(SafeTensorsHeader header, string name, params ReadOnlySpan<long> shape) =>
        header.Tensors.TryGetValue(name, out var entry)
        && entry.Type == TensorType.Float32
        && entry.Shape.AsSpan().SequenceEqual(shape);
}
