namespace Semblance.Statistics;

/// <summary>Spearman's rank correlation: Pearson's of the ranks, tied values sharing the mean of theirs.</summary>
/// <remarks>C. Spearman, "The proof and measurement of association between two things", American Journal of Psychology 15 (1904).</remarks>
/// <param name="Rho">-1 to 1; 1 for any increasing relation.</param>
/// <param name="PStudent">Two-sided, Student's t with n - 2 degrees of freedom, an approximation; null for two pairs.</param>
/// <param name="PExact">
/// Share of all orders of the second ranks, ties kept, that lie at least as far from independence, either way; null above
/// <see cref="ExactLimit"/> pairs.
/// </param>
public sealed record Spearman(double Rho, double? PStudent, double? PExact)
{
    /// <summary>All orders are gone through up to this many pairs (8! = 40,320).</summary>
    public const int ExactLimit = 8;

    /// <summary>The rank correlation of pairs.</summary>
    /// <param name="x">At least two values, not all the same.</param>
    /// <param name="y">As many, not all the same.</param>
    /// <exception cref="AssumptionException">Empty, LengthMismatch, NotFinite, TooFew or NoVariation.</exception>
    public static Spearman Of(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        Sample.RequirePairs(x, y, least: 2);
        var (a, b) = (Ranks.Of(x), Ranks.Of(y));
        var rho = Pearson.Coefficient(a, b);
        return new Spearman(rho, Pearson.POf(rho, a.Length), a.Length <= ExactLimit ? Exact(a, b) : null);
    }

    /// <summary>Ranks are whole or half numbers, so that all sums here are exact.</summary>
    private static double Exact(double[] a, double[] b)
    {
        var n = a.Length;
        var centre = n * (n + 1.0) * (n + 1) / 4;
        var observed = Math.Abs(Product() - centre);
        var (orders, asFar) = (0, 0);
        Permute(0);
        return (double)asFar / orders;

        double Product()
        {
            var sum = 0.0;
            for (var i = 0; i < n; i++)
            {
                sum += a[i] * b[i];
            }

            return sum;
        }

        void Permute(int placed)
        {
            if (placed == n)
            {
                orders++;
                asFar += Math.Abs(Product() - centre) >= observed ? 1 : 0;
                return;
            }

            for (var next = placed; next < n; next++)
            {
                (b[placed], b[next]) = (b[next], b[placed]);
                Permute(placed + 1);
                (b[placed], b[next]) = (b[next], b[placed]);
            }
        }
    }
}
