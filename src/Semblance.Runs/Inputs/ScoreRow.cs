namespace Semblance.Runs.Inputs;

/// <summary>One line of a table of scores.</summary>
/// <param name="Model">Name.</param>
/// <param name="Prompt">Raw text or the name of a folder.</param>
/// <param name="Scs">0 to 100.</param>
/// <param name="Seeds">How many images; null where the table does not say.</param>
/// <param name="StandardError">Null where the table does not say.</param>
/// <param name="Encoder">Name of the encoder; null where the table does not say.</param>
/// <param name="EncoderKey">Short hash of its identity; null where the table does not say.</param>
/// <param name="Place">Where it stands, for messages: the file and the line.</param>
internal sealed record ScoreRow(
    string Model,
    string Prompt,
    double Scs,
    int? Seeds,
    double? StandardError,
    string? Encoder,
    string? EncoderKey,
    string Place
);
