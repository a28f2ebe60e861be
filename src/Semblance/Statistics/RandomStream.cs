namespace Semblance.Statistics;

/// <summary>
/// Random numbers for resampling: SplitMix64 (Steele, Lea and Flood 2014), a counter through a hash. Every resample has a
/// stream of its own, made from the seed and its number, so that results are the same to the bit whatever the number of
/// threads, the runtime or the machine.
/// </summary>
/// <param name="seed">The seed that the user gave.</param>
/// <param name="stream">The number of the resample.</param>
internal struct RandomStream(ulong seed, ulong stream)
{
    private const ulong Step = 0x9E3779B97F4A7C15;

    private ulong _state = Mix(Mix(seed + Step) ^ (stream * 0xD1342543DE82EF95));

    /// <summary>The next 64 random bits.</summary>
    public ulong Next()
    {
        _state += Step;
        return Mix(_state);
    }

    /// <summary>A whole number from 0 up to, not including, <paramref name="count"/>; its bias is count / 2^64.</summary>
    public int Below(int count) => (int)Math.BigMul(Next(), (ulong)count, out _);

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
