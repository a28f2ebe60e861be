using Semblance.Tensors;

namespace Semblance.Models.Checkpoints;

/// <summary>Where the numbers of one tensor lie on disk.</summary>
/// <param name="Name">As the checkpoint names it.</param>
/// <param name="Type">Storage type, little-endian.</param>
/// <param name="Shape">Sizes; empty for a scalar.</param>
/// <param name="File">Real path of the file, links resolved.</param>
/// <param name="Offset">Of the first element, in bytes from the start of the file.</param>
/// <param name="Length">Bytes from the first element to the end of the last one that is used.</param>
/// <param name="Strides">
/// Null where the elements lie in row-major order without gaps, so that the range can be mapped as it is; otherwise the
/// step of each dimension in elements (a PyTorch view).
/// </param>
public sealed record TensorEntry(
    string Name,
    TensorType Type,
    long[] Shape,
    string File,
    long Offset,
    long Length,
    long[]? Strides
)
{
    /// <summary>How many numbers the tensor has.</summary>
    public long Count => Shape.Aggregate(1L, (product, size) => product * size);

    /// <summary>
    /// Whether a network can use the file's bytes as they lie: without strides, and at a multiple of the element's size,
    /// since processors may not load an element from anywhere else.
    /// </summary>
    internal bool CanBeMapped => Strides is null && Offset % Math.Max(1, Width) == 0;

    /// <summary>A tensor of a safetensors file, or of one that lies in another file from <paramref name="start"/> on.</summary>
    internal static TensorEntry At(string name, SafeTensorEntry place, string file, long start = 0) =>
        new(name, place.Type, place.Shape, file, start + place.Offset, place.Length, Strides: null);

    private int Width => Type.Bits() / 8;

    /// <summary>The bytes in row-major order, whatever the strides are.</summary>
    /// <exception cref="InputException">They cannot be read, or are more than memory can hold at once.</exception>
    internal byte[] ReadBytes()
    {
        if (Length > Array.MaxLength || Count * Width > Array.MaxLength)
        {
            throw new InputException($"{File}: tensor \"{Name}\" is too large to be read at once.");
        }

        var stored = new byte[Length];
        try
        {
            using var stream = RegularFile.OpenRead(File);
            stream.Position = Offset;
            stream.ReadExactly(stored);
        }
        catch (Exception error) when (FileFault.IsOne(error))
        {
            throw new InputException($"{File}: tensor \"{Name}\" cannot be read: {error.Message}", error);
        }

        if (Strides is null)
        {
            return stored;
        }
        // A LoRA's matrices are read in shapes that lost or gained axes of size 1 at their end; no element moves by that.
        var added = Enumerable.Repeat(1L, Math.Max(0, Shape.Length - Strides.Length));
        return StridedCopy.ToRowMajor(stored, Shape, [.. Strides.Take(Shape.Length), .. added], Width);
    }

    /// <summary>Numbers of F64, F32, F16 or BF16 as single precision in row-major order.</summary>
    /// <exception cref="InputException">They are of another type, or cannot be read.</exception>
    internal float[] ReadFloat32()
    {
        if (!Type.IsFloat())
        {
            throw new InputException(
                $"{File}: tensor \"{Name}\" holds {Type.SafeTensorsName()}, which is not read; save it as F64, F32, F16 or BF16."
            );
        }

        var bytes = ReadBytes();
        var values = new float[bytes.Length / Width];
        TensorTypes.ToFloat32(Type, bytes, values);
        return values;
    }

    /// <summary>A single number of whatever type, or null where the type is none of numbers.</summary>
    /// <exception cref="InputException">It cannot be read.</exception>
    internal double? ReadNumber() =>
        Type switch
        {
            TensorType.Int64 => BitConverter.ToInt64(ReadBytes()),
            TensorType.UInt64 => BitConverter.ToUInt64(ReadBytes()),
            TensorType.Int32 => BitConverter.ToInt32(ReadBytes()),
            TensorType.UInt32 => BitConverter.ToUInt32(ReadBytes()),
            TensorType.Int16 => BitConverter.ToInt16(ReadBytes()),
            TensorType.UInt16 => BitConverter.ToUInt16(ReadBytes()),
            TensorType.Int8 => (sbyte)ReadBytes()[0],
            TensorType.UInt8 => ReadBytes()[0],
            _ when Type.IsFloat() => ReadFloat32()[0],
            _ => null,
        };

    /// <summary>A matrix with its axes in the other order; no number moves on disk.</summary>
    internal TensorEntry Transposed() =>
        this with
        {
            Shape = [Shape[1], Shape[0]],
            Strides = Strides is [var down, var across] ? [across, down] : [1, Shape[1]],
        };

    /// <summary>One of several parts, equal in size, that follow one another along the first axis.</summary>
    internal TensorEntry Part(int index, int count)
    {
        if (count == 1)
        {
            return this;
        }

        var rows = Shape[0] / count;
        var row = Strides?[0] ?? (Shape[0] == 0 ? 0 : Count / Shape[0]);
        var last = Strides is null
            ? rows * row
            : Shape.Select((size, axis) => ((axis == 0 ? rows : size) - 1) * Strides[axis]).Sum() + 1;
        return this with
        {
            Shape = [rows, .. Shape[1..]],
            Offset = Offset + (index * rows * row * Width),
            Length = last * Width,
        };
    }

    /// <summary>Some rows of a matrix [height, width], one after another, read without the rest of it.</summary>
    /// <exception cref="InputException">As of <see cref="ReadFloat32"/>.</exception>
    internal float[] ReadRows(ReadOnlySpan<int> rows)
    {
        var width = Shape[1];
        var (down, across) = Strides is [var row, var column] ? (row, column) : (width, 1);
        var values = new float[rows.Length * width];
        for (var i = 0; i < rows.Length; i++)
        {
            var one = this with
            {
                Shape = [width],
                Offset = Offset + (rows[i] * down * Width),
                Length = (((width - 1) * across) + 1) * Width,
                Strides = [across],
            };
            one.ReadFloat32().CopyTo(values.AsSpan((int)(i * width)));
        }

        return values;
    }
}
