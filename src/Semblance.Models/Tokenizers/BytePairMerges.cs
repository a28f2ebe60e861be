using System.Text;

namespace Semblance.Models.Tokenizers;

/// <summary>Byte-level BPE with CLIP's mark <c>&lt;/w&gt;</c> at the end of a word. Immutable.</summary>
internal sealed class BytePairMerges
{
    private const int NoMerge = int.MaxValue;

    private readonly Dictionary<(int Left, int Right), (int Rank, int Id)> _merges = [];
    private readonly int[] _inner = new int[256];
    private readonly int[] _last = new int[256];

    /// <summary>Looks all tokens and merges up once.</summary>
    /// <param name="vocabulary">Token to id.</param>
    /// <param name="merges">In order of their rank; those with a token that is not in the vocabulary never happen.</param>
    /// <param name="unknown">Stands for a byte that the vocabulary does not have.</param>
    public BytePairMerges(
        IReadOnlyDictionary<string, int> vocabulary,
        IReadOnlyList<(string Left, string Right)> merges,
        int unknown
    )
    {
        for (var value = 0; value < 256; value++)
        {
            var symbol = Symbol(value).ToString();
            _inner[value] = vocabulary.GetValueOrDefault(symbol, unknown);
            _last[value] = vocabulary.GetValueOrDefault(symbol + "</w>", unknown);
        }

        for (var rank = 0; rank < merges.Count; rank++)
        {
            var (left, right) = merges[rank];
            if (
                vocabulary.TryGetValue(left, out var leftId)
                && vocabulary.TryGetValue(right, out var rightId)
                && vocabulary.TryGetValue(left + right, out var id)
            )
            {
                _merges.TryAdd((leftId, rightId), (rank, id));
            }
        }
    }

    /// <summary>Appends the ids of one word.</summary>
    public void Encode(ReadOnlySpan<char> word, List<int> ids)
    {
        var bytes = new byte[Encoding.UTF8.GetByteCount(word)];
        Encoding.UTF8.GetBytes(word, bytes);
        var tokens = new int[bytes.Length];
        for (var i = 0; i < bytes.Length; i++)
        {
            tokens[i] = i < bytes.Length - 1 ? _inner[bytes[i]] : _last[bytes[i]];
        }

        var count = tokens.Length;
        // ranks[i] belongs to the pair (i, i + 1).
        var ranks = new int[count];
        for (var i = 0; i < count - 1; i++)
        {
            ranks[i] = Rank(tokens[i], tokens[i + 1]);
        }

        while (count > 1)
        {
            var best = 0;
            for (var i = 1; i < count - 1; i++)
            {
                best = ranks[i] < ranks[best] ? i : best;
            }

            if (ranks[best] == NoMerge)
            {
                break;
            }

            tokens[best] = _merges[(tokens[best], tokens[best + 1])].Id;
            tokens.AsSpan(best + 2, count - best - 2).CopyTo(tokens.AsSpan(best + 1));
            ranks.AsSpan(best + 1, count - best - 1).CopyTo(ranks.AsSpan(best));
            count--;
            if (best > 0)
            {
                ranks[best - 1] = Rank(tokens[best - 1], tokens[best]);
            }

            if (best < count - 1)
            {
                ranks[best] = Rank(tokens[best], tokens[best + 1]);
            }
        }

        ids.AddRange(tokens.AsSpan(0, count));
    }

    /// <summary>
    /// The printable character that a byte is written as in vocabularies: its own where Latin-1 prints it, the others
    /// from U+0100 on (GPT-2's <c>bytes_to_unicode</c>).
    /// </summary>
    internal static char Symbol(int value)
    {
        if (IsPrintable(value))
        {
            return (char)value;
        }

        var hidden = 0;
        for (var other = 0; other < value; other++)
        {
            hidden += IsPrintable(other) ? 0 : 1;
        }

        return (char)(256 + hidden);
    }

    private static bool IsPrintable(int value) =>
        value is (>= 33 and <= 126) or (>= 161 and <= 172) or (>= 174 and <= 255);

    private int Rank(int left, int right) => _merges.TryGetValue((left, right), out var merge) ? merge.Rank : NoMerge;
}
