using MathNet.Numerics.LinearAlgebra;

namespace Semblance.Statistics;

/// <summary>Points in the plane whose distances are near the given ones.</summary>
/// <param name="Points">[n].</param>
/// <param name="Share">Of the positive eigenvalues' sum, what the two directions hold; 0 where all things are in one place.</param>
public sealed record ScaledMap(IReadOnlyList<(double X, double Y)> Points, double Share);

/// <summary>
/// Classical (metric) multidimensional scaling into two dimensions (Torgerson 1952): the two largest eigenvalues of the doubly
/// centred matrix of -d^2 / 2. No settings, no chance; distances that a plane can hold are kept exactly.
/// </summary>
public static class ClassicalScaling
{
    /// <summary>The map of n things; each direction is turned so that its largest coordinate is positive.</summary>
    /// <param name="distances">Symmetric, 0 or more, [n][n]; the diagonal is not used.</param>
    /// <exception cref="AssumptionException">LengthMismatch: not square; NotFinite.</exception>
    public static ScaledMap Of(IReadOnlyList<IReadOnlyList<double>> distances)
    {
        ArgumentNullException.ThrowIfNull(distances);
        var matrix = Centred(SquareMatrix.Copy(distances));
        var n = matrix.Length;
        if (n == 0)
        {
            return new ScaledMap([], 0);
        }

        var found = Matrix<double>.Build.DenseOfRowArrays(matrix).Evd(Symmetricity.Symmetric);
        var values = found.EigenValues.Select(value => value.Real).ToArray();
        var vectors = found.EigenVectors.ToRowArrays();
        var order = Enumerable.Range(0, n).OrderByDescending(i => values[i]).ThenBy(i => i).ToArray();
        var x = Direction(order, values, vectors, 0);
        var y = Direction(order, values, vectors, 1);
        var positive = values.Where(value => value > 0).Sum();
        var shown = order.Take(2).Sum(i => Math.Max(0, values[i]));
        return new ScaledMap([.. x.Zip(y)], positive > 1e-12 ? shown / positive : 0);
    }

    private static double[][] Centred(double[][] distances)
    {
        var n = distances.Length;
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
            {
                distances[i][j] = i == j ? 0 : distances[i][j] * distances[i][j] / -2;
            }
        }

        double[] means = [.. distances.Select(row => row.Sum() / n)];
        var all = n == 0 ? 0 : means.Sum() / n;
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
            {
                distances[i][j] += all - means[i] - means[j];
            }
        }

        return distances;
    }

    private static double[] Direction(int[] order, double[] values, double[][] vectors, int which)
    {
        if (which >= order.Length || values[order[which]] <= 0)
        {
            return new double[order.Length];
        }

        var length = Math.Sqrt(values[order[which]]);
        var direction = Array.ConvertAll(vectors, row => row[order[which]] * length);
        // Of coordinates that differ only by rounding the first decides, so that every machine turns the map alike.
        var largest = direction.Max(Math.Abs);
        var first = Array.Find(direction, x => Math.Abs(x) >= largest * (1 - 1e-9));
        return first < 0 ? Array.ConvertAll(direction, x => -x) : direction;
    }
}
