using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Semblance.Models.Tokenizers;

/// <summary>
/// SentencePiece's compiled normalisation rules (<c>precompiled_charsmap</c>): a double-array trie from a UTF-8 sequence
/// to its replacement. Applied as the tokenizers library does, cluster by cluster, which is not quite what SentencePiece
/// itself does. Immutable.
/// </summary>
internal sealed class CharacterMap
{
    // A cluster of this many bytes is looked up character by character.
    private const int LongCluster = 6;

    private readonly uint[] _trie;
    private readonly byte[] _replacements;

    /// <summary>Reads the rules: the trie's size in bytes, its units (both little-endian), then texts that end with 0.</summary>
    /// <exception cref="FormatException">The sizes do not fit.</exception>
    public CharacterMap(ReadOnlySpan<byte> rules)
    {
        if (
            rules.Length < sizeof(uint)
            || BinaryPrimitives.ReadUInt32LittleEndian(rules) is var size
                && (size % sizeof(uint) != 0 || size == 0 || size > rules.Length - sizeof(uint))
        )
        {
            throw new FormatException("its precompiled_charsmap is cut off");
        }

        _trie = new uint[size / sizeof(uint)];
        for (var i = 0; i < _trie.Length; i++)
        {
            _trie[i] = BinaryPrimitives.ReadUInt32LittleEndian(rules[(sizeof(uint) * (i + 1))..]);
        }

        _replacements = rules[(sizeof(uint) + (int)size)..].ToArray();
    }

    /// <summary>A text with every cluster replaced that the rules know.</summary>
    /// <exception cref="FormatException">It would grow without measure.</exception>
    public string Apply(string text)
    {
        var result = new StringBuilder(text.Length);
        Span<byte> bytes = stackalloc byte[LongCluster];
        var clusters = StringInfo.GetTextElementEnumerator(text);
        while (clusters.MoveNext())
        {
            if (result.Length > Math.Max(text.Length, BoundedReplacement.Longest))
            {
                throw new FormatException(
                    $"its precompiled_charsmap makes more than {BoundedReplacement.Longest} characters of a prompt"
                );
            }

            var cluster = clusters.GetTextElement();
            if (
                Encoding.UTF8.TryGetBytes(cluster, bytes, out var length)
                && length < LongCluster
                && Find(bytes[..length]) is { } whole
            )
            {
                result.Append(whole);
                continue;
            }

            foreach (var rune in cluster.EnumerateRunes())
            {
                if (Find(bytes[..rune.EncodeToUtf8(bytes)]) is { } one)
                {
                    result.Append(one);
                }
                else
                {
                    result.Append(rune);
                }
            }
        }

        return result.ToString();
    }

    /// <summary>
    /// What the shortest key at the start of <paramref name="key"/> becomes, or null where there is none. That the rest
    /// of the key is then lost (a ligature's accent, say) is what the reference does.
    /// </summary>
    private string? Find(ReadOnlySpan<byte> key)
    {
        var at = Offset(_trie[0]);
        foreach (var label in key)
        {
            if (label == 0)
            {
                return null;
            }

            at ^= label;
            if (at >= (uint)_trie.Length || Label(_trie[at]) != label)
            {
                return null;
            }

            var unit = _trie[at];
            at ^= Offset(unit);
            if (HasLeaf(unit) && at < (uint)_trie.Length)
            {
                return Replacement((int)(_trie[at] & 0x7FFF_FFFF));
            }
        }

        return null;
    }

    private string? Replacement(int start)
    {
        if (start > _replacements.Length)
        {
            return null;
        }

        var rest = _replacements.AsSpan(start);
        var end = rest.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? rest : rest[..end]);
    }

    // The layout of a unit is darts-clone's: 22 bits of offset, a flag that widens it, a flag for a leaf, 8 bits of label.
    private static uint Offset(uint unit) => (unit >> 10) << (int)((unit & (1u << 9)) >> 6);

    private static uint Label(uint unit) => unit & ((1u << 31) | 0xFF);

    private static bool HasLeaf(uint unit) => ((unit >> 8) & 1) == 1;
}
