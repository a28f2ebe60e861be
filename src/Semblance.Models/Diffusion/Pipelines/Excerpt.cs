namespace Semblance.Models.Diffusion.Pipelines;

/// <summary>Long texts in messages.</summary>
internal static class Excerpt
{
    private const int Start = 40;
    private const int End = 20;
    private const string Gap = " ... ";

    /// <summary>The text, or its beginning and its end where it is long.</summary>
    public static string Of(string text)
    {
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
