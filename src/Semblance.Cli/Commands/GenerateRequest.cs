using Semblance.Cli.Commands.Models;
using Semblance.Models.Diffusion.Denoising;
using Semblance.Models.Diffusion.Pipelines;

namespace Semblance.Cli.Commands;

/// <summary>What <c>semblance generate</c> was asked for, presets applied.</summary>
/// <remarks>Without a size the model's own is made; what SDXL is told about sizes depends on it.</remarks>
internal sealed record GenerateRequest(
    string Model,
    IReadOnlyList<string> Prompts,
    IReadOnlyList<long> Seeds,
    PictureSize? Size,
    Func<PictureSize, SizeConditions?> Told,
    Func<PictureSize, SizeConditions?> NegativeTold,
    string Format,
    DiffusionSettings Settings,
    string Run,
    bool DryRun,
    bool Estimate,
    bool Force,
    FetchConsent Consent,
    bool Quiet
);
