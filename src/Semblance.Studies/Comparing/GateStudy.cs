using Semblance.Comparison;
using Semblance.Reports.Content;
using Semblance.Runs.Comparing;

namespace Semblance.Studies.Comparing;

/// <summary>What a <see cref="GateStudy"/> decided.</summary>
/// <param name="Decision">With its warnings.</param>
/// <param name="EncoderName">What the scores were made with; null if unknown.</param>
/// <param name="Caution">The encoder's, if images were scored.</param>
/// <param name="Content">What a report shows of the two models; null unless asked for.</param>
public sealed record GateResult(
    GateDecision Decision,
    string? EncoderName,
    string? Caution,
    ReportContent? Content = null
);

/// <summary>May the candidate replace the baseline?</summary>
public static class GateStudy
{
    /// <summary>Finds the scores, pairs the two models by prompt, and decides.</summary>
    /// <exception cref="InputException">The scores cannot be paired.</exception>
    /// <exception cref="UsageException">An unknown name, the same model twice, or an option outside its range.</exception>
    public static async Task<GateResult> RunAsync(
        GateRequest request,
        StudyHost host,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        var (source, baseline, candidate, options) = request;
        (var input, var caution) = await source.OpenAsync(host, cancellationToken);
        using (input)
        {
            var decision = GateStage.Run(
                input,
                source.Match,
                baseline,
                candidate,
                options with
                {
                    Threads = source.Threads,
                },
                cancellationToken
            );
            var content = request.ForReport
                ? ContentReader.Read(
                    source.Name(input),
                    input,
                    source.Match with
                    {
                        Models = [baseline, candidate],
                    },
                    new ComparisonOptions { Threads = source.Threads },
                    cancellationToken
                ) with
                {
                    Decision = decision.Sentence,
                }
                : null;
            return new GateResult(decision, input.EncoderName, caution, content);
        }
    }
}
