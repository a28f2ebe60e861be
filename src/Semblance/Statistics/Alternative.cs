namespace Semblance.Statistics;

/// <summary>
/// What a test sets against its null hypothesis. With two samples x (first) and y (second) the differences are y - x.
/// </summary>
internal enum Alternative
{
    /// <summary>y differs from x, either way.</summary>
    TwoSided,

    /// <summary>y tends to be less than x.</summary>
    Less,

    /// <summary>y tends to be greater than x.</summary>
    Greater,
}

/// <summary>The p-values of one test against each alternative, each in [0, 1].</summary>
/// <param name="TwoSided">Against a difference either way.</param>
/// <param name="Less">Against a difference below the null hypothesis.</param>
/// <param name="Greater">Against a difference above the null hypothesis.</param>
internal sealed record PValues(double TwoSided, double Less, double Greater)
{
    /// <summary>The p-value against <paramref name="alternative"/>.</summary>
    public double Of(Alternative alternative) =>
        alternative switch
        {
            Alternative.Less => Less,
            Alternative.Greater => Greater,
            _ => TwoSided,
        };
}
