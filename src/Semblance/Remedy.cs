namespace Semblance;

/// <summary>
/// What would help against a fault, as data: the library that finds the fault does not know who asked. Whoever shows it
/// says how it is done there; the command line names the option. Remedies of one kind belong together: all of them help, not
/// one alone.
/// </summary>
/// <param name="Kind">What to do.</param>
/// <param name="Value">What to do it with (a folder, a model, a suffix), where the fault knows.</param>
public readonly record struct Remedy(RemedyKind Kind, string? Value = null);

/// <summary>What can be done against a fault by asking for something else.</summary>
public enum RemedyKind
{
    /// <summary>Keep or look for things in another run folder.</summary>
    OtherRunFolder,

    /// <summary>Use the run folder that the value names.</summary>
    ThisRunFolder,

    /// <summary>Leave out what is bad and go on with the rest.</summary>
    SkipBad,

    /// <summary>Allow images with more pixels.</summary>
    AllowMorePixels,

    /// <summary>Allow files with more bytes.</summary>
    AllowMoreBytes,

    /// <summary>Let images take more memory while they are decoded.</summary>
    AllowMoreMemory,

    /// <summary>Leave out prompts that not every model has.</summary>
    AllowUnmatched,

    /// <summary>Take a suffix off a model's prompts before they are matched; the value is <c>model=suffix</c>.</summary>
    StripSuffix,

    /// <summary>Compare only some models; the value is one of them.</summary>
    ChooseModel,

    /// <summary>Compare all other models with one.</summary>
    CompareWithOne,

    /// <summary>Give the model another name.</summary>
    OtherModelName,

    /// <summary>Give a file with the raw prompts.</summary>
    PromptsFile,

    /// <summary>Say which column of a table stands for one of ours; the value is <c>ours=theirs</c>.</summary>
    NameColumn,

    /// <summary>Choose one encoder by name.</summary>
    ChooseEncoder,

    /// <summary>State the components of variance.</summary>
    StateVariance,

    /// <summary>Say which model, or which two, a plan is for.</summary>
    PlanSubject,

    /// <summary>Denoise with another scheduler than the model's.</summary>
    OtherScheduler,

    /// <summary>Leave out tensors of a LoRA that have no place in the model.</summary>
    AllowUnmatchedLora,

    /// <summary>Make images at the size that was asked for, not at the nearest one the model was trained on.</summary>
    NoResolutionBinning,

    /// <summary>Fetch a repository of the Hugging Face hub into the cache; the value is <c>org/name</c> or <c>org/name@revision</c>.</summary>
    FetchFromHub,

    /// <summary>Take the encoder that needs no download; the value is its name.</summary>
    BuiltinEncoder,

    /// <summary>Ask for no encoder, since embeddings are ready.</summary>
    NoEncoder,

    /// <summary>Ask for no preprocessing, since embeddings are ready.</summary>
    NoPreprocessing,

    /// <summary>Give no file of prompts, since embeddings have names.</summary>
    NoPromptsFile,

    /// <summary>Take no prompts from images, since there are none.</summary>
    NoPromptsFromImages,

    /// <summary>Leave out the preprocessing that was asked for, since the encoder has its own; the value is its name.</summary>
    OwnPreprocessing,

    /// <summary>Ask for the weights in the form that the value names, such as <c>fp16</c>, or in none where there is no value.</summary>
    OtherVariant,

    /// <summary>Let the missing model be downloaded.</summary>
    AllowDownload,

    /// <summary>Name a folder or model with the configurations and tokenizers of a model in one file.</summary>
    GiveConfiguration,

    /// <summary>Name an autoencoder for a model that has none.</summary>
    GiveAutoencoder,

    /// <summary>Decode large images in tiles, which needs less memory.</summary>
    DecodeInTiles,

    /// <summary>Start although memory or disk may not suffice.</summary>
    Force,

    /// <summary>Say which file is the table of votes.</summary>
    NameVotes,

    /// <summary>Say which column of the votes holds a field; the value is the field.</summary>
    NameVoteColumn,

    /// <summary>Serve raters without https, as in a network that is trusted.</summary>
    AllowInsecure,

    /// <summary>Keep the votes of a study in another place.</summary>
    OtherVotes,

    /// <summary>Serve on another port, since this one is in use.</summary>
    OtherPort,
}
