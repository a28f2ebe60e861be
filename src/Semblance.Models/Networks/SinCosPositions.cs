namespace Semblance.Models.Networks;

/// <summary>Places on a grid as sines and cosines (diffusers' <c>get_2d_sincos_pos_embed</c>; Peebles and Xie, arXiv 2212.09748).</summary>
internal static class SinCosPositions
{
    /// <summary>
    /// Computes the table. The first half of the dimensions is for the column, the second for the row; of each the first
    /// half is sines, the second cosines. A place j of n counts as j / (n / base) / interpolation, so that grids of any
    /// size span what the network was trained on.
    /// </summary>
    /// <param name="width">Dimensions, a multiple of 4.</param>
    /// <param name="rows">Of the grid.</param>
    /// <param name="columns">Of the grid.</param>
    /// <param name="baseSize">Side of the grid of training.</param>
    /// <param name="interpolation">Divides the places.</param>
    /// <returns>[rows x columns, width].</returns>
    public static float[] Table(int width, int rows, int columns, int baseSize, double interpolation)
    {
        var table = new float[rows * columns * width];
        var half = width / 2;
        var frequencies = Frequencies(half / 2);
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                var token = table.AsSpan(((row * columns) + column) * width, width);
                Fill(token[..half], Place(column, columns, baseSize, interpolation), frequencies);
                Fill(token[half..], Place(row, rows, baseSize, interpolation), frequencies);
            }
        }

        return table;
    }

    // Places are single precision, angles double, as in the reference.
    private static float Place(int index, int count, int baseSize, double interpolation) =>
        index / (float)((double)count / baseSize) / (float)interpolation;

    private static double[] Frequencies(int count)
    {
        var frequencies = new double[count];
        for (var i = 0; i < count; i++)
        {
            frequencies[i] = 1 / Math.Pow(10000, (double)i / count);
        }

        return frequencies;
    }

    private static void Fill(Span<float> values, float place, double[] frequencies)
    {
        for (var i = 0; i < frequencies.Length; i++)
        {
            var (sine, cosine) = Math.SinCos(place * frequencies[i]);
            values[i] = (float)sine;
            values[frequencies.Length + i] = (float)cosine;
        }
    }
}
