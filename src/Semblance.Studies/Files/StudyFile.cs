using Semblance.Comparison;
using Semblance.Models.Devices;
using Semblance.Prompts;
using Semblance.Remote;
using Semblance.Remote.Settings;
using Semblance.Studies.Generating;

namespace Semblance.Studies.Files;

/// <summary>A study as its file describes it: which models make which images, and what is done with them.</summary>
/// <param name="Path">Of the file.</param>
/// <param name="Name">Of the study.</param>
/// <param name="Prompts">Each once; empty where folders bring their own.</param>
/// <param name="Models">In the order of the file.</param>
public sealed record StudyFile(
    string Path,
    string Name,
    IReadOnlyList<StudyPrompt> Prompts,
    IReadOnlyList<StudyModel> Models
)
{
    /// <summary>The run folder, which belongs to this study.</summary>
    public required string Run { get; init; }

    /// <summary>The name of what networks run on: one that <see cref="Semblance.Models.Devices.Device.Parse"/> reads, or <c>auto</c>.</summary>
    public string DeviceName { get; init; } = "cpu";

    /// <summary>In which numbers networks calculate, but for models that say another.</summary>
    public Precision Precision { get; init; }

    /// <summary>What networks run on, once a run has looked for it.</summary>
    internal IReadOnlyList<Device> Devices { get; init; } = [default];

    /// <summary>What may be spent on servers.</summary>
    public StudyBudget Budget { get; init; } = new();

    /// <summary>What is checked before and while images are made.</summary>
    public StudyChecks Checks { get; init; } = new();

    /// <summary>Whether a filtered image ends the study before it is scored.</summary>
    public bool FilteredFails { get; init; }

    /// <summary>Whether an image that failed ends the study before it is scored.</summary>
    public bool ErrorsStop { get; init; }

    /// <summary>Whether the bytes as a server sent them are kept beside the PNG.</summary>
    public bool KeepRaw { get; init; }

    /// <summary>What to score with, the first for the comparison; empty for the paper's encoder.</summary>
    public IReadOnlyList<string> Encoders { get; init; } = [];

    /// <summary>Whether to score how similar the images are to the text of their prompt as well.</summary>
    public bool Alignment { get; init; }

    /// <summary>How the models are compared.</summary>
    public ComparisonOptions Comparison { get; init; } = new();

    /// <summary>Which prompts go together, for intervals, comparison and gates; null where each is its own unit.</summary>
    public StudyClusters? Clusters { get; init; }

    /// <summary>Whether to compare what matches and to list the rest.</summary>
    public bool AllowUnmatched { get; init; }

    /// <summary>Claims that decide the exit code.</summary>
    public IReadOnlyList<StudyGate> Gates { get; init; } = [];

    /// <summary>
    /// Of a model that is varied, the most consistent setting is picked whose mean alignment is no further than this below
    /// the best one, in points; null to pick none.
    /// </summary>
    public double? AlignmentLoss { get; init; }

    /// <summary>A table of votes; null for the one in the run folder, if there is one.</summary>
    public string? Votes { get; init; }

    /// <summary>Which thumbnails the page has: <c>all</c>, <c>few</c> or <c>none</c>.</summary>
    public string ReportImages { get; init; } = "all";

    /// <summary>The largest page in megabytes; null for the usual.</summary>
    public double? ReportMegabytes { get; init; }

    /// <summary>What was worked around while the file was read, in sentences.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Suffixes of models as a comparison takes them: <c>MODEL=TEXT</c>.</summary>
    public IReadOnlyList<string> Suffixes =>
        [.. Models.Where(model => model.Suffix is not null).Select(model => $"{model.Id}={model.Suffix}")];
}

/// <summary>Which prompts of a study go together.</summary>
/// <param name="Prompts">The clusters, of prompts with and without the suffixes of the models.</param>
/// <param name="Text">All that they are made from, so that a change is seen.</param>
public sealed record StudyClusters(PromptClusters Prompts, string Text);

/// <summary>A prompt of a study.</summary>
/// <param name="Id">By which other parts of the file name it; the text itself where it has none.</param>
/// <param name="Text">Raw text.</param>
public sealed record StudyPrompt(string Id, string Text);

/// <summary>A model of a study.</summary>
/// <param name="Id">Name in folders and tables.</param>
/// <param name="Source">Where its images come from.</param>
/// <param name="Cells">Its prompts, each with its seeds; the prompt's text has the suffix already.</param>
public sealed record StudyModel(string Id, ModelSource Source, IReadOnlyList<PromptSeeds> Cells)
{
    /// <summary>What people call it; null for the id.</summary>
    public string? Label { get; init; }

    /// <summary>Width and height of its images.</summary>
    public ImageSize Size { get; init; } = new(1024, 1024);

