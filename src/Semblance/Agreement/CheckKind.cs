namespace Semblance.Agreement;

/// <summary>Why a page was shown. Only <see cref="None"/> is a vote on the models.</summary>
public enum CheckKind
{
    /// <summary>A page of the study.</summary>
    None,

    /// <summary>A page for practice, before the study.</summary>
    Training,

    /// <summary>One set on both sides; passed by "same".</summary>
    SameSet,

    /// <summary>A set against one image repeated; passed by the side that is repeated.</summary>
    RepeatedImage,

    /// <summary>Two sets of one model with other seeds; never failed, it measures the noise.</summary>
    SameModel,

    /// <summary>A page of the study shown again with its sides swapped.</summary>
    Repeat,
}
