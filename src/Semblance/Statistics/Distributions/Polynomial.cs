namespace Semblance.Statistics.Distributions;

/// <summary>The polynomials that fitted laws are published as.</summary>
internal static class Polynomial
{
    /// <summary>c0 + c1 x + c2 x^2 + ..., by Horner's rule.</summary>
    public static double At(double x, params ReadOnlySpan<double> coefficients)
    {
        var value = 0.0;
        for (var i = coefficients.Length - 1; i >= 0; i--)
        {
            value = (value * x) + coefficients[i];
        }

        return value;
    }
}
