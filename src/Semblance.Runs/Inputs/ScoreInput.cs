using Semblance.Consistency;
using Semblance.Runs.Folder;
using Semblance.Runs.Inputs.Containers;
using Semblance.Wording;

namespace Semblance.Runs.Inputs;

/// <summary>One image of the input.</summary>
/// <param name="Model">Name of the model; empty where the input names none (flat folders).</param>
/// <param name="Prompt">Raw text, or the name of the folder.</param>
/// <param name="Seed">What sets the image apart within its prompt, or null.</param>
/// <param name="Path">The file, as the user would write it (relative paths are relative to the working directory).</param>
public sealed record ImageRow(string Model, string Prompt, string? Seed, string Path)
{
    /// <summary>Where the image is if it is not a file of its own; <see cref="Path"/> then begins with that of the container.</summary>
    internal HeldImage? Held { get; init; }

    /// <summary>The file that is read.</summary>
    internal string FilePath => Held?.Container.Path ?? Path;
}

/// <summary>What <c>score</c> was pointed at: image files or ready embeddings.</summary>
public abstract record ScoreInput
{
    /// <summary>Files, folders and vectors that cannot be used, and why: an error, unless they are to be left out.</summary>
    public IReadOnlyList<SkippedFile> Bad { get; init; } = [];

    /// <summary>Folders in the place of a set or a model that hold nothing to score; they are left out and listed.</summary>
    public IReadOnlyList<SkippedFile> Empty { get; init; } = [];
}

/// <summary>Image files, sorted by model, prompt (ordinal) and seed (natural order: 2 before 10).</summary>
/// <param name="Rows">Never the same file twice in a set.</param>
/// <param name="PromptsAreRaw">Whether <see cref="ImageRow.Prompt"/> is the text that the images were made from, not a folder's name.</param>
public sealed record ImageInput(IReadOnlyList<ImageRow> Rows, bool PromptsAreRaw) : ScoreInput
{
    /// <summary>
    /// The images in sets by the prompt, seed and model that the program that made them wrote into the files. Images
    /// that hold no such text are bad.
    /// </summary>
    /// <param name="read">Reads the texts of an image file by their keywords; none where there are none.</param>
    /// <exception cref="InputException">No image holds such a text.</exception>
    public ImageInput WithTexts(Func<Stream, IReadOnlyDictionary<string, string>> read) => TextPrompts.Of(this, read);

    /// <summary>How many files beside the images were ignored, by their extensions.</summary>
    public IReadOnlyDictionary<string, int> Ignored { get; init; } = new Dictionary<string, int>();

    /// <summary>
    /// Replaces folder names by the raw prompts that they stand for: equal text, then the folder name that
    /// <see cref="SafeName"/> gives, then equal <see cref="Prompts.PromptKey"/>.
    /// </summary>
    /// <param name="prompts">Raw texts, for example of <see cref="PromptFile.Read"/>.</param>
    /// <exception cref="InputException">A folder's name matches no prompt, or two different ones.</exception>
    public ImageInput WithPrompts(IReadOnlyList<string> prompts) => PromptFile.Match(this, prompts);
}

/// <summary>Sets of embeddings that were made elsewhere and are scored as they are.</summary>
/// <param name="Sets">All of one dimension, without the vectors that are <see cref="ScoreInput.Bad"/>.</param>
/// <param name="Source">Names of the files, for the reader.</param>
/// <param name="PromptsAreRaw">Whether the prompts are raw text (tensor names and prompt columns are).</param>
public sealed record EmbeddingInput(IReadOnlyList<EmbeddingSet> Sets, string Source, bool PromptsAreRaw) : ScoreInput
{
    /// <summary>Whether some vectors were in double precision, and so are rounded.</summary>
    public bool Rounded { get; init; }

    /// <summary>How tables were read, where that could have been otherwise.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Sets of which nothing is left once what is <see cref="ScoreInput.Bad"/> is taken out, as far as they are known by name.</summary>
    internal IReadOnlyList<(string Model, string Prompt)> Lost { get; init; } = [];
}

/// <summary>The embeddings of one model and prompt.</summary>
/// <param name="Model">Name of the model.</param>
/// <param name="Prompt">Name of the set.</param>
/// <param name="Names">What the rows are called in a report; null to call them by their number from 0.</param>
/// <param name="Vectors">[rows, dimension], not normalised, finite, no row all zero.</param>
/// <param name="Dimension">Length of one vector.</param>
public sealed record EmbeddingSet(
    string Model,
    string Prompt,
    IReadOnlyList<string>? Names,
    ReadOnlyMemory<float> Vectors,
    int Dimension
)
{
    /// <summary>The seed of each row; null where they are not known.</summary>
    public IReadOnlyList<string>? Seeds { get; init; }

    /// <summary>The number of vectors in the set.</summary>
    public int Count => Vectors.Length / Dimension;

    /// <summary>The set as messages show it: its prompt in quotes, and its model where it has one.</summary>
    public string Quoted() => Model.Length > 0 ? $"{QuotedPrompt.Of(Prompt)} of {Model}" : QuotedPrompt.Of(Prompt);

    /// <summary>What row <paramref name="row"/> is called: its path where known, else its number from 0.</summary>
    public string NameOf(int row) => Names is null ? $"{row}" : Names[row];
}
