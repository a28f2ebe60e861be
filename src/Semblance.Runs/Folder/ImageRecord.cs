namespace Semblance.Runs.Folder;

/// <summary>One image of a run folder: a line of <c>images.parquet</c>.</summary>
/// <param name="Model">Name of the model; empty where none was named.</param>
/// <param name="Prompt">Raw text, or the name of a folder.</param>
/// <param name="Seed">Tells the images of a prompt apart; null where it is not known.</param>
/// <param name="Path">Relative to the run folder if the image is inside, else full: see <see cref="RunFolder.PathOf"/>.</param>
/// <param name="Sha256">Lower-case hexadecimal, of the file; null until it is generated or embedded. Embeddings are found by it.</param>
/// <param name="Width">Pixels; null where it was not generated here.</param>
/// <param name="Height">Pixels; null where it was not generated here.</param>
public sealed record ImageRecord(
    string Model,
    string Prompt,
    string? Seed,
    string Path,
    string? Sha256,
    int? Width,
    int? Height
);
