namespace Semblance.Cli.Commands;

/// <summary>What <c>semblance score</c> was asked for.</summary>
internal sealed record ScoreRequest(
    IReadOnlyList<string> Paths,
    string? Encoder = null,
    string? Preprocessing = null,
    string Run = ScoreRequest.DefaultRun,
    string Format = "table",
    string? Output = null,
    bool PerPrompt = false,
    bool Explain = false,
    bool Alignment = false,
    string? Prompts = null,
    bool SkipBad = false,
    long? MaxPixels = null,
    long? MaxBytes = null,
    int? Threads = null,
    bool Quiet = false,
    bool Yes = false,
    bool Offline = false
)
{
    public const string DefaultRun = "./semblance-run";
}
