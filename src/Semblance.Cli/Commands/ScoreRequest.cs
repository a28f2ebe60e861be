namespace Semblance.Cli.Commands;

/// <summary>What <c>semblance score</c> was asked for.</summary>
internal sealed record ScoreRequest(
    IReadOnlyList<string> Paths,
    string? Encoder,
    string? Preprocessing,
    string Run,
    string Format,
    string? Output,
    bool PerPrompt,
    bool Explain,
    bool Alignment,
    string? Prompts,
    bool SkipBad,
    long? MaxPixels,
    long? MaxBytes,
    int? Threads,
    bool Quiet,
    bool Yes = false,
    bool Offline = false
)
{
    public const string DefaultRun = "./semblance-run";
}
