namespace Semblance.Models.Tokenizers;

/// <summary>
/// T5's SentencePiece Unigram, id for id that of transformers' T5TokenizerFast: special tokens are taken out of the text
/// wherever they stand, what lies between them is normalised, cut at white space, and each word is segmented. Nothing is
/// put in front, <see cref="EndToken"/> follows. Thread-safe.
/// </summary>
internal sealed class T5Tokenizer
{
    /// <summary>Stands for the space before a word.</summary>
    public const string Mark = "\u2581";

    private readonly T5TokenizerFiles _files;
    private readonly UnigramModel _model;
    private readonly Dictionary<int, AddedToken> _added;
    private readonly IReadOnlyList<(string Text, int Id)> _raw;
    private readonly IReadOnlyList<(string Text, int Id)> _normalized;

    private T5Tokenizer(T5TokenizerFiles files)
    {
        if (files.Pieces.Count == 0 || files.Unknown < 0 || files.Unknown >= files.Pieces.Count)
        {
            throw new InputException($"{files.Source} has no piece for what is unknown; it is damaged.");
        }
        _files = files;
        _model = new UnigramModel(files.Pieces, files.Unknown);
        _added = files.Added.DistinctBy(token => token.Id).ToDictionary(token => token.Id);
        // The longest of those that begin at one place wins; the order serves that.
        var tokens = files.Added.Where(token => token.Text.Length > 0).OrderByDescending(token => token.Text.Length);
        _raw = [.. tokens.Where(token => !token.Normalized).Select(token => (token.Text, token.Id))];
        _normalized = [.. tokens.Where(token => token.Normalized).Select(token => (Normalized(token.Text), token.Id))];
        EndToken = Id(files.End);
        PadToken = Id(files.Pad);
        VocabularySize = Math.Max(files.Pieces.Count, files.Added.Select(token => token.Id + 1).DefaultIfEmpty().Max());
    }

    /// <summary>Id after every text, kept where the text is cut.</summary>
    public int EndToken { get; }

    /// <summary>Id that fills up.</summary>
    public int PadToken { get; }

    /// <summary>One more than the largest id; a model's embedding table may have more rows.</summary>
    public int VocabularySize { get; }

    /// <summary>Reads a tokenizer folder: tokenizer.json, or spiece.model where there is none.</summary>
    /// <exception cref="InputException">A file is missing, damaged, or describes another kind of tokenizer.</exception>
    public static T5Tokenizer Open(string folder) => new(T5TokenizerFiles.Read(folder));

    /// <summary>All ids of a text, the end included, however many they are.</summary>
    public int[] Encode(string text)
    {
        var ids = new List<int>();
        var first = true;
        foreach (var (raw, token) in Cut(text, _raw))
        {
            if (token is { } id)
            {
                ids.Add(id);
                first = false;
                continue;
            }
            foreach (var (inner, innerToken) in Cut(Normalized(raw), _normalized))
            {
                if (innerToken is { } innerId)
                {
                    ids.Add(innerId);
                }
                else
                {
                    Words(inner, first, ids);
                }
                first = false;
            }
        }
        ids.Add(EndToken);
        return [.. ids];
    }

    /// <summary>The ids of a text, cut to a length with the end token kept; not filled up.</summary>
    /// <param name="text">Any text; empty gives the end token alone.</param>
    /// <param name="length">At least 1.</param>
    public int[] Encode(string text, int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        var ids = Encode(text);
        if (ids.Length > length)
        {
            Array.Resize(ref ids, length);
            ids[^1] = EndToken;
        }
        return ids;
    }

    /// <summary>What <see cref="Encode(string, int)"/> leaves out of a text that is too long, as the tokens read; empty where all of it fits.</summary>
    public string CutFrom(string text, int length)
    {
        var ids = Encode(text);
        return ids.Length <= length
            ? ""
            : string.Concat(ids[(length - 1)..^1].Select(Piece)).Replace(Mark, " ", StringComparison.Ordinal).Trim();
    }

    private string Piece(int id) =>
        id < _files.Pieces.Count ? _files.Pieces[id].Piece : _added.GetValueOrDefault(id)?.Text ?? "";

    private void Words(string text, bool first, List<int> ids)
    {
        var words = _files.SplitsWhitespace ? text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) : [text];
        foreach (var word in words)
        {
            var marked = word.Replace(" ", Mark, StringComparison.Ordinal);
            if (
                (_files.Mark == WordMark.Always || (_files.Mark == WordMark.First && first))
                && !marked.StartsWith(Mark, StringComparison.Ordinal)
            )
            {
                marked = Mark + marked;
            }
            first = false;
            for (var start = 0; start < marked.Length; )
            {
                var next = _files.CutsAtMarks ? marked.IndexOf(Mark[0], start + 1) : -1;
                var end = next < 0 ? marked.Length : next;
                _model.Encode(marked.AsSpan(start, end - start), ids);
                start = end;
            }
        }
    }

    /// <summary>Pieces and tokens; white space that a token takes up is gone from its neighbours.</summary>
    private List<(string Piece, int? Id)> Cut(string text, IReadOnlyList<(string Text, int Id)> tokens)
    {
        var parts = SpecialTokens.Split(text, tokens).ToList();
        for (var i = 0; i < parts.Count; i++)
        {
            if (parts[i].Id is not null)
            {
                continue;
            }
            var piece = parts[i].Piece;
            if (i > 0 && parts[i - 1].Id is { } before && _added[before].TakesRight)
            {
                piece = piece.TrimStart();
            }
            if (i + 1 < parts.Count && parts[i + 1].Id is { } after && _added[after].TakesLeft)
            {
                piece = piece.TrimEnd();
            }
            parts[i] = (piece, null);
        }
        return [.. parts.Where(part => part.Piece.Length > 0)];
    }

    private string Normalized(string text) =>
        _files.Normalizers.Aggregate(text, (normalized, step) => step(normalized));

    private int Id(string token) =>
        _files.Added.FirstOrDefault(added => added.Text == token)?.Id
        ?? _model.Find(token)
        ?? throw new InputException($"{_files.Source} has no token {token}, which T5 needs.");
}
