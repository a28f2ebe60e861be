using System.Runtime.InteropServices;

namespace Semblance.Models.Checkpoints;

/// <summary>Bytes of a file, read into memory that does not move and has no limit of length, until they are disposed of.</summary>
internal sealed unsafe class FileMemory : IDisposable
{
    private void* _memory;

    private FileMemory(long length)
    {
        // As far as any processor's vectors go.
        const int Alignment = 64;
        Length = length;
        _memory = NativeMemory.AlignedAlloc((nuint)Math.Max(1, length), Alignment);
    }

    /// <summary>Where the first of the bytes lies in memory.</summary>
    public nint Address => (nint)_memory;

    /// <summary>How many bytes were read.</summary>
    public long Length { get; }

    /// <summary>Reads a file from its first byte to its last.</summary>
    /// <exception cref="InputException">It cannot be read.</exception>
    public static FileMemory Read(string path) => Read(path, 0, length: null);

    /// <summary>Reads a part of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="offset">Of the first byte.</param>
    /// <param name="length">How many bytes; null for all that follow.</param>
    /// <exception cref="InputException">It cannot be read, or ends before.</exception>
    public static FileMemory Read(string path, long offset, long? length)
    {
        const int Piece = 1 << 26;
        FileMemory? read = null;
        try
        {
            using var file = RegularFile.OpenHandle(path);
            read = new FileMemory(length ?? (RandomAccess.GetLength(file) - offset));
            for (var at = 0L; at < read.Length; )
            {
                var rest = new Span<byte>((byte*)read._memory + at, (int)Math.Min(Piece, read.Length - at));
                var count = RandomAccess.Read(file, rest, offset + at);
                at += count > 0 ? count : throw new InputException($"{path}: truncated while its weights were read.");
            }

            return read;
        }
        catch (Exception error)
        {
            read?.Dispose();
            if (FileFault.IsOne(error))
            {
                throw new InputException($"{path} cannot be read: {error.Message}", error);
            }

            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.AlignedFree(_memory);
        _memory = null;
    }
}
