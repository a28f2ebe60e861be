using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Semblance.Runs.Folder;

/// <summary>The sha256 of an image file, small enough to keep one per image.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct ImageHash(ulong A, ulong B, ulong C, ulong D)
{
    public const int HexLength = 64;

    public static ImageHash Of(ReadOnlySpan<byte> file)
    {
        ImageHash hash = default;
        SHA256.HashData(file, MemoryMarshal.AsBytes(new Span<ImageHash>(ref hash)));
        return hash;
    }

    public static bool TryParse(ReadOnlySpan<char> hex, out ImageHash hash)
    {
        hash = default;
        return hex.Length == HexLength
            && Convert.FromHexString(hex, MemoryMarshal.AsBytes(new Span<ImageHash>(ref hash)), out _, out _)
                == OperationStatus.Done;
    }

    public override string ToString()
    {
        var copy = this;
        return Convert.ToHexStringLower(MemoryMarshal.AsBytes(new ReadOnlySpan<ImageHash>(ref copy)));
    }
}
