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
    private readonly AddedTokens _added;

    private T5Tokenizer(T5TokenizerFiles files)
    {
        if (files.Pieces.Count == 0 || files.Unknown < 0 || files.Unknown >= files.Pieces.Count)
        {
            throw new InputException($"{files.Source} has no piece for unknown text; it is damaged.");
        }

        if (files.Pieces.Any(piece => !double.IsFinite(piece.Score)))
        {
            throw new InputException($"{files.Source} has a piece without a probability; it is damaged.");
        }

        _files = files;
        _model = new UnigramModel(files.Pieces, files.Unknown);
        _added = new AddedTokens(
            files.Added,
            text => files.Normalizers.Aggregate(text, (normalized, step) => step(normalized))
        );
        EndToken = Id(files.End);
        PadToken = Id(files.Pad);
        VocabularySize = Math.Max(files.Pieces.Count, files.Added.Select(token => token.Id + 1).DefaultIfEmpty().Max());
    }

    /// <summary>Id after every text, kept where the text is cut.</summary>
    public int EndToken { get; }

    /// <summary>The id that pads a short text.</summary>
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
        foreach (var (piece, token) in _added.Split(text))
        {
            if (token is { } id)
            {
                ids.Add(id);
            }
            else
            {
                Words(piece, first, ids);
            }

            first = false;
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
        id < _files.Pieces.Count
            ? _files.Pieces[id].Piece
            : _files.Added.FirstOrDefault(token => token.Id == id)?.Text ?? "";

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

    private int Id(string token) =>
        _files.Added.FirstOrDefault(added => added.Text == token)?.Id
        ?? _model.Find(token)
        ?? throw new InputException($"{_files.Source} has no token {token}, which T5 needs.");
}
