using Semblance.Reports.Content;
using Semblance.Runs.Agreeing;
using Semblance.Runs.Comparing;

namespace Semblance.Studies.Comparing;

/// <summary>What a <see cref="CompareStudy"/> found.</summary>
/// <param name="Result">Every statistic.</param>
/// <param name="Caution">The encoder's, if images were scored.</param>
/// <param name="NotKept">Why the statistics are not in the run folder, where they should be; else null.</param>
/// <param name="Content">What a report shows of it; null unless asked for.</param>
public sealed record CompareOutcome(
    CompareResult Result,
    string? Caution,
    ResourceException? NotKept,
    ReportContent? Content = null
);

/// <summary>Find the scores, pair them by prompt, compare, keep the statistics.</summary>
public static class CompareStudy
{
    /// <summary>Compares the models of a source; with a run folder its <c>comparison.json</c> is written.</summary>
    /// <param name="request">The scores, and how they are compared.</param>
    /// <param name="host">Receives messages.</param>
    /// <param name="cancellationToken">Ends the comparison.</param>
    /// <exception cref="InputException">The scores cannot be paired or compared.</exception>
    /// <exception cref="UsageException">A name that fits nothing, or too many models for all pairs.</exception>
    public static async Task<CompareOutcome> RunAsync(
        CompareRequest request,
        StudyHost host,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(host);
        var (source, options) = request;
        var curve = request.HumanCurve is null ? null : HumanCurveJson.Read(request.HumanCurve);
        var encoders = source.Encoders();
        if (encoders.Count > 1)
        {
            source = source with { Encoder = encoders[0].Choice };
        }

        (var input, var caution) = await source.OpenAsync(host, cancellationToken);
        using (input)
        {
            var compared = CompareStage.Run(input, source.Match, options, cancellationToken);
            if (encoders.Count > 1)
            {
                compared = CompareStage.WithEncoders(
                    compared,
                    encoders[0],
                    encoders.Skip(1).Select(other => (other, source.Scores(other.Choice, host))),
                    source.Match,
                    cancellationToken
                );
            }

            var result = curve is null ? compared : CompareStage.WithHuman(compared, curve);
            var notKept = input.Run is { } run
                ? host.Keep(
                    () => CompareStage.Keep(run, result),
                    $"every statistic is kept in {Path.Combine(run.Path, CompareStage.FileName)}"
                )
                : null;
            var content = request.ForReport
                ? ContentReader.Of(source.Name(input), input, source.Match, options, result, cancellationToken)
                : null;
            return new CompareOutcome(result, caution, notKept, content);
        }
    }
}
