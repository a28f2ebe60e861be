namespace Semblance.Statistics;

/// <summary>Distances that are given as rows.</summary>
internal static class SquareMatrix
{
    /// <summary>A copy of a square of finite numbers.</summary>
    /// <exception cref="AssumptionException">LengthMismatch or NotFinite.</exception>
    public static double[][] Copy(IReadOnlyList<IReadOnlyList<double>> rows)
    {
        var n = rows.Count;
        var copy = new double[n][];
        for (var i = 0; i < n; i++)
        {
            AssumptionException.ThrowUnless(
                rows[i].Count == n,
                Assumption.LengthMismatch,
                $"Row {i + 1} of the distances has {rows[i].Count} values, not the {n} of a square."
            );
            copy[i] = [.. rows[i]];
            AssumptionException.ThrowUnless(
                Array.TrueForAll(copy[i], double.IsFinite),
                Assumption.NotFinite,
                $"Row {i + 1} of the distances has a value that is not a finite number."
            );
        }

        return copy;
    }
}
