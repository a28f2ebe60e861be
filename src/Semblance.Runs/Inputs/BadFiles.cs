using Semblance.Consistency;
using Semblance.Text;
using Semblance.Wording;

namespace Semblance.Runs.Inputs;

/// <summary>The message where a part of the input cannot be used and is not to be left out.</summary>
internal static class BadFiles
{
    /// <summary>All of them, and at the end what to do.</summary>
    /// <param name="heading">How many of what.</param>
    /// <param name="bad">At least one.</param>
    /// <param name="rest">A sentence on what became of the others; may be empty.</param>
    /// <param name="remedies">What helps against some of the faults.</param>
    public static InputException Error(
        string heading,
        IReadOnlyList<SkippedFile> bad,
        string rest = "",
        IEnumerable<Remedy>? remedies = null
    ) =>
        new([
            .. Listing.Of([$"{heading} cannot be used:", .. bad.Select(file => $"  {file.Path}: {file.Reason}")]),
            $"{rest}{(rest.Length > 0 ? " " : "")}Fix or remove {(bad.Count == 1 ? "it" : "these")}.",
        ])
        {
            Remedies = [.. remedies ?? [], new Remedy(RemedyKind.SkipBad)],
        };

    /// <summary>What a reader said of a file, without the name of the file at its beginning and the stop at its end.</summary>
    public static string ReasonOf(InputException error, string path)
    {
        var shown = ControlCharacters.Escaped(path);
        return (
            error.Message.StartsWith(shown, StringComparison.Ordinal) ? error.Message[shown.Length..] : error.Message
        )
            .TrimStart(' ', ':', ',')
            .TrimEnd('.');
    }
}
