namespace Semblance.Agreement;

/// <summary>What the coefficients of one table of votes have in common.</summary>
internal sealed class RatingShares
{
    private readonly int[][] _counts;
    private readonly double[,] _weights;
    private readonly int _pairable;

    public RatingShares(IReadOnlyList<int[]> counts, AgreementWeights weights)
    {
        _pairable = RatingCounts.Require(counts);
        _counts = [.. counts.Where(row => row.Sum() > 0)];
        var q = counts[0].Length;
        _weights = Matrix(weights, q);
        Mean = [.. Enumerable.Range(0, q).Select(k => _counts.Average(row => (double)row[k] / row.Sum()))];
    }

    /// <summary>pi: mean over items with a vote of the share of each category.</summary>
    public double[] Mean { get; }

    public double SumOfWeights => _weights.Cast<double>().Sum();

    /// <summary>Share of each category among the votes of an item.</summary>
    public double[] Of(int item) => [.. _counts[item].Select(count => (double)count / _counts[item].Sum())];

    /// <summary>For each category the share of votes that agree with it.</summary>
    public double[] Weighted(double[] shares) =>
        [.. Enumerable.Range(0, shares.Length).Select(k => shares.Select((share, l) => _weights[k, l] * share).Sum())];

    /// <summary>The coefficient of a chance agreement, with its linearised error over items.</summary>
    /// <param name="chance">Of all items.</param>
    /// <param name="chanceOf">Of one item, where it varies.</param>
    public AgreementCoefficient Coefficient(double chance, Func<int, double>? chanceOf)
    {
        var n = _counts.Length;
        var agreeing = Enumerable.Range(0, n).Select(Agreeing).ToArray();
        var observed = agreeing.Sum() / _pairable;
        var value = (observed - chance) / (1 - chance);
        var squares = 0.0;
        for (var i = 0; i < n; i++)
        {
            var own = _counts[i].Sum() >= 2 ? (double)n / _pairable * (agreeing[i] - chance) / (1 - chance) : 0;
            if (chanceOf is not null)
            {
                own -= 2 * (1 - value) * (chanceOf(i) - chance) / (1 - chance);
            }

            squares += (own - value) * (own - value);
        }

        return new AgreementCoefficient(value, observed, chance, n > 1 ? Math.Sqrt(squares / n / (n - 1)) : null, n);
    }

    /// <summary>
    /// Alpha: items with two votes or more, each weighing as many votes as it has, and the correction 1 / votes for few of
    /// them; its linearised error is that of the uncorrected coefficient.
    /// </summary>
    public AgreementCoefficient Alpha()
    {
        int[] items = [.. Enumerable.Range(0, _counts.Length).Where(i => _counts[i].Sum() >= 2)];
        var (n, votes) = (items.Length, items.Sum(i => (double)_counts[i].Sum()));
        var each = votes / n;
        double[] shares =
        [
            .. Enumerable.Range(0, _counts[0].Length).Select(k => items.Sum(i => _counts[i][k]) / votes),
        ];
        var weighted = Weighted(shares);
        var chance = shares.Zip(weighted, (a, b) => a * b).Sum();
        double[] agreeing = [.. items.Select(i => Agreeing(i) * _counts[i].Sum() / each)];
        var plain = agreeing.Average();
        var observed = ((1 - (1 / votes)) * plain) + (1 / votes);
        var uncorrected = (plain - chance) / (1 - chance);
        var squares = 0.0;
        for (var i = 0; i < n; i++)
        {
            var row = _counts[items[i]];
            var more = (row.Sum() - each) / each;
            var own = (agreeing[i] - (observed * more) - chance) / (1 - chance);
            var ownChance = (row.Zip(weighted, (count, weight) => count * weight).Sum() / each) - (chance * more);
            own -= 2 * (1 - uncorrected) * (ownChance - chance) / (1 - chance);
            squares += (own - uncorrected) * (own - uncorrected);
        }

        return new AgreementCoefficient(
            (observed - chance) / (1 - chance),
            observed,
            chance,
            n > 1 ? Math.Sqrt(squares / n / (n - 1)) : null,
            n
        );
    }

    /// <summary>How much two categories agree, [q, q].</summary>
    private static double[,] Matrix(AgreementWeights weights, int q)
    {
        var matrix = new double[q, q];
        for (var k = 0; k < q; k++)
        {
            for (var l = 0; l < q; l++)
            {
                double apart = Math.Abs(k - l);
                matrix[k, l] = weights switch
                {
                    AgreementWeights.Identity => k == l ? 1 : 0,
                    AgreementWeights.Linear => 1 - (apart / (q - 1)),
                    AgreementWeights.Quadratic => 1 - (apart * apart / ((q - 1.0) * (q - 1))),
                    _ => 1 - (apart * (apart + 1) / (q * (q - 1.0))),
                };
            }
        }

        return matrix;
    }

    /// <summary>Weighted share of the pairs of votes on an item that agree; 0 below two votes.</summary>
    private double Agreeing(int item)
    {
        var row = _counts[item];
        var votes = row.Sum();
        if (votes < 2)
        {
            return 0;
        }

        var sum = 0.0;
        for (var k = 0; k < row.Length; k++)
        {
            var agreeing = 0.0;
            for (var l = 0; l < row.Length; l++)
            {
                agreeing += _weights[k, l] * row[l];
            }

            sum += row[k] * (agreeing - 1);
        }

        return sum / votes / (votes - 1);
    }
}
