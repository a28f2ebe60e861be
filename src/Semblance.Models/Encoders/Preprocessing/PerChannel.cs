using System.Globalization;

namespace Semblance.Models.Encoders.Preprocessing;

/// <summary>One number for each colour channel.</summary>
/// <param name="R">Red.</param>
/// <param name="G">Green.</param>
/// <param name="B">Blue.</param>
public readonly record struct PerChannel(double R, double G, double B)
{
    /// <summary>Shortest decimals that read back as the same numbers, separated by commas.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{R:R},{G:R},{B:R}");
}
