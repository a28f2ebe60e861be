namespace Semblance.Reports.Images;

/// <summary>Of which images a report shows thumbnails.</summary>
public enum ImageUse
{
    /// <summary>Every image of the prompts that are shown in detail.</summary>
    All,

    /// <summary>Medoid and outlier of each set.</summary>
    Few,

    /// <summary>No thumbnails, only numbers and figures.</summary>
    None,
}
