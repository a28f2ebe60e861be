using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Semblance.Tensors;

/// <summary>How one number of a stored tensor is written; little-endian, as safetensors and PyTorch files hold it.</summary>
public enum TensorType
{
    /// <summary>IEEE double precision, 64 bits; <c>F64</c> in a header.</summary>
    Float64,

    /// <summary>IEEE single precision, 32 bits; <c>F32</c> in a header.</summary>
    Float32,

    /// <summary>IEEE half precision, 16 bits; <c>F16</c> in a header.</summary>
    Float16,

    /// <summary>The upper half of an IEEE single; <c>BF16</c> in a header.</summary>
    BFloat16,

    /// <summary>A signed number of 64 bits; <c>I64</c> in a header.</summary>
    Int64,

    /// <summary>A signed number of 32 bits; <c>I32</c> in a header.</summary>
    Int32,

    /// <summary>A signed number of 16 bits; <c>I16</c> in a header.</summary>
    Int16,

    /// <summary>A signed number of 8 bits; <c>I8</c> in a header.</summary>
    Int8,

    /// <summary>An unsigned number of 64 bits; <c>U64</c> in a header.</summary>
    UInt64,

    /// <summary>An unsigned number of 32 bits; <c>U32</c> in a header.</summary>
    UInt32,

    /// <summary>An unsigned number of 16 bits; <c>U16</c> in a header.</summary>
    UInt16,

    /// <summary>An unsigned number of 8 bits; <c>U8</c> in a header.</summary>
    UInt8,

    /// <summary>One byte that is 0 or 1; <c>BOOL</c> in a header.</summary>
    Boolean,

    /// <summary>Two singles, real and imaginary part; <c>C64</c> in a header.</summary>
    Complex64,

    /// <summary>8 bits, 4 of them exponent; <c>F8_E4M3</c> in a header.</summary>
    Float8E4M3,

    /// <summary>8 bits, 5 of them exponent; <c>F8_E5M2</c> in a header.</summary>
    Float8E5M2,

    /// <summary>8 bits, all of them exponent; <c>F8_E8M0</c> in a header.</summary>
    Float8E8M0,

    /// <summary>As <see cref="Float8E4M3"/>, without negative zero and infinities; <c>F8_E4M3FNUZ</c> in a header.</summary>
    Float8E4M3Fnuz,

    /// <summary>As <see cref="Float8E5M2"/>, without negative zero and infinities; <c>F8_E5M2FNUZ</c> in a header.</summary>
    Float8E5M2Fnuz,

    /// <summary>6 bits, 2 of them exponent; <c>F6_E2M3</c> in a header.</summary>
    Float6E2M3,

    /// <summary>6 bits, 3 of them exponent; <c>F6_E3M2</c> in a header.</summary>
    Float6E3M2,

    /// <summary>4 bits, two numbers to a byte; <c>F4</c> in a header.</summary>
    Float4,
}

/// <summary>Names, widths and values of <see cref="TensorType"/>.</summary>
public static class TensorTypes
{
    // In the order of the types.
    private static readonly (string Name, int Bits)[] Table =
    [
        ("F64", 64),
        ("F32", 32),
        ("F16", 16),
        ("BF16", 16),
        ("I64", 64),
        ("I32", 32),
        ("I16", 16),
        ("I8", 8),
        ("U64", 64),
        ("U32", 32),
        ("U16", 16),
        ("U8", 8),
        ("BOOL", 8),
        ("C64", 64),
        ("F8_E4M3", 8),
        ("F8_E5M2", 8),
        ("F8_E8M0", 8),
        ("F8_E4M3FNUZ", 8),
        ("F8_E5M2FNUZ", 8),
        ("F6_E2M3", 6),
        ("F6_E3M2", 6),
        ("F4", 4),
    ];

    /// <summary>Width of one element in bits (4 and 6 exist).</summary>
    public static int Bits(this TensorType type) => Row(type).Bits;

    /// <summary>The name in a safetensors header, for example <c>BF16</c>.</summary>
    public static string SafeTensorsName(this TensorType type) => Row(type).Name;

    /// <summary>The type of a name in a safetensors header, or null where no such name is known.</summary>
    public static TensorType? FromSafeTensorsName(string name)
    {
        var row = Array.FindIndex(Table, row => row.Name == name);
        return row < 0 ? null : (TensorType)row;
    }

    /// <summary>Whether <see cref="ToFloat32"/> knows the type: F64, F32, F16, BF16.</summary>
    public static bool IsFloat(this TensorType type) =>
        type is TensorType.Float64 or TensorType.Float32 or TensorType.Float16 or TensorType.BFloat16;

    /// <summary>Writes little-endian floats of one of four widths as single precision; doubles are rounded to nearest.</summary>
    /// <param name="type">F64, F32, F16 or BF16.</param>
    /// <param name="bytes">As many elements as <paramref name="values"/>.</param>
    /// <param name="values">Receives the numbers.</param>
    /// <exception cref="ArgumentException">Another type, or the lengths do not match.</exception>
    public static void ToFloat32(TensorType type, ReadOnlySpan<byte> bytes, Span<float> values)
    {
        if (!type.IsFloat() || bytes.Length != values.Length * (long)(type.Bits() / 8))
        {
            throw new ArgumentException(
                $"{bytes.Length} bytes of {type} are not {values.Length} floating-point numbers."
            );
        }

        switch (type)
        {
            case TensorType.Float32:
                MemoryMarshal.Cast<byte, float>(bytes).CopyTo(values);
                break;
            case TensorType.Float64:
                for (var i = 0; i < values.Length; i++)
                {
                    values[i] = (float)BinaryPrimitives.ReadDoubleLittleEndian(bytes[(8 * i)..]);
                }

                break;
            case TensorType.Float16:
                for (var i = 0; i < values.Length; i++)
                {
                    values[i] = (float)BinaryPrimitives.ReadHalfLittleEndian(bytes[(2 * i)..]);
                }

                break;
            default:
                for (var i = 0; i < values.Length; i++)
                {
                    var upper = (uint)BinaryPrimitives.ReadUInt16LittleEndian(bytes[(2 * i)..]);
                    values[i] = BitConverter.UInt32BitsToSingle(upper << 16);
                }

                break;
        }
    }

    private static (string Name, int Bits) Row(TensorType type) =>
        Enum.IsDefined(type)
            ? Table[(int)type]
            : throw new ArgumentOutOfRangeException(nameof(type), type, "No such tensor type.");
}
