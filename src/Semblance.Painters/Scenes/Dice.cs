using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Semblance.Painters.Scenes;

/// <summary>SplitMix64 (Steele, Lea, Flood 2014), so that an image does not depend on a runtime's own generator.</summary>
internal sealed class Dice(ulong state)
{
    private ulong _state = state;

    /// <summary>Dice that depend on every word of what they are made from.</summary>
    public static Dice Of(params ReadOnlySpan<string> words)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', words!)));
        return new Dice(BinaryPrimitives.ReadUInt64LittleEndian(hash));
    }

    /// <summary>Dice of their own for one part of an image, so that a part drawn more richly does not move the others.</summary>
    public Dice Branch() => new(Next());

    public ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        var z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>From 0 up to, not including, 1.</summary>
    public float Unit() => (Next() >> 40) * (1f / (1 << 24));

    public float Between(float low, float high) => low + ((high - low) * Unit());

    /// <summary>Around 0, at most <paramref name="reach"/>, nearer ones more often.</summary>
    public float Around(float reach) => (Unit() + Unit() - 1) * reach;

    public int Below(int count) => (int)(Next() % (ulong)count);

    public bool Chance(float probability) => Unit() < probability;

    public T Pick<T>(params ReadOnlySpan<T> choices) => choices[Below(choices.Length)];
}
