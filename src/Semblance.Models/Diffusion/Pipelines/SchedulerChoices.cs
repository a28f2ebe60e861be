using System.Globalization;
using Semblance.Models.Diffusion.Schedulers;

namespace Semblance.Models.Diffusion.Pipelines;

/// <summary>What a user chooses of a scheduler beside its class.</summary>
internal static class SchedulerChoices
{
    /// <summary>The configuration with the settings of a run in place of its own.</summary>
    /// <exception cref="UsageException">A setting is out of range, or one that the scheduler does not have.</exception>
    public static SchedulerConfig Apply(SchedulerConfig config, DiffusionSettings settings)
    {
        var kind = config.Kind;
        if (settings.Spacing is not null && !kind.Keys.Contains("timestep_spacing"))
        {
            throw Without(kind, "spaces its timesteps in one way only");
        }

        if (settings.Eta is { } eta)
        {
            _ =
                kind.Eta is null ? throw Without(kind, "does not let one choose how much noise it adds (eta)")
                : eta is < 0 or > 1 or double.NaN
                    ? throw new UsageException(
                        string.Create(CultureInfo.InvariantCulture, $"Eta is {eta}; it can be 0 to 1.")
                    )
                : eta;
        }

        if (settings.Prediction is { } prediction)
        {
            _ =
                kind.Family == SchedulerFamily.Flow
                || (kind.Family == SchedulerFamily.Edm && prediction == PredictionType.Sample)
                    ? throw Without(kind, "is not for a network that predicts something else")
                    : prediction;
        }

        return config with
        {
            Spacing = settings.Spacing ?? config.Spacing,
            Prediction = settings.Prediction ?? config.Prediction,
            Eta = settings.Eta,
            Visited = settings.Timesteps is { } timesteps ? Checked(timesteps, config, settings.Steps) : null,
        };
    }

    private static IReadOnlyList<int> Checked(IReadOnlyList<int> timesteps, SchedulerConfig config, int steps)
    {
        if (!config.Kind.TakesTimesteps)
        {
            throw Without(config.Kind, "does not take a list of timesteps");
        }

        if (config.Sigmas != SigmaSpacing.Timesteps)
        {
            throw new UsageException(
                $"A list of timesteps does not go with {config.Sigmas} sigmas, which decide about the timesteps."
            );
        }

        if (timesteps.Count != steps)
        {
            throw new UsageException($"{steps} steps are asked for, and {timesteps.Count} timesteps are listed.");
        }

        var falling = timesteps.Zip(timesteps.Skip(1), (one, next) => next < one).All(falls => falls);
        return falling && timesteps.All(t => t >= 0 && t < config.TrainingSteps)
            ? timesteps
            : throw new UsageException(
                $"The timesteps {string.Join(", ", timesteps)} cannot be visited: they must fall, and lie from 0 to {config.TrainingSteps - 1}."
            );
    }

    private static UsageException Without(SchedulerKind kind, string why) =>
        new($"{kind.Title} {why}; choose another scheduler, or leave the setting out.");
}
