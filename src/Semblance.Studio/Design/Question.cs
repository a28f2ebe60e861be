using System.Security.Cryptography;
using System.Text;

namespace Semblance.Studio.Design;

/// <summary>What raters are asked. Every vote carries the hash, since the words decide the result.</summary>
/// <param name="Name">Of the preset, <c>attribute</c>, or of the file.</param>
/// <param name="Text">The question above the two galleries.</param>
/// <param name="Instructions">What a rater reads before the first page; a blank line parts paragraphs.</param>
/// <param name="HasTie">Whether "about the same" may be answered.</param>
public sealed record Question(string Name, string Text, string Instructions, bool HasTie)
{
    /// <summary>The usual question, with ties.</summary>
    public static Question Default { get; } =
        new(
            "default",
            "In which set are the images more alike?",
            "You will see two sets of images. Look at each set as a whole: how much do its images resemble each other in what they show and how they show it?\n\n"
                + "Choose the set whose images are more alike. It does not matter which images are prettier, or which fit a description better.\n\n"
                + "If you see no clear difference, answer \"About the same\".",
            HasTie: true
        );

    /// <summary>The forced choice of the published study: no tie.</summary>
    public static Question Paper2024 { get; } =
        new(
            "paper-2024",
            "Which is the most similar set?",
            "You will see two sets of images. Choose the set whose images are the most similar to each other. A few seconds are enough for each page; there is no right or wrong answer.",
            HasTie: false
        );

    /// <summary>About one named attribute, which raters judge far more surely than variety as such.</summary>
    public static Question OfAttribute(string attribute) =>
        new(
            "attribute",
            $"In which set do the images vary less in this respect: {attribute}?",
            $"You will see two sets of images. Look only at this: {attribute}.\n\n"
                + "For each set, count how many clearly different values you see. Then choose the set with fewer.\n\n"
                + "If both have about as many, answer \"About the same\".",
            HasTie: true
        );

    /// <summary>Reads a preset's name, <c>attribute:TEXT</c>, or the path of a text file: the question in its first line, instructions below.</summary>
    /// <exception cref="UsageException">It is none of them.</exception>
    /// <exception cref="InputException">The file has no question.</exception>
    public static Question Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        const string Attribute = "attribute:";
        if (text.StartsWith(Attribute, StringComparison.Ordinal))
        {
            return text[Attribute.Length..].Trim() is { Length: > 0 } attribute
                ? OfAttribute(attribute)
                : throw new UsageException(
                    "The attribute of the question is empty; name one, such as attribute:colour of the coat."
                );
        }

        return text switch
        {
            "default" => Default,
            "paper-2024" => Paper2024,
            _ when File.Exists(text) => OfFile(text),
            _ => throw new UsageException(
                $"'{text}' is not a question: give default, paper-2024, attribute:TEXT, or a text file that exists."
            ),
        };
    }

    /// <summary>SHA-256 of all that a rater is told, as <c>sha256:</c> and 16 hexadecimal digits.</summary>
    public string Hash =>
        "sha256:"
        + Convert.ToHexStringLower(
            SHA256.HashData(Encoding.UTF8.GetBytes($"{Text}\n{Instructions}\n{(HasTie ? "tie" : "forced")}"))
        )[..16];

    private static Question OfFile(string path)
    {
        string[] lines;
        try
        {
            lines = [.. RegularFile.ReadLines(path, RegularFile.MostOfNote)];
        }
        catch (Exception error) when (FileFault.IsOne(error))
        {
            throw new InputException($"{path} cannot be read: {error.Message}", error);
        }

        return lines is [var first, .. var rest] && first.Trim().Length > 0
            ? new Question(Path.GetFileName(path), first.Trim(), string.Join('\n', rest).Trim(), HasTie: true)
            : throw new InputException($"{path} has no question: write it in the first line, and instructions below.");
    }
}
