using Semblance.Cli.Commands.Models;
using Semblance.Models.Diffusion;

namespace Semblance.Cli.Commands;

/// <summary>What <c>semblance generate</c> was asked for, presets applied.</summary>
internal sealed record GenerateRequest(
    string Model,
    IReadOnlyList<string> Prompts,
    IReadOnlyList<long> Seeds,
    PictureSize Size,
    string Format,
    DiffusionSettings Settings,
    string Run,
    bool DryRun,
    bool Estimate,
    bool Force,
    FetchConsent Consent,
    bool Quiet
);
