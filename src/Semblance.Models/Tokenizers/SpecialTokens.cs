namespace Semblance.Models.Tokenizers;

/// <summary>Finds tokens that stand for themselves in a text.</summary>
internal static class SpecialTokens
{
    /// <summary>The text in pieces, each either plain (no id) or one token; plain pieces are never empty.</summary>
    /// <param name="text">To be searched, as it is.</param>
    /// <param name="tokens">Longest first: of those that begin at one place the first wins.</param>
    public static IEnumerable<(string Piece, int? Id)> Split(string text, IReadOnlyList<(string Text, int Id)> tokens)
    {
        var start = 0;
        for (var at = 0; at < text.Length; )
        {
            var found = -1;
            for (var i = 0; i < tokens.Count && found < 0; i++)
            {
                found = string.CompareOrdinal(text, at, tokens[i].Text, 0, tokens[i].Text.Length) == 0 ? i : -1;
            }
            if (found < 0)
            {
                at++;
                continue;
            }
            if (at > start)
            {
                yield return (text[start..at], null);
            }
            yield return (tokens[found].Text, tokens[found].Id);
            at += tokens[found].Text.Length;
            start = at;
        }
        if (start < text.Length)
        {
            yield return (text[start..], null);
        }
    }
}
