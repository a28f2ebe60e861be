namespace Semblance.Runs.Formats;

/// <summary>Vectors in double precision, which are scored in single precision.</summary>
internal static class DoublePrecision
{
    /// <summary>
    /// Rounds a vector to single precision after scaling it by the power of two that brings its largest number to
    /// between 1 and 2. Its direction, the only thing that a score is sensitive to, then stays, however long the vector is.
    /// </summary>
    public static void Round(ReadOnlySpan<double> wide, Span<float> vector)
    {
        double largest = 0;
        foreach (var value in wide)
        {
            largest = Math.Max(largest, Math.Abs(value));
        }

        var power = largest > 0 && double.IsFinite(largest) ? -Math.ILogB(largest) : 0;
        for (var k = 0; k < wide.Length; k++)
        {
            vector[k] = (float)Math.ScaleB(wide[k], power);
        }
    }

    /// <summary>Rounds an array [rows, dimension] to single precision, row by row.</summary>
    public static float[] Round(ReadOnlySpan<double> wide, int dimension)
    {
        var vectors = new float[wide.Length];
        for (var at = 0; at < wide.Length; at += dimension)
        {
            Round(wide.Slice(at, dimension), vectors.AsSpan(at, dimension));
        }

        return vectors;
    }
}
