using Semblance.Agreement;
using Semblance.Comparison;
using Semblance.Consistency;
using Semblance.Statistics;
using Semblance.Variance;

namespace Semblance.Runs.Folder;

/// <summary>What <c>comparison.json</c> holds: docs/comparison-json.md explains every field.</summary>
public sealed record StoredComparison(
    string Schema,
    string Verdict,
    IReadOnlyList<string> Warnings,
    ComparisonSettings Settings,
    string? EncoderName,
    EncoderIdentity? Encoder,
    ConsistencyFloor? Floor,
    int Prompts,
    int MatchedByKey,
    IReadOnlyList<LeftOutPrompt> LeftOut,
    IReadOnlyList<ComparedModel> Models,
    IReadOnlyList<PairComparison> Pairs,
    SeveralModels? Several,
    PaperTests? Paper,
    IReadOnlyList<ComparedPrompt> PerPrompt
)
{
    /// <summary>Whether the prompts of the models were given the same seeds.</summary>
    public SeedDesign SeedDesign { get; init; }

    /// <summary>How many clusters the prompts are in; null where every prompt is its own.</summary>
    public int? Clusters { get; init; }

    /// <summary>How many people would see each difference; null where no curve was given.</summary>
    public IReadOnlyList<HumanSight>? Human { get; init; }

    /// <summary>What every encoder shows; null for one.</summary>
    public EncoderComparison? Encoders { get; init; }
}

/// <summary>What the numbers depend on. The number of threads is not among it.</summary>
public sealed record ComparisonSettings(string Mode, double Level, int Resamples, ulong Seed, string? Against);

/// <summary>A model with its calibrated mean.</summary>
public sealed record ComparedModel(
    string Model,
    Estimate Mean,
    double Median,
    double Sd,
    double? Calibrated,
    double? AverageRank,
    VarianceSplit? Variance
)
{
    /// <summary>Standard error of the mean; null in files of earlier versions.</summary>
    public MeanError? Error { get; init; }

    /// <summary>What this model's own images of different prompts score; null without embeddings.</summary>
    public double? Floor { get; init; }

    /// <summary>The mean calibrated with <see cref="Floor"/>.</summary>
    public double? CalibratedOwn { get; init; }

    /// <summary>Limits of the mean that hold for all models at once; null for two models.</summary>
    public Interval? Simultaneous { get; init; }

    /// <summary>The model's place by its mean, with its interval; null for two models, and where not all pairs were compared.</summary>
    public RankInterval? Rank { get; init; }
}

/// <summary>The scores of one prompt, in the order of the models.</summary>
public sealed record ComparedPrompt(string Prompt, IReadOnlyList<double> Scores);
