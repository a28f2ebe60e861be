using System.Text;

namespace Semblance.Models.Tokenizers;

/// <summary>Turns ids of <see cref="ClipTokenizer"/> back into a text that a person can read.</summary>
internal sealed class ClipDetokenizer
{
    private const string WordEnd = "</w>";

    private readonly Dictionary<int, string> _tokens = [];
    private readonly Dictionary<int, string> _specials;
    private readonly Dictionary<char, byte> _bytes = [];

    /// <summary>Inverts a vocabulary, from id to token.</summary>
    /// <param name="vocabulary">Token to id.</param>
    /// <param name="specials">Tokens that stand for themselves.</param>
    public ClipDetokenizer(IReadOnlyDictionary<string, int> vocabulary, IReadOnlyList<AddedToken> specials)
    {
        foreach (var (token, id) in vocabulary)
        {
            _tokens[id] = token;
        }

        _specials = specials
            .GroupBy(special => special.Id)
            .ToDictionary(group => group.Key, group => group.First().Text);
        for (var value = 0; value < 256; value++)
        {
            _bytes[BytePairMerges.Symbol(value)] = (byte)value;
        }
    }

    /// <summary>The words with one space between them.</summary>
    public string Text(ReadOnlySpan<int> ids)
    {
        var bytes = new List<byte>();
        foreach (var id in ids)
        {
            if (_specials.TryGetValue(id, out var special))
            {
                bytes.AddRange(Encoding.UTF8.GetBytes(special));
                continue;
            }

            var token = _tokens.GetValueOrDefault(id, "");
            var ends = token.EndsWith(WordEnd, StringComparison.Ordinal);
            foreach (var symbol in ends ? token.AsSpan(..^WordEnd.Length) : token)
            {
                bytes.Add(_bytes.GetValueOrDefault(symbol, (byte)'?'));
            }

            if (ends)
            {
                bytes.Add((byte)' ');
            }
        }

        return Encoding.UTF8.GetString([.. bytes]).Trim();
    }
}
