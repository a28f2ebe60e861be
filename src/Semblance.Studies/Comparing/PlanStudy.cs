using Semblance.Planning;
using Semblance.Runs.Comparing;

namespace Semblance.Studies.Comparing;

/// <summary>A plan and what it rests on.</summary>
/// <param name="Plan">The designs, and the advice.</param>
/// <param name="EncoderName">What the pilot's scores were made with; null if unknown, or without a pilot.</param>
/// <param name="Caution">The encoder's, if images were scored.</param>
public sealed record PlanResult(PlanReport Plan, string? EncoderName = null, string? Caution = null);

/// <summary>How many prompts and seeds a wanted precision or power needs.</summary>
public static class PlanStudy
{
    /// <summary>Plans from the components of variance of a pilot.</summary>
    /// <exception cref="InputException">One prompt, or no components of variance.</exception>
    /// <exception cref="UsageException">An unknown name, or more than two models and none named.</exception>
    public static async Task<PlanResult> RunAsync(
        ScoreSource pilot,
        PlanSubject subject,
        PlanOptions options,
        StudyHost host,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(pilot);
        (var input, var caution) = await pilot.OpenAsync(host, cancellationToken);
        using (input)
        {
            var threads = new Threads(pilot.Threads, cancellationToken);
            var variance = PlanStage.Run(input, pilot.Match, subject, threads);
            return new PlanResult(StudyPlanner.Plan(variance, options), input.EncoderName, caution);
        }
    }
}
