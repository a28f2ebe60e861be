using Semblance.Text;

namespace Semblance.Reports.Pages;

/// <summary>A prompt on the page: isolated, so that its direction of writing turns nothing else around.</summary>
internal static class PromptText
{
    private const int Shown = 160;

    public static Html Whole(string prompt) =>
        string.IsNullOrWhiteSpace(prompt) ? Html.Of($"<em>(empty prompt)</em>") : Html.Of($"<bdi>{prompt}</bdi>");

    /// <summary>Its beginning, where it is long.</summary>
    public static Html Short(string prompt) => Whole(Cut(prompt));

    /// <summary>The text, or its beginning.</summary>
    public static string Cut(string prompt)
    {
        if (prompt.Length <= Shown)
        {
            return prompt;
        }

        var end = char.IsHighSurrogate(prompt[Shown - 1]) ? Shown - 1 : Shown;
        return prompt[..end].TrimEnd() + "…";
    }
}
