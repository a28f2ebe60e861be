namespace Semblance.Models.Diffusion.Noise;

/// <summary>Philox 4x32-10, the counter-based generator of Salmon et al., "Parallel random numbers: as easy as 1, 2, 3" (2011).</summary>
internal static class Philox
{
    private const int Rounds = 10;

    /// <summary>The four random words of a counter under a key.</summary>
    public static (uint W0, uint W1, uint W2, uint W3) Words(
        (uint W0, uint W1, uint W2, uint W3) counter,
        (uint K0, uint K1) key
    )
    {
        var (c0, c1, c2, c3) = counter;
        var (k0, k1) = key;
        for (var round = 0; round < Rounds; round++)
        {
            var p0 = c0 * 0xD2511F53UL;
            var p1 = c2 * 0xCD9E8D57UL;
            (c0, c1, c2, c3) = ((uint)(p1 >> 32) ^ c1 ^ k0, (uint)p1, (uint)(p0 >> 32) ^ c3 ^ k1, (uint)p0);
            k0 += 0x9E3779B9;
            k1 += 0xBB67AE85;
        }

        return (c0, c1, c2, c3);
    }
}
