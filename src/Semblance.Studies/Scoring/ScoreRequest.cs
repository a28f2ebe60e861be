using Semblance.Models.Devices;
using Semblance.Prompts;
using Semblance.Runs.Formats;

namespace Semblance.Studies.Scoring;

/// <summary>What to score, and how.</summary>
/// <param name="Paths">Image folders, tables of images, or embeddings; all of one kind.</param>
public sealed record ScoreRequest(IReadOnlyList<string> Paths)
{
    /// <summary>The run folder unless another is named.</summary>
    public const string DefaultRun = "./semblance-run";

    /// <summary>Known names, folders, files or hub ids, each once; none for the paper's encoder. Images are decoded once for all.</summary>
    public IReadOnlyList<string> Encoders { get; init; } = [];

    /// <summary>The preprocessing recipe; null for the encoder's own.</summary>
    public string? Preprocessing { get; init; }

    /// <summary>Where embeddings and scores of images are kept.</summary>
    public string Run { get; init; } = DefaultRun;

    /// <summary>Also the mean similarity of each image, outliers and near-duplicates.</summary>
    public bool Explain { get; init; }

    /// <summary>Also how similar the images are to the text of their prompt.</summary>
    public bool Alignment { get; init; }

    /// <summary>A file with the raw prompts, matched to the folder names.</summary>
    public string? Prompts { get; init; }

    /// <summary>Which prompts go together: the unit of a mean's interval; null where each is its own.</summary>
    public PromptClusters? Clusters { get; init; }

    /// <summary>Take prompt, seed and model from the texts in the images, whatever folders they are in.</summary>
    public bool PromptsFromImages { get; init; }

    /// <summary>Columns of tables that have other names than ours.</summary>
    public ColumnMap Columns { get; init; } = ColumnMap.None;

    /// <summary>Score what can be read, and list the rest.</summary>
    public bool SkipBad { get; init; }

    /// <summary>Larger images are refused; null for the decoder's own limit.</summary>
    public long? MaxPixels { get; init; }

    /// <summary>Larger files are refused; null for the decoder's own limit.</summary>
    public long? MaxBytes { get; init; }

    /// <summary>Bytes that all images which are decoded at a time may take; null for a quarter of the machine's.</summary>
    public long? MaxMemory { get; init; }

    /// <summary>What networks run on: the processor unless another is named.</summary>
    public Device Device { get; init; }

    /// <summary>Others of its kind, which take a part of the images each.</summary>
    public IReadOnlyList<Device> FurtherDevices { get; init; } = [];

    /// <summary>In which numbers networks calculate.</summary>
    public Precision Precision { get; init; }

    /// <summary>0 for one per processor. No number depends on it.</summary>
    public int Threads { get; init; }
}
