using Semblance.Comparison;
using Semblance.Consistency;
using Semblance.Planning;
using Semblance.Runs.Agreeing;
using Semblance.Runs.Comparing;
using Semblance.Runs.Folder;
using Semblance.Statistics;
using Semblance.Variance;

namespace Semblance.Reports.Content;

/// <summary>All that a report shows of a run or a table of scores, before it is put into words, figures and pages.</summary>
/// <param name="Name">Of the run folder or table.</param>
/// <param name="EncoderName">What the scores were made with; null where it is not known.</param>
/// <param name="Encoder">All about the encoder; null where only its name is known.</param>
/// <param name="Models">In the order of their first scores, or as they were asked for.</param>
/// <param name="Prompts">The prompts that all models have, in their order.</param>
/// <param name="Comparison">Null for one model, and where nothing can be compared.</param>
/// <param name="NotCompared">Why there is no comparison, in a sentence; null where there is one, and for one model.</param>
/// <param name="Encoders">The same difference with every encoder that the run has scores of; empty for one.</param>
/// <param name="Floor">What images of different prompts score; null where it is not known.</param>
/// <param name="Plan">What more prompts and seeds would buy; null without components of variance.</param>
/// <param name="Recipes">How the images were made, of the models that were generated in the run.</param>
/// <param name="Cautions">What a reader must know before relying on the numbers.</param>
public sealed record ReportContent(
    string Name,
    string? EncoderName,
    EncoderIdentity? Encoder,
    IReadOnlyList<ModelContent> Models,
    IReadOnlyList<PromptContent> Prompts,
    CompareResult? Comparison,
    string? NotCompared,
    IReadOnlyList<EncoderContent> Encoders,
    ConsistencyFloor? Floor,
    PlanReport? Plan,
    IReadOnlyList<ModelRecipe> Recipes,
    IReadOnlyList<string> Cautions
)
{
    /// <summary>Where images and embeddings are; null for a table.</summary>
    public RunFolder? Run { get; init; }

    /// <summary>What people's votes say of the score, its encoder first; null without votes.</summary>
    public AgreementResult? Human { get; init; }

    /// <summary>What a gate decided, in a sentence; null without a gate.</summary>
    public string? Decision { get; init; }

    /// <summary>A second run beside this one; null for none.</summary>
    public BesideContent? Beside { get; init; }

    /// <summary>The pair of models that the page is about: the most consistent one and the next, or the only two. Null without a comparison.</summary>
    public PairComparison? LeadingPair
    {
        get
        {
            if (Comparison?.Report is not { } report)
            {
                return null;
            }

            var best = report
                .Models.OrderByDescending(model => model.Mean.Value)
                .Select(model => model.Model)
                .ToArray();
            return report.Pairs.MinBy(pair => Array.IndexOf(best, pair.First) + Array.IndexOf(best, pair.Second));
        }
    }

    /// <summary>The place of a model in <see cref="Models"/>.</summary>
    public int PlaceOf(string model) => Models.Select(one => one.Name).ToList().IndexOf(model);
}

/// <summary>One model over the prompts of a report; scores are 0 to 100.</summary>
/// <param name="Name">As it was given.</param>
/// <param name="Mean">Mean score over prompts with its interval; without an interval (both limits NaN) for one prompt.</param>
/// <param name="Median">Median over prompts.</param>
/// <param name="Sd">Standard deviation over prompts; null for one prompt.</param>
/// <param name="Calibrated">The mean, calibrated; null without a floor.</param>
/// <param name="Alignment">Mean alignment over prompts; null where a prompt has none.</param>
public sealed record ModelContent(
    string Name,
    Estimate Mean,
    double Median,
    double? Sd,
    double? Calibrated,
    double? Alignment
)
{
    /// <summary>Standard error of <see cref="Mean"/>, with what prompts have in common; null for one prompt.</summary>
    public MeanError? Error { get; init; }

    /// <summary>What this model's own images of different prompts score; null where it is not known.</summary>
    public ConsistencyFloor? Floor { get; init; }
}

/// <summary>One prompt with the set of each model.</summary>
/// <param name="Prompt">As the first model has it.</param>
/// <param name="Sets">In the order of the models.</param>
public sealed record PromptContent(string Prompt, IReadOnlyList<SetContent> Sets);

/// <summary>The images of one model and prompt.</summary>
/// <param name="Score">With standard error and number of images, where they are known.</param>
/// <param name="Stored">Everything that is kept of the score in a run folder; null for a table.</param>
/// <param name="Images">In the order of their seeds; empty where there is no table of images.</param>
public sealed record SetContent(PromptScore Score, SetScore? Stored, IReadOnlyList<ImageRecord> Images);

/// <summary>The difference of the leading pair with one encoder.</summary>
/// <param name="Name">Of the encoder.</param>
/// <param name="First">Model whose scores are subtracted.</param>
/// <param name="Second">The other model.</param>
/// <param name="Difference">Mean of second - first, with its interval.</param>
/// <param name="Prompts">How many prompts it is of.</param>
/// <param name="FirstMean">Mean score of the first model with this encoder.</param>
/// <param name="SecondMean">Mean score of the second model with this encoder.</param>
public sealed record EncoderContent(
    string Name,
    string First,
    string Second,
    Estimate Difference,
    int Prompts,
    double FirstMean,
    double SecondMean
);