    /// <summary>Words at the end of all its prompts; null for none.</summary>
    public string? Suffix { get; init; }

    /// <summary>Whether it has no seeds, and its images are counted.</summary>
    public bool IsRepeated { get; init; }

    /// <summary>Where it is one value of a parameter: its name, its value, and the model that is varied.</summary>
    public VariedModel? Varied { get; init; }

    /// <summary>How many images were asked for.</summary>
    public int Images => Cells.Sum(cell => cell.Seeds.Count);
}

/// <summary>A model that differs from others of a study by one or more parameters.</summary>
/// <param name="Of">Id of the model that is varied.</param>
/// <param name="Values">By parameter, as written.</param>
public sealed record VariedModel(string Of, IReadOnlyList<KeyValuePair<string, string>> Values);

/// <summary>A prompt of a model with the seeds that it is asked for with.</summary>
/// <param name="Prompt">Raw text, with the model's suffix.</param>
/// <param name="Seeds">In order.</param>
public sealed record PromptSeeds(string Prompt, IReadOnlyList<long> Seeds);

/// <summary>Where the images of a model come from.</summary>
public abstract record ModelSource
{
    private protected ModelSource() { }
}

/// <summary>Images that are there already.</summary>
/// <param name="Path">A folder or table of one model's images; within a data set relative to that, as long as it is not found.</param>
public sealed record FolderSource(string Path) : ModelSource
{
    /// <summary>The data set of the hub that has the folder: a known name or a hub id; null for a folder of this machine.</summary>
    public string? Dataset { get; init; }
}

/// <summary>A checkpoint on this machine or on the hub.</summary>
/// <param name="Request">As <c>generate</c> takes it, with the prompts and seeds of one group.</param>
public sealed record CheckpointSource(GenerateRequest Request) : ModelSource
{
    /// <summary>In which numbers its networks calculate; null for what the study says.</summary>
    public Precision? Precision { get; init; }
}

/// <summary>A drawing program of the demo.</summary>
/// <param name="Painter">Its name.</param>
public sealed record PainterSource(string Painter) : ModelSource;

/// <summary>A model on a server.</summary>
/// <param name="Server">The server.</param>
/// <param name="Model">What is asked for.</param>
public sealed record ServerSource(ServerSettings Server, ServerModel Model) : ModelSource
{
    /// <summary>Whether every image costs money.</summary>
    public bool IsPaid { get; init; }

    /// <summary>What the file says of its seeds, so that no probe is needed; null for nothing.</summary>
    public SeedWorth? SaysSeeds { get; init; }
}

/// <summary>What a study may spend.</summary>
public sealed record StudyBudget
{
    /// <summary>The unit of all its amounts.</summary>
    public string Currency { get; init; } = "USD";

    /// <summary>Of all models together; null for no limit.</summary>
    public decimal? MaxCost { get; init; }

    /// <summary>By id of the model.</summary>
    public IReadOnlyDictionary<string, decimal> MaxCostOf { get; init; } = new Dictionary<string, decimal>();

    /// <summary>Calls over all models; null for no limit.</summary>
    public int? MaxImages { get; init; }

    /// <summary>Whether a model whose limit is reached is left out, and the others go on.</summary>
    public bool SkipsModel { get; init; }
}

/// <summary>What is checked before and while images are made.</summary>
public sealed record StudyChecks
{
    /// <summary>Whether three images of each model on a server show what its seeds are worth.</summary>
    public bool ProbeSeed { get; init; } = true;

    /// <summary>What seeds have to be worth.</summary>
    public SeedRequirement Seeds { get; init; } = SeedRequirement.Approximate;

    /// <summary>What becomes of prompts that CLIP cuts.</summary>
    public LongPrompt LongPrompt { get; init; } = LongPrompt.Warn;
}

/// <summary>What seeds have to be worth.</summary>
public enum SeedRequirement
{
    /// <summary>The same seed gives the same pixels.</summary>
    Honoured,

    /// <summary>The same seed gives nearly the same image.</summary>
    Approximate,

    /// <summary>Whatever the seeds are worth.</summary>
    Any,
}

/// <summary>What becomes of prompts that are longer than CLIP's 77 tokens.</summary>
public enum LongPrompt
{
    /// <summary>They are named, and made.</summary>
    Warn,

    /// <summary>The study does not start.</summary>
    Error,

    /// <summary>They are as any other.</summary>
    Ignore,
}

/// <summary>A claim about two models.</summary>
/// <param name="Baseline">Id.</param>
/// <param name="Candidate">Id.</param>
/// <param name="Options">Claim, margin, level.</param>
public sealed record StudyGate(string Baseline, string Candidate, GateOptions Options);
