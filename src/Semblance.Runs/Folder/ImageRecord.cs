namespace Semblance.Runs.Folder;

/// <summary>One line of <c>images.parquet</c>. Paths inside the run folder are relative to it, others full.</summary>
internal sealed record ImageRecord(
    string Model,
    string Prompt,
    string? Seed,
    string Path,
    string? Sha256,
    int? Width,
    int? Height
);
