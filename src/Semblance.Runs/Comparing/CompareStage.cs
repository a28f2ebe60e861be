using Semblance.Agreement;
using Semblance.Comparison;
using Semblance.Consistency;
using Semblance.Runs.Folder;

namespace Semblance.Runs.Comparing;

/// <summary>A comparison with all that a reader must know beside it.</summary>
/// <param name="Matrix">The scores, side by side.</param>
/// <param name="Report">The statistics.</param>
/// <param name="EncoderName">What the scores were made with; null if unknown.</param>
/// <param name="Encoder">All about the encoder; null where only its name is known.</param>
/// <param name="Floor">What images of different prompts score, over the compared prompts; null without embeddings.</param>
/// <param name="Warnings">The report's, and those of the input.</param>
public sealed record CompareResult(
    ScoreMatrix Matrix,
    ComparisonReport Report,
    string? EncoderName,
    EncoderIdentity? Encoder,
    ConsistencyFloor? Floor,
    IReadOnlyList<string> Warnings
)
{
    /// <summary>How many people would see the difference of each pair; null where no curve was given.</summary>
    public IReadOnlyList<HumanSight>? Human { get; init; }

    /// <summary>What every encoder of the source shows; null for one.</summary>
    public EncoderComparison? Encoders { get; init; }
}

/// <summary>From scores to a comparison: pair by prompt, look at the seeds, compare.</summary>
public static class CompareStage
{
    /// <summary>Name of the file in a run folder.</summary>
    public const string FileName = RunFolder.ComparisonName;

    /// <summary>Compares the models of an input.</summary>
    /// <param name="input">Scores, and embeddings where they are at hand.</param>
    /// <param name="match">How prompts meet.</param>
    /// <param name="options">Level, resamples, seed, mode.</param>
    /// <param name="cancellationToken">Ends the comparison.</param>
    /// <exception cref="InputException">The scores cannot be paired or compared.</exception>
    /// <exception cref="UsageException">A name that fits nothing, or too many models for all pairs.</exception>
    public static CompareResult Run(
        CompareInput input,
        MatchOptions match,
        ComparisonOptions options,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(options);
        var matrix = input.Match(match);
        var scores = MatchedScores.Of(matrix, input, new Threads(options.Threads, cancellationToken));
        var report = ModelComparison.Of(scores.Matrix, options, scores.Shared, cancellationToken);
        return new CompareResult(
            scores.Matrix,
            report,
            input.EncoderName,
            input.Encoder,
            scores.Floor,
            [.. scores.Warnings, .. NearFloor(report, scores.Floor), .. report.Warnings]
        );
    }

    /// <summary>Models whose images of one prompt are hardly more alike than those of different prompts.</summary>
    private static IEnumerable<string> NearFloor(ComparisonReport report, ConsistencyFloor? floor)
    {
        foreach (var model in report.Models)
        {
            if (
                floor?.OfEach.GetValueOrDefault(model.Model) is { } own
                && own.IsNear(model.Mean.Value, model.Error?.StandardError)
            )
            {
                yield return FormattableString.Invariant(
                    $"{model.Model} scores {model.Mean.Value:F2}, and its own images of different prompts {own.Score:F2}, within two standard errors ({model.Error!.StandardError:F2}): it hardly follows its prompts, so that its score says nothing about consistency."
                );
            }
        }
    }

    /// <summary>
    /// Adds what other encoders show of the same models. Prompts that one of them lacks are left out of its comparison.
    /// </summary>
    /// <param name="result">Of the first encoder.</param>
    /// <param name="name">What it is called.</param>
    /// <param name="others">The scores of the others, each with its name; closed here.</param>
    /// <param name="match">How prompts meet.</param>
    /// <param name="cancellationToken">Ends the comparison.</param>
    public static CompareResult WithEncoders(
        CompareResult result,
        (string Name, string? Choice) name,
        IEnumerable<((string Name, string? Choice) Encoder, CompareInput Input)> others,
        MatchOptions match,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(others);
        List<EncoderReport> encoders = [new(name.Name, name.Choice, result.Matrix, result.Report)];
        List<string> warnings = [.. result.Warnings];
        foreach (var (encoder, input) in others)
        {
            using var _ = input;
            try
            {
                var same = match with { AllowUnmatched = true, Models = result.Matrix.Models };
                var own = Run(input, same, result.Report.Settings with { Paper = false }, cancellationToken);
                encoders.Add(new EncoderReport(encoder.Name, encoder.Choice, own.Matrix, own.Report));
            }
            catch (SemblanceException fault)
            {
                warnings.Add($"The scores of {encoder.Name} are not compared: {fault.Message}");
            }
        }

        return result with
        {
            Warnings = warnings,
            Encoders = encoders.Count > 1 ? EncoderComparison.Of(encoders, result.Report.Settings.Level) : null,
        };
    }

    /// <summary>Adds how many people would see each difference.</summary>
    /// <param name="result">Of a comparison.</param>
    /// <param name="curve">From votes on scores of the same encoder.</param>
    /// <exception cref="InputException">The curve is of another encoder, whose differences have another scale.</exception>
    public static CompareResult WithHuman(CompareResult result, HumanCurve curve)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(curve);
        if (curve.Encoder is { } voted && result.EncoderName is { } scored && voted != scored)
        {
            throw new InputException(
                $"The curve is of the encoder '{voted}', and the scores are of '{scored}', whose differences have another scale; use a curve of votes on the scores of '{scored}'."
            );
        }

        var matrix = result.Matrix;
        return result with
        {
            Human =
            [
                .. result.Report.Pairs.Select(pair =>
                {
                    var (first, second) = (matrix.IndexOf(pair.First), matrix.IndexOf(pair.Second));
                    double[] differences = [.. matrix.Rows[first].Zip(matrix.Rows[second], (a, b) => b.Scs - a.Scs)];
                    return new HumanSight(
                        pair.First,
                        pair.Second,
                        curve.Share(differences),
                        differences.Count(d => Math.Abs(d) > curve.LargestDifference),
                        curve
                    );
                }),
            ],
        };
    }

    /// <summary>Writes <c>comparison.json</c> into the run folder.</summary>
    /// <exception cref="ResourceException">The folder cannot be written.</exception>
    public static void Keep(RunFolder run, CompareResult result)
    {
        ArgumentNullException.ThrowIfNull(run);
        run.Write(run.At(FileName), ComparisonJson.Of(result), advise: false);
    }
}
