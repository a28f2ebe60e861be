namespace Semblance.Wording;

/// <summary>A text as it stands in a message.</summary>
public static class Excerpt
{
    // Of a long text its beginning and its end.
    private const int Start = 40;
    private const int End = 20;
    private const string Gap = " ... ";

    /// <summary>The text, or its first 40 and last 20 characters.</summary>
    public static string Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length <= Start + Gap.Length + End)
        {
            return text;
        }

        // Halves of a character would be shown as something else.
        var start = char.IsLowSurrogate(text[Start]) ? Start - 1 : Start;
        var end = char.IsLowSurrogate(text[^End]) ? End - 1 : End;
        return $"{text[..start].TrimEnd()}{Gap}{text[^end..].TrimStart()}";
    }
}
