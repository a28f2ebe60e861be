using System.CommandLine;
using Semblance.Models.Diffusion.Pipelines;
using Semblance.Models.Diffusion.Schedulers;

namespace Semblance.Cli.Options;

/// <summary>The options of <c>generate</c> that the cards of few-step models ask for: how the scheduler steps, and guidance rescale.</summary>
internal sealed class SamplingOptions(Command command)
{
    private readonly Option<string?> _spacing = command
        .Text(
            "--timestep-spacing",
            "How the scheduler spaces its timesteps [default: as its config says]",
            "leading|trailing|linspace"
        )
        .Restrict("leading", "trailing", "linspace");

    private readonly Option<int[]?> _timesteps = command.Counts(
        "--timesteps",
        "The timesteps to visit, falling, one per step, in place of a spacing",
        least: 0
    );

    private readonly Option<string?> _prediction = command
        .Text(
            "--prediction-type",
            "What the network predicts [default: as the scheduler's config says]",
            "epsilon|v_prediction|sample"
        )
        .Restrict("epsilon", "v_prediction", "sample");

    private readonly Option<double?> _eta = command.Number(
        "--eta",
        "DDIM, TCD, DPM++ SDE: share of the noise that a step may add [default: 0, 0.3, 1]"
    );

    private readonly Option<double?> _rescale = command.Number(
        "--guidance-rescale",
        "How far guided predictions get the deviation of unguided ones, 0 to 1 [default: 0]"
    );

    /// <summary>The settings with what is given of these options.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="settings">Those of the other options.</param>
    /// <param name="steps">The number of steps, where it is given.</param>
    /// <exception cref="UsageException">It is not the number of timesteps.</exception>
    public DiffusionSettings Add(ParseResult parsed, DiffusionSettings settings, int? steps)
    {
        // Not given, it is empty.
        var timesteps = parsed.GetValue(_timesteps) is { Length: > 0 } given ? given : null;
        if (timesteps is not null && steps is { } count && count != timesteps.Length)
        {
            throw new UsageException(
                $"--steps {count} and --timesteps {string.Join(',', timesteps)} do not go together; leave out --steps."
            );
        }

        return settings with
        {
            Steps = timesteps?.Length ?? settings.Steps,
            Timesteps = timesteps,
            Spacing = parsed.GetValue(_spacing) switch
            {
                null => null,
                "leading" => TimestepSpacing.Leading,
                "trailing" => TimestepSpacing.Trailing,
                _ => TimestepSpacing.Linspace,
            },
            Prediction = parsed.GetValue(_prediction) switch
            {
                null => null,
                "epsilon" => PredictionType.Epsilon,
                "sample" => PredictionType.Sample,
                _ => PredictionType.VPrediction,
            },
            Eta = parsed.GetValue(_eta),
            GuidanceRescale = (float)(parsed.GetValue(_rescale) ?? 0),
        };
    }
}
