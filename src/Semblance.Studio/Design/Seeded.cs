using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Semblance.Studio.Design;

/// <summary>
/// Random choices that depend on a seed and on what is chosen, and on nothing else: the same on every machine, and the
/// same for a rater whether or not others are added.
/// </summary>
internal static class Seeded
{
    /// <summary>64 random bits for a choice that is named by its parts.</summary>
    public static ulong Bits(ulong seed, string purpose, params ReadOnlySpan<int> parts)
    {
        var name = new byte[8 + Encoding.UTF8.GetByteCount(purpose) + (4 * parts.Length)];
        BinaryPrimitives.WriteUInt64LittleEndian(name, seed);
        var at = 8 + Encoding.UTF8.GetBytes(purpose, name.AsSpan(8));
        foreach (var part in parts)
        {
            BinaryPrimitives.WriteInt32LittleEndian(name.AsSpan(at), part);
            at += 4;
        }

        return BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(name));
    }

    /// <summary>The numbers from 0 in a random order.</summary>
    public static int[] Order(int count, ulong seed, string purpose, params int[] parts) =>
        [.. Enumerable.Range(0, count).OrderBy(i => Bits(seed, purpose, [.. parts, i])).ThenBy(i => i)];

    /// <summary>True for half of all choices.</summary>
    public static bool Coin(ulong seed, string purpose, params ReadOnlySpan<int> parts) =>
        (Bits(seed, purpose, parts) & 1) == 1;
}
