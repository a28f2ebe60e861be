namespace Semblance.Models.Diffusion.Noise;

/// <summary>
/// The 32-bit Mersenne twister MT19937 (Matsumoto and Nishimura, 1998), seeded as PyTorch seeds it: by one word.
/// </summary>
internal sealed class MersenneTwister
{
    private const int Size = 624;
    private const int Middle = 397;

    private readonly uint[] _state = new uint[Size];
    private int _next = Size;

    public MersenneTwister(uint seed)
    {
        _state[0] = seed;
        for (var i = 1u; i < Size; i++)
        {
            var last = _state[i - 1];
            _state[i] = (1812433253u * (last ^ (last >> 30))) + i;
        }
    }

    public uint Next32()
    {
        if (_next == Size)
        {
            Turn();
        }

        var y = _state[_next++];
        y ^= y >> 11;
        y ^= (y << 7) & 0x9D2C5680;
        y ^= (y << 15) & 0xEFC60000;
        return y ^ (y >> 18);
    }

    /// <summary>The next 64 bits, the upper half drawn first.</summary>
    public ulong Next64()
    {
        var upper = (ulong)Next32();
        return (upper << 32) | Next32();
    }

    private void Turn()
    {
        for (var i = 0; i < Size; i++)
        {
            var y = (_state[i] & 0x80000000) | (_state[(i + 1) % Size] & 0x7FFFFFFF);
            _state[i] = _state[(i + Middle) % Size] ^ (y >> 1) ^ ((y & 1) == 0 ? 0 : 0x9908B0DF);
        }

        _next = 0;
    }
}
