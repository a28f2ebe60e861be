using Semblance.Reports.Images;

namespace Semblance.Reports;

/// <summary>What a page is to hold.</summary>
public sealed record ReportOptions
{
    /// <summary>Of which images it shows thumbnails.</summary>
    public ImageUse Images { get; init; } = ImageUse.All;

    /// <summary>The largest page, in megabytes (1,000,000 bytes); thumbnails get smaller or fewer to keep it.</summary>
    public double MaxMegabytes { get; init; } = 5;

    /// <summary>The command that makes the page, for its provenance; null for none.</summary>
    public string? Command { get; init; }

    /// <summary>0 for all cores. The page does not depend on it.</summary>
    public int Threads { get; init; }
}
