using System.Text;
using Semblance.Text;

namespace Semblance.Models.Tokenizers;

/// <summary>
/// CLIP's byte-level BPE, id for id that of transformers' CLIPTokenizer (its tokenizers backend, without ftfy): special
/// tokens are taken out of the text, what lies between them is normalised (form C, lower case letter by letter), cut
/// into words and each word merged. Thread-safe.
/// </summary>
public sealed class ClipTokenizer
{
    private readonly BytePairMerges _merges;
    private readonly Lazy<ClipDetokenizer> _detokenizer;
    private readonly AddedTokens _specials;
    private readonly ClipTokenizerFiles _files;

    private ClipTokenizer(ClipTokenizerFiles files)
    {
        _files = files;
        _merges = new BytePairMerges(files.Vocabulary, files.Merges, files.Id(files.UnknownToken));
        _detokenizer = new Lazy<ClipDetokenizer>(() => new ClipDetokenizer(files.Vocabulary, files.Specials));
        _specials = new AddedTokens(files.Specials, Normalized);
        StartToken = files.Id(files.StartToken);
        EndToken = files.Id(files.EndToken);
        PadToken = files.Id(files.PadToken);
        MaximumLength = files.MaximumLength;
        VocabularySize = files.Vocabulary.Values.Concat(files.Specials.Select(special => special.Id)).Max() + 1;
    }

    /// <summary>The id that begins every text.</summary>
    public int StartToken { get; }

    /// <summary>Id after every text, kept where the text is cut.</summary>
    public int EndToken { get; }

    /// <summary>Id that fills a text up to its length: the end token for most models, <c>!</c> for some.</summary>
    public int PadToken { get; }

    /// <summary>How many ids the model takes, start and end counted, as tokenizer_config.json says; 77 where it does not.</summary>
    public int MaximumLength { get; }

    /// <summary>One more than the largest id.</summary>
    public int VocabularySize { get; }

    /// <summary>Whether a folder holds a tokenizer that <see cref="Open"/> can read.</summary>
    internal static bool IsIn(string folder) =>
        ClipTokenizerFiles.HasPieces(folder) || File.Exists(Path.Combine(folder, "tokenizer.json"));

    /// <summary>
    /// Reads a tokenizer folder: vocab.json with merges.txt, or tokenizer.json where they are missing, and, where they
    /// are there, tokenizer_config.json, special_tokens_map.json and added_tokens.json.
    /// </summary>
    /// <exception cref="InputException">A file is missing, damaged, or describes another kind of tokenizer.</exception>
    public static ClipTokenizer Open(string folder) => new(ClipTokenizerFiles.Read(folder));

    /// <summary>
    /// A tokenizer that knows further tokens, as transformers' <c>add_special_tokens</c> adds them: they are found in a
    /// text before it is lower-cased and split, and have the ids from <see cref="VocabularySize"/> on.
    /// </summary>
    internal ClipTokenizer With(IReadOnlyList<string> tokens) =>
        new(
            _files with
            {
                Specials =
                [
                    .. _files.Specials,
                    .. tokens.Select((token, i) => new AddedToken(token, VocabularySize + i, Normalized: false)),
                ],
            }
        );

    /// <summary>The same tokenizer with another token that fills up, which is then a special one; null for its own.</summary>
    /// <exception cref="InputException">The vocabulary does not have it.</exception>
    internal ClipTokenizer PaddedBy(string? token) =>
        token is null || token == _files.PadToken
            ? this
            : new(
                _files with
                {
                    PadToken = token,
                    Specials = _files.Specials.Any(special => special.Text == token)
                        ? _files.Specials
                        : [.. _files.Specials, new AddedToken(token, _files.Id(token), Normalized: false)],
                }
            );

    /// <summary>All ids of a text, start and end included, however many they are.</summary>
    public int[] Encode(string text)
    {
        var ids = new List<int> { StartToken };
        foreach (var (piece, special) in _specials.Split(text))
        {
            if (special is { } id)
            {
                ids.Add(id);
                continue;
            }

            foreach (var word in ClipWords.Split(piece))
            {
                _merges.Encode(piece.AsSpan(word), ids);
            }
        }

        ids.Add(EndToken);
        return [.. ids];
    }

    /// <summary>The ids of a text, cut to a length with the end token kept, and filled up to it where asked.</summary>
    /// <param name="text">Any text; empty gives start and end.</param>
    /// <param name="length">At least 2.</param>
    /// <param name="pad">Whether <see cref="PadToken"/> fills up to <paramref name="length"/>.</param>
    public int[] Encode(string text, int length, bool pad = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 2);
        var ids = Encode(text);
        if (ids.Length > length)
        {
            Array.Resize(ref ids, length);
            ids[^1] = EndToken;
        }
        else if (pad && ids.Length < length)
        {
            var own = ids.Length;
            Array.Resize(ref ids, length);
            ids.AsSpan(own).Fill(PadToken);
        }

        return ids;
    }

    /// <summary>
    /// What <see cref="Encode(string, int, bool)"/> leaves out of a text that is too long, as the tokens read (lower
    /// case, words apart); empty where all of it fits.
    /// </summary>
    internal string CutFrom(string text, int length)
    {
        var ids = Encode(text);
        return ids.Length > length ? _detokenizer.Value.Text(ids.AsSpan(length - 1, ids.Length - length)) : "";
    }

    /// <summary>Form C, then each character's own lower case: unlike a whole text's, a final sigma stays an ordinary one.</summary>
    private static string Normalized(string text)
    {
        var lower = new StringBuilder(text.Length);
        foreach (var rune in Normalization.FormC(text).EnumerateRunes())
        {
            if (rune.Value == 0x130)
            {
                // The one character whose lower case is two: i and a dot above.
                lower.Append("i\u0307");
            }
            else
            {
                lower.Append(Rune.ToLowerInvariant(rune));
            }
        }

        return lower.ToString();
    }
}
