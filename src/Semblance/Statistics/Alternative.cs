namespace Semblance.Statistics;

/// <summary>
/// What a test sets against its null hypothesis. With a first sample x and a second one y, differences are y - x.
/// </summary>
public enum Alternative
{
    /// <summary>y differs from x, in either direction.</summary>
    TwoSided,

    /// <summary>y tends to be less than x.</summary>
    Less,

    /// <summary>y tends to be greater than x.</summary>
    Greater,
}
