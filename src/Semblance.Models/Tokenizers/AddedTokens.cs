using System.Text.Json;
using Semblance.Models.Configuration;

namespace Semblance.Models.Tokenizers;

/// <summary>A token that is taken out of a text before the text is cut into words or pieces.</summary>
/// <param name="Text">As it is written.</param>
/// <param name="Id">In the vocabulary, or beyond it.</param>
/// <param name="Normalized">Whether it is looked for after normalising (so in any case of letters) or in the text as it is.</param>
/// <param name="TakesLeft">Whether white space before it belongs to it.</param>
/// <param name="TakesRight">Whether white space after it belongs to it.</param>
internal sealed record AddedToken(string Text, int Id, bool Normalized, bool TakesLeft = false, bool TakesRight = false)
{
    /// <summary>Reads a token as tokenizer.json and tokenizer_config.json describe it.</summary>
    /// <exception cref="FormatException">It stands for whole words only.</exception>
    public static AddedToken Read(JsonElement token, int id)
    {
        var text = token.GetProperty("content").Text();
        return Flag("single_word")
            ? throw new FormatException($"the special token {text} stands for whole words only, which is not supported")
            : new AddedToken(text, id, Flag("normalized"), Flag("lstrip"), Flag("rstrip"));

        bool Flag(string name) => token.TryGetProperty(name, out var flag) && flag.ValueKind == JsonValueKind.True;
    }

    /// <summary>The tokens of <c>added_tokens_decoder</c> (id to token); null where the config has none.</summary>
    /// <exception cref="FormatException">A key is not an id, or a token stands for whole words only.</exception>
    public static IReadOnlyList<AddedToken>? Decoder(JsonElement config) =>
        config.TryGetProperty("added_tokens_decoder", out var map) && map.ValueKind == JsonValueKind.Object
            ?
            [
                .. map.EnumerateObject()
                    .Select(pair =>
                        Read(
                            pair.Value,
                            int.TryParse(pair.Name, out var id) && id >= 0
                                ? id
                                : throw new FormatException($"\"{pair.Name}\" in added_tokens_decoder is not an id")
                        )
                    ),
            ]
            : null;
}

/// <summary>
/// Takes the added tokens out of a text, as the tokenizers library does: first those that are looked for in the text as
/// it is, then, in what lies between them and is normalised, the others.
/// </summary>
internal sealed class AddedTokens
{
    private readonly Func<string, string> _normalize;
    private readonly IReadOnlyList<AddedToken> _raw;
    private readonly IReadOnlyList<AddedToken> _normalized;

    public AddedTokens(IEnumerable<AddedToken> tokens, Func<string, string> normalize)
    {
        // The longest of those that begin at one place wins; the order serves that.
        var sorted = tokens.Where(token => token.Text.Length > 0).OrderByDescending(token => token.Text.Length);
        _normalize = normalize;
        _raw = [.. sorted.Where(token => !token.Normalized)];
        _normalized =
        [
            .. sorted
                .Where(token => token.Normalized)
                .Select(token => token with { Text = normalize(token.Text) })
                .Where(token => token.Text.Length > 0),
        ];
    }

    /// <summary>The text in order: tokens with their ids, and between them normalised text that is never empty.</summary>
    public IEnumerable<(string Piece, int? Id)> Split(string text) =>
        Cut(text, _raw)
            .SelectMany(part => part.Token is null ? Cut(_normalize(part.Piece), _normalized) : [part])
            .Select(part => (part.Piece, part.Token?.Id));

    /// <summary>Plain pieces and tokens by turns; white space that a token strips is removed from its neighbours.</summary>
    private static IEnumerable<(string Piece, AddedToken? Token)> Cut(string text, IReadOnlyList<AddedToken> tokens)
    {
        var (start, before) = (0, (AddedToken?)null);
        for (var at = 0; at <= text.Length; )
        {
            var found = tokens.FirstOrDefault(token =>
                string.CompareOrdinal(text, at, token.Text, 0, token.Text.Length) == 0
            );
            if (found is null && at < text.Length)
            {
                at++;
                continue;
            }

            var piece = text[start..at];
            piece = before is { TakesRight: true } ? piece.TrimStart() : piece;
            piece = found is { TakesLeft: true } ? piece.TrimEnd() : piece;
            if (piece.Length > 0)
            {
                yield return (piece, null);
            }

            if (found is null)
            {
                yield break;
            }

            yield return (found.Text, found);
            start = at += found.Text.Length;
            before = found;
        }
    }
}
