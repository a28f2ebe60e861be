using System.Buffers.Binary;
using System.IO.Compression;

namespace Semblance.Runs.Formats;

/// <summary>Files whose names end in <c>.gz</c>, which are read as what they hold.</summary>
internal static class CompressedFile
{
    private const string Extension = ".gz";

    /// <summary>Text shrinks to a tenth or a twentieth; what grows more than this is made to fill memory.</summary>
    private const int MostGrowth = 100;

    private const long GrowthAllowed = 32 << 20;

    /// <summary>The extension of what a file holds: <c>.csv</c> for <c>scores.csv.gz</c>, in lower case.</summary>
    public static string ExtensionOf(string path) => Path.GetExtension(WithoutEnd(path)).ToLowerInvariant();

    /// <summary>The name without any extension: <c>scores</c> for <c>scores.csv.gz</c>.</summary>
    public static string NameOf(string path) => Path.GetFileNameWithoutExtension(WithoutEnd(path));

    public static bool IsOne(string path) => path.EndsWith(Extension, StringComparison.OrdinalIgnoreCase);

    /// <summary>Opens a file; one that is compressed raises <see cref="InputException"/> where it is damaged or grows too much.</summary>
    public static Stream OpenRead(string path) => IsOne(path) ? new Growing(path) : RegularFile.OpenRead(path);

    private static string WithoutEnd(string path) => IsOne(path) ? path[..^Extension.Length] : path;

    private sealed class Growing(string path) : Stream
    {
        private readonly GZipStream _stream = new(RegularFile.OpenRead(path), CompressionMode.Decompress);
        private readonly long _length = new FileInfo(path).Length;
        private long _read;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => _read;
            set => throw new NotSupportedException();
        }

        public override int Read(Span<byte> buffer)
        {
            try
            {
                var count = _stream.Read(buffer);
                _read += count;
                if (count == 0 && buffer.Length > 0 && (uint)_read != Written())
                {
                    throw new InputException(
                        $"{path} is cut short, damaged or compressed in several pieces; decompress it, and look whether that works."
                    );
                }

                return _read <= GrowthAllowed || _read / MostGrowth <= _length
                    ? count
                    : throw new InputException(
                        $"{path} grows from {_length} to more than {_read} bytes; decompress it if it is meant."
                    );
            }
            catch (InvalidDataException error)
            {
                throw new InputException($"{path} is damaged or was not compressed with gzip.", error);
            }
        }

        /// <summary>How much was compressed, which the last four bytes say; the system reads a file that is cut short without a word.</summary>
        private uint Written()
        {
            using var file = RegularFile.OpenRead(path);
            Span<byte> end = stackalloc byte[4];
            file.Seek(-Math.Min(4, file.Length), SeekOrigin.End);
            _ = file.ReadAtLeast(end, 4, throwOnEndOfStream: false);
            return BinaryPrimitives.ReadUInt32LittleEndian(end);
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _stream.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
