using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Semblance.Tensors;

/// <summary>How one number of a stored tensor is written; little-endian, as safetensors and PyTorch files hold it.</summary>
public enum TensorType
{
    /// <summary>IEEE double, <c>F64</c>.</summary>
    Float64,

    /// <summary>IEEE single, <c>F32</c>.</summary>
    Float32,

    /// <summary>IEEE half, <c>F16</c>.</summary>
    Float16,

    /// <summary>The upper half of an IEEE single, <c>BF16</c>.</summary>
    BFloat16,

    /// <summary>Signed 64 bits, <c>I64</c>.</summary>
    Int64,

    /// <summary>Signed 32 bits, <c>I32</c>.</summary>
    Int32,

    /// <summary>Signed 16 bits, <c>I16</c>.</summary>
    Int16,

    /// <summary>Signed 8 bits, <c>I8</c>.</summary>
    Int8,

    /// <summary>Unsigned 64 bits, <c>U64</c>.</summary>
    UInt64,

    /// <summary>Unsigned 32 bits, <c>U32</c>.</summary>
    UInt32,

    /// <summary>Unsigned 16 bits, <c>U16</c>.</summary>
    UInt16,

    /// <summary>Unsigned 8 bits, <c>U8</c>.</summary>
    UInt8,

    /// <summary>One byte, 0 or 1, <c>BOOL</c>.</summary>
    Boolean,

    /// <summary>Two singles, <c>C64</c>.</summary>
    Complex64,

    /// <summary>8 bits, <c>F8_E4M3</c>.</summary>
    Float8E4M3,

    /// <summary>8 bits, <c>F8_E5M2</c>.</summary>
    Float8E5M2,

    /// <summary>8 bits, an exponent alone, <c>F8_E8M0</c>.</summary>
    Float8E8M0,

    /// <summary>8 bits without negative zero and infinities, <c>F8_E4M3FNUZ</c>.</summary>
    Float8E4M3Fnuz,

    /// <summary>8 bits without negative zero and infinities, <c>F8_E5M2FNUZ</c>.</summary>
    Float8E5M2Fnuz,

    /// <summary>6 bits, <c>F6_E2M3</c>.</summary>
    Float6E2M3,

    /// <summary>6 bits, <c>F6_E3M2</c>.</summary>
    Float6E3M2,

    /// <summary>4 bits, <c>F4</c>.</summary>
    Float4,
}

/// <summary>Names, widths and values of <see cref="TensorType"/>.</summary>
public static class TensorTypes
{
    private static readonly (string Name, TensorType Type, int Bits)[] Table =
    [
        ("F64", TensorType.Float64, 64),
        ("F32", TensorType.Float32, 32),
        ("F16", TensorType.Float16, 16),
        ("BF16", TensorType.BFloat16, 16),
        ("I64", TensorType.Int64, 64),
        ("I32", TensorType.Int32, 32),
        ("I16", TensorType.Int16, 16),
        ("I8", TensorType.Int8, 8),
        ("U64", TensorType.UInt64, 64),
        ("U32", TensorType.UInt32, 32),
        ("U16", TensorType.UInt16, 16),
        ("U8", TensorType.UInt8, 8),
        ("BOOL", TensorType.Boolean, 8),
        ("C64", TensorType.Complex64, 64),
        ("F8_E4M3", TensorType.Float8E4M3, 8),
        ("F8_E5M2", TensorType.Float8E5M2, 8),
        ("F8_E8M0", TensorType.Float8E8M0, 8),
        ("F8_E4M3FNUZ", TensorType.Float8E4M3Fnuz, 8),
        ("F8_E5M2FNUZ", TensorType.Float8E5M2Fnuz, 8),
        ("F6_E2M3", TensorType.Float6E2M3, 6),
        ("F6_E3M2", TensorType.Float6E3M2, 6),
        ("F4", TensorType.Float4, 4),
    ];

    /// <summary>Width of one element in bits (4 and 6 exist).</summary>
    public static int Bits(this TensorType type) => Row(type).Bits;

    /// <summary>The name in a safetensors header, for example <c>BF16</c>.</summary>
    public static string SafeTensorsName(this TensorType type) => Row(type).Name;

    /// <summary>The type of a name in a safetensors header, or null where no such name is known.</summary>
    public static TensorType? FromSafeTensorsName(string name)
    {
        foreach (var row in Table)
        {
            if (row.Name == name)
            {
                return row.Type;
            }
        }
        return null;
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

    private static (string Name, TensorType Type, int Bits) Row(TensorType type) =>
        (int)type >= 0 && (int)type < Table.Length
            ? Table[(int)type]
            : throw new ArgumentOutOfRangeException(nameof(type), type, "No such tensor type.");
}
