using System.Buffers;

namespace Semblance.Models.Encoders;

/// <summary>
/// Memory for the samples of one decoded image. Fresh memory for each costs more in page faults and collections than
/// copying the samples does; that of very large images is not kept, since a rented array has up to twice the length.
/// </summary>
internal sealed class RentedBytes(int length) : IDisposable
{
    private const int MostKept = 16 << 20;

    private byte[] _bytes =
        length <= MostKept ? ArrayPool<byte>.Shared.Rent(length) : GC.AllocateUninitializedArray<byte>(length);

    /// <summary>As long as was asked for, or longer.</summary>
    public byte[] Bytes => _bytes;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_bytes.Length is > 0 and <= MostKept)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
        }

        _bytes = [];
    }
}
