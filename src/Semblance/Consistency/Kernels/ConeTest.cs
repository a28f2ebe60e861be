namespace Semblance.Consistency.Kernels;

/// <summary>
/// When no pair can be negative. Two vectors within 45 degrees of one axis, whatever axis, are within 90 degrees of each
/// other.
/// </summary>
internal static class ConeTest
{
    /// <summary>
    /// Angles to an axis are trusted to this many radians. A double dot product of unit vectors is good to about
    /// 1e-14, which the arc cosine makes 1e-7 of next to the axis; the rest is spare, since a margin only costs time.
    /// </summary>
    public const double AngleMargin = 1e-6;

    /// <summary>
    /// Bound of the rounding of a float32 dot product of unit vectors: d roundings of half an ulp each (2^-24), twice
    /// over to cover the axis' own rounding to float32.
    /// </summary>
    public static double FloatMargin(int dimension) => (dimension + 16) * 1.2e-7;

    /// <summary>Whether vectors whose smallest cosine with one axis is this can have no negative pair.</summary>
    /// <param name="smallest">Smallest cosine with the axis.</param>
    /// <param name="margin">How far the cosine may be off.</param>
    public static bool Holds(double smallest, double margin) =>
        smallest - margin >= Math.Cos((Math.PI / 4) - AngleMargin);

    /// <summary>Two rows whose angles to one axis add up to more than this, in radians, may be a negative pair.</summary>
    public const double NegativeFrom = (Math.PI / 2) - (2 * AngleMargin);

    /// <summary>The rows, widest angle first: the partners that a row needs are then the ones before some position.</summary>
    public static int[] WidestFirst(double[] angles) =>
        [.. Enumerable.Range(0, angles.Length).OrderByDescending(row => angles[row])];

    /// <summary>Angle to an axis in radians, from a cosine that rounding may have left outside [-1, 1].</summary>
    public static double Angle(double cosine) => Math.Acos(Math.Clamp(cosine, -1, 1));
}
