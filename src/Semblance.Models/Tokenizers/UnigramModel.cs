using System.Text;

namespace Semblance.Models.Tokenizers;

/// <summary>
/// A Unigram language model over pieces: the segmentation of a word with the greatest sum of log probabilities, found by
/// Viterbi (Kudo, "Subword Regularization", 2018, section 3.2; tie-breaks are those of the tokenizers library). Immutable.
/// </summary>
internal sealed class UnigramModel
{
    // An unknown character costs this much more than the least likely piece.
    private const double UnknownPenalty = 10;

    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);
    private readonly double[] _scores;
    private readonly int _unknown;
    private readonly int _longest;
    private readonly double _unknownScore;

    /// <summary>Looks all pieces up once.</summary>
    /// <param name="pieces">In order of their ids, with their log probabilities.</param>
    /// <param name="unknown">Id of what stands for unknown characters.</param>
    public UnigramModel(IReadOnlyList<(string Piece, double Score)> pieces, int unknown)
    {
        for (var id = 0; id < pieces.Count; id++)
        {
            _ids[pieces[id].Piece] = id;
        }

        _scores = [.. pieces.Select(piece => piece.Score)];
        _unknown = unknown;
        _longest = pieces.Max(piece => piece.Piece.Length);
        _unknownScore = _scores.Min() - UnknownPenalty;
    }

    /// <summary>The id of a piece, or null.</summary>
    public int? Find(string piece) => _ids.TryGetValue(piece, out var id) ? id : null;

    /// <summary>Adds the ids of the best segmentation; neighbouring unknown characters are one.</summary>
    public void Encode(ReadOnlySpan<char> word, List<int> ids)
    {
        var lookup = _ids.GetAlternateLookup<ReadOnlySpan<char>>();
        var score = new double[word.Length + 1];
        // The last piece of the best way to each place; where it starts, or -1 where no way is known yet.
        var start = new int[word.Length + 1];
        var id = new int[word.Length + 1];
        start.AsSpan(1).Fill(-1);
        for (var at = 0; at < word.Length; )
        {
            _ = Rune.DecodeFromUtf16(word[at..], out _, out var character);
            var single = false;
            for (var length = 1; length <= Math.Min(_longest, word.Length - at); length++)
            {
                if (lookup.TryGetValue(word.Slice(at, length), out var piece))
                {
                    Offer(at, at + length, piece, score[at] + _scores[piece]);
                    single |= length == character;
                }
            }

            if (!single)
            {
                Offer(at, at + character, _unknown, score[at] + _unknownScore);
            }

            at += character;
        }

        var first = ids.Count;
        for (var end = word.Length; end > 0; end = start[end])
        {
            if (id[end] != _unknown || ids.Count == first || ids[^1] != _unknown)
            {
                ids.Add(id[end]);
            }
        }

        ids.Reverse(first, ids.Count - first);

        void Offer(int from, int to, int piece, double total)
        {
            if (start[to] < 0 || total > score[to])
            {
                (start[to], id[to], score[to]) = (from, piece, total);
            }
        }
    }
}
