using System.Buffers.Binary;

namespace Semblance.Fuzz;

/// <summary>Damages files as disks, networks and bad writers do. The same seed gives the same file.</summary>
internal static class Mutation
{
    private static readonly uint[] Odd =
    [
        0,
        1,
        2,
        7,
        0x7F,
        0x80,
        0xFF,
        0x7FFF,
        0xFFFF,
        0x7FFF_FFFF,
        0x8000_0000,
        uint.MaxValue,
    ];

    /// <summary>A damaged copy of a file.</summary>
    /// <param name="file">A whole file.</param>
    /// <param name="other">Another one, of which parts are spliced in.</param>
    /// <param name="random">Decides what is done to it.</param>
    public static byte[] Of(byte[] file, byte[] other, Random random)
    {
        for (var times = 1 + random.Next(3); times > 0 && file.Length > 8; times--)
        {
            file = Once(file, other, random);
        }

        return file;
    }

    private static byte[] Once(byte[] file, byte[] other, Random random)
    {
        // The beginning is where lengths, sizes and kinds stand.
        var at = random.Next(3) == 0 ? random.Next(Math.Min(64, file.Length)) : random.Next(file.Length);
        switch (random.Next(8))
        {
            case 0:
                return file[..at];
            case 1:
                return [.. file[..at], .. file[Math.Min(file.Length, at + 1 + random.Next(64))..]];
            case 2:
                return [.. file[..at], .. file[Math.Max(0, at - random.Next(64))..]];
            case 3:
                var from = random.Next(other.Length);
                return [.. file[..at], .. other[from..Math.Min(other.Length, from + random.Next(128))], .. file[at..]];
            case 4:
                var block = (byte[])file.Clone();
                random.NextBytes(block.AsSpan(at, Math.Min(1 + random.Next(32), file.Length - at)));
                return block;
            case 5:
                var length = (byte[])file.Clone();
                at = Math.Min(at, file.Length - 4);
                var value = Odd[random.Next(Odd.Length)];
                if (random.Next(2) == 0)
                {
                    BinaryPrimitives.WriteUInt32BigEndian(length.AsSpan(at), value);
                }
                else
                {
                    BinaryPrimitives.WriteUInt32LittleEndian(length.AsSpan(at), value);
                }

                return length;
            default:
                var flipped = (byte[])file.Clone();
                for (var flips = 1 + random.Next(4); flips > 0; flips--)
                {
                    flipped[random.Next(3) == 0 ? at : random.Next(file.Length)] ^= (byte)(1 << random.Next(8));
                }

                return flipped;
        }
    }
}
