using System.Buffers.Binary;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Semblance.Models.Checkpoints.Torch;

/// <summary>One entry of a zip file.</summary>
/// <param name="Stored">Neither compressed nor encrypted: <paramref name="Offset"/> and <paramref name="Length"/> are the bytes themselves.</param>
/// <param name="Offset">Of the data, from the start of the file; 0 where not stored.</param>
/// <param name="Length">In bytes, uncompressed.</param>
internal sealed record ZipEntry(bool Stored, long Offset, long Length);

/// <summary>
/// The table of contents of a zip file with the place of each entry's data, which System.IO.Compression does not give.
/// Zip64 is read. Source: PKWARE's APPNOTE.TXT 6.3, sections 4.3 to 4.5.
/// </summary>
internal static class ZipDirectory
{
    private const int EndLength = 22;
    private const int LongestComment = 65535;
    private const int CentralLength = 46;
    private const int LocalLength = 30;
    private const long LargestDirectory = 1 << 28;

    /// <summary>All entries of the archive by name.</summary>
    /// <exception cref="InvalidDataException">The file is truncated or contradicts itself; the message is part of a sentence.</exception>
    public static Dictionary<string, ZipEntry> Read(SafeFileHandle file)
    {
        var length = RandomAccess.GetLength(file);
        var (count, size, start) = FindDirectory(file, length);
        if (size < 0 || start < 0 || start > length - size || size > LargestDirectory)
        {
            throw new InvalidDataException("archive is truncated: its table of contents lies outside of the file");
        }

        var directory = ReadAt(file, start, (int)size);
        var entries = new Dictionary<string, ZipEntry>(StringComparer.Ordinal);
        var at = 0;
        for (var i = 0L; i < count; i++)
        {
            if (directory.Length - at < CentralLength || U32(directory, at) != 0x02014b50)
            {
                throw new InvalidDataException("archive is damaged: its table of contents ends early");
            }

            var flags = U16(directory, at + 8);
            var method = U16(directory, at + 10);
            var (nameLength, extraLength) = (U16(directory, at + 28), U16(directory, at + 30));
            var next = at + CentralLength + nameLength + extraLength + U16(directory, at + 32);
            if (next > directory.Length)
            {
                throw new InvalidDataException("archive is damaged: its table of contents ends early");
            }

            var name = Encoding.UTF8.GetString(directory, at + CentralLength, nameLength);
            long packed = U32(directory, at + 20);
            long unpacked = U32(directory, at + 24);
            long local = U32(directory, at + 42);
            WidenFrom64(
                directory.AsSpan(at + CentralLength + nameLength, extraLength),
                ref unpacked,
                ref packed,
                ref local
            );
            var stored = method == 0 && (flags & 1) == 0;
            if (packed < 0 || unpacked < 0 || (stored && packed != unpacked))
            {
                throw new InvalidDataException($"archive is damaged: the lengths of {name} contradict each other");
            }

            var offset = stored ? DataOffset(file, length, local, packed, name) : 0;
            if (!entries.TryAdd(name, new ZipEntry(stored, offset, unpacked)))
            {
                throw new InvalidDataException($"archive is damaged: it has two entries {name}");
            }

            at = next;
        }

        return entries;
    }

    /// <summary>Reads bytes that must be there.</summary>
    public static byte[] ReadAt(SafeFileHandle file, long offset, int count)
    {
        var bytes = new byte[count];
        for (var done = 0; done < count; )
        {
            var read = RandomAccess.Read(file, bytes.AsSpan(done), offset + done);
            if (read == 0)
            {
                throw new InvalidDataException("archive is truncated");
            }

            done += read;
        }

        return bytes;
    }

    private static (long Count, long Size, long Start) FindDirectory(SafeFileHandle file, long length)
    {
        var tailLength = (int)Math.Min(length, EndLength + LongestComment);
        var tail = ReadAt(file, length - tailLength, tailLength);
        for (var at = tailLength - EndLength; at >= 0; at--)
        {
            if (U32(tail, at) != 0x06054b50 || at + EndLength + U16(tail, at + 20) != tailLength)
            {
                continue;
            }

            var end = length - tailLength + at;
            return FindDirectory64(file, end) ?? (U16(tail, at + 10), U32(tail, at + 12), U32(tail, at + 16));
        }

        throw new InvalidDataException("archive is truncated: it has no table of contents");
    }

    /// <summary>The zip64 record, where a locator stands before the end record that was found at <paramref name="end"/>.</summary>
    private static (long Count, long Size, long Start)? FindDirectory64(SafeFileHandle file, long end)
    {
        const int locatorLength = 20;
        const int recordLength = 56;
        if (end < locatorLength + recordLength)
        {
            return null;
        }

        var locator = ReadAt(file, end - locatorLength, locatorLength);
        if (U32(locator, 0) != 0x07064b50)
        {
            return null;
        }

        var at = I64(locator, 8);
        if (at < 0 || at > end - locatorLength - recordLength)
        {
            throw new InvalidDataException("archive is damaged: its zip64 record lies outside of the file");
        }

        var record = ReadAt(file, at, recordLength);
        return U32(record, 0) == 0x06064b50
            ? (I64(record, 32), I64(record, 40), I64(record, 48))
            : throw new InvalidDataException("archive is damaged: its zip64 record is not where it should be");
    }

    /// <summary>Fields that are all ones stand in the zip64 extra field, in this order and only they.</summary>
    private static void WidenFrom64(ReadOnlySpan<byte> extra, ref long unpacked, ref long packed, ref long local)
    {
        while (extra.Length >= 4)
        {
            var id = BinaryPrimitives.ReadUInt16LittleEndian(extra);
            var size = BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]);
            if (size > extra.Length - 4)
            {
                return;
            }

            if (id == 1)
            {
                var field = extra.Slice(4, size);
                Widen(ref unpacked, ref field);
                Widen(ref packed, ref field);
                Widen(ref local, ref field);
                return;
            }

            extra = extra[(4 + size)..];
        }

        static void Widen(ref long value, ref ReadOnlySpan<byte> field)
        {
            if (value != uint.MaxValue)
            {
                return;
            }

            if (field.Length < 8)
            {
                throw new InvalidDataException("archive is damaged: a zip64 field is missing");
            }

            value = BinaryPrimitives.ReadInt64LittleEndian(field);
            field = field[8..];
        }
    }

    /// <summary>The local header's name and extra field have their own lengths (PyTorch aligns data with them).</summary>
    private static long DataOffset(SafeFileHandle file, long length, long local, long dataLength, string name)
    {
        if (local < 0 || local > length - LocalLength)
        {
            throw new InvalidDataException($"archive is truncated: {name} lies outside of the file");
        }

        var header = ReadAt(file, local, LocalLength);
        if (U32(header, 0) != 0x04034b50)
        {
            throw new InvalidDataException($"archive is damaged: {name} is not where the table of contents says");
        }

        var offset = local + LocalLength + U16(header, 26) + U16(header, 28);
        return offset <= length - dataLength
            ? offset
            : throw new InvalidDataException($"archive is truncated: {name} lies outside of the file");
    }

    private static int U16(byte[] bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(at));

    private static uint U32(byte[] bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at));

    private static long I64(byte[] bytes, int at) => BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(at));
}
