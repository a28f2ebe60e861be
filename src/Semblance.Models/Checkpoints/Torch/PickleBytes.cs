using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Semblance.Models.Checkpoints.Torch;

/// <summary>Reads the arguments of a pickle's instructions, one after another.</summary>
/// <exception cref="InvalidDataException">Of every method: the bytes end before the argument does.</exception>
internal ref struct PickleBytes(ReadOnlySpan<byte> pickle)
{
    private const string Cut = "data.pkl ends early";

    private ReadOnlySpan<byte> _rest = pickle;

    public ReadOnlySpan<byte> Take(int count)
    {
        if (count > _rest.Length)
        {
            throw new InvalidDataException(Cut);
        }

        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }

    public byte Byte() => Take(1)[0];

    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    /// <summary>As many bytes as the next four say.</summary>
    public ReadOnlySpan<byte> Counted() =>
        UInt32() is <= int.MaxValue and var length ? Take((int)length) : throw new InvalidDataException(Cut);

    /// <summary>As many bytes as the next one says.</summary>
    public ReadOnlySpan<byte> ShortCounted() => Take(Byte());

    /// <summary>Up to the end of the line, which is taken too.</summary>
    public string Line()
    {
        var length = _rest.IndexOf((byte)'\n');
        return length >= 0 ? Encoding.UTF8.GetString(Take(length + 1)[..length]) : throw new InvalidDataException(Cut);
    }

    /// <summary>Numbers beyond 64 bits become null; no size or offset can be one.</summary>
    public static long? Whole(ReadOnlySpan<byte> bytes)
    {
        var number = new BigInteger(bytes);
        return number >= long.MinValue && number <= long.MaxValue ? (long)number : null;
    }
}
