using Semblance.Statistics;

namespace Semblance.Agreement;

/// <summary>How often two models were shown side by side, and what was chosen.</summary>
/// <param name="Left">Number of the model on the left.</param>
/// <param name="Right">Number of the model on the right.</param>
/// <param name="LeftWins">Votes for the left one.</param>
/// <param name="Ties">Votes for neither.</param>
/// <param name="RightWins">Votes for the right one.</param>
public sealed record SidedCounts(int Left, int Right, double LeftWins, double Ties, double RightWins);

/// <summary>
/// Strengths of models from votes in pairs: P(i) = p_i / (p_i + p_j + v sqrt(p_i p_j)), and P(tie) = v sqrt(p_i p_j) / (same)
/// (R. R. Davidson, JASA 65 (1970)); without ties it is Bradley and Terry's. With a side effect the strength of the left model
/// is multiplied by it, but for ties (Davidson and Beaver, Biometrics 33 (1977)).
/// </summary>
/// <param name="LogStrengths">Of each model; they add up to 0.</param>
/// <param name="LogLikelihood">Without multinomial constants.</param>
/// <param name="LogTies">ln v; null without any tie.</param>
/// <param name="LogSide">ln of the side effect, above 0 where the left is favoured; null where not asked for.</param>
/// <param name="Deviance">G^2 against a model with a chance for every outcome of every pair.</param>
/// <param name="Degrees">Of freedom of the deviance.</param>
public sealed record DavidsonModel(
    IReadOnlyList<double> LogStrengths,
    double LogLikelihood,
    double? LogTies,
    double? LogSide,
    double Deviance,
    int Degrees
)
{
    private double[,] Covariance { get; init; } = new double[0, 0];

    private int Models => LogStrengths.Count;

    /// <summary>Standard errors of the log strengths, which add up to 0.</summary>
    public IReadOnlyList<double> StandardErrors => [.. Enumerable.Range(0, Models).Select(i => Error(Basis(i)))];

    /// <summary>Standard error of ln v; null without any tie.</summary>
    public double? LogTiesError => LogTies is null ? null : Math.Sqrt(Covariance[Models - 1, Models - 1]);

    /// <summary>Standard error of the log side effect; null where not asked for.</summary>
    public double? LogSideError =>
        LogSide is null ? null : Math.Sqrt(Covariance[Covariance.GetLength(0) - 1, Covariance.GetLength(0) - 1]);

    /// <summary>v; 0 without any tie.</summary>
    public double TieStrength => LogTies is { } log ? Math.Exp(log) : 0;

    /// <summary>Strengths that add up to 1.</summary>
    public IReadOnlyList<double> Strengths
    {
        get
        {
            var sum = LogStrengths.Sum(Math.Exp);
            return [.. LogStrengths.Select(one => Math.Exp(one) / sum)];
        }
    }

    /// <summary>Standard error of the difference of two log strengths.</summary>
    public double DifferenceError(int first, int second) =>
        Error([.. Basis(first).Zip(Basis(second), (a, b) => a - b)]);

    /// <summary>Fits without a side effect.</summary>
    /// <param name="wins">[i][j] votes for i over j.</param>
    /// <param name="ties">[i][j] = [j][i] votes for neither.</param>
    /// <exception cref="AssumptionException">
    /// Empty without votes; LengthMismatch; OutOfRange for a negative count or ties that differ by order; NoMaximum where a
    /// model cannot be reached from another through "beat or tied", or nobody ever wins.
    /// </exception>
    public static DavidsonModel Of(IReadOnlyList<double[]> wins, IReadOnlyList<double[]> ties)
    {
        ArgumentNullException.ThrowIfNull(wins);
        ArgumentNullException.ThrowIfNull(ties);
        var n = wins.Count;
        AssumptionException.ThrowUnless(
            ties.Count == n && wins.Concat(ties).All(row => row.Length == n),
            Assumption.LengthMismatch,
            $"Wins and ties need a row and a column for each of {n} models."
        );
        var pairs = new List<SidedCounts>();
        for (var i = 0; i < n; i++)
        {
            for (var j = i + 1; j < n; j++)
            {
                AssumptionException.ThrowUnless(
                    ties[i][j] == ties[j][i],
                    Assumption.OutOfRange,
                    $"Ties are the same both ways, and are {ties[i][j]} and {ties[j][i]}."
                );
                pairs.Add(new SidedCounts(i, j, wins[i][j], ties[i][j], wins[j][i]));
            }
        }

        return Of(pairs, n, sides: false);
    }

    /// <summary>Fits votes of which the sides are known.</summary>
    /// <param name="counts">Any number of rows a pair.</param>
    /// <param name="models">How many there are.</param>
    /// <param name="sides">Whether to estimate the effect of the left side.</param>
    /// <inheritdoc cref="Of(IReadOnlyList{double[]}, IReadOnlyList{double[]})"/>
    public static DavidsonModel Of(IReadOnlyList<SidedCounts> counts, int models, bool sides)
    {
        ArgumentNullException.ThrowIfNull(counts);
        AssumptionException.ThrowUnless(
            counts.All(row => row.LeftWins >= 0 && row.Ties >= 0 && row.RightWins >= 0),
            Assumption.OutOfRange,
            $"Counts are 0 or more."
        );
        SidedCounts[] shown = [.. counts.Where(row => row.LeftWins + row.Ties + row.RightWins > 0)];
        AssumptionException.ThrowUnless(shown.Length > 0, Assumption.Empty, $"There are no votes: give at least one.");
        AssumptionException.ThrowUnless(
            models >= 2 && IsConnected(shown, models) && shown.Any(row => row.LeftWins + row.RightWins > 0),
            Assumption.NoMaximum,
            $"A model that never wins or never loses, or is compared with none, has no finite strength."
        );
        var hasTies = shown.Any(row => row.Ties > 0);
        var parameters = models - 1 + (hasTies ? 1 : 0) + (sides ? 1 : 0);
        LogitChoice[] choices = [.. shown.Select(row => ChoiceOf(row, models, hasTies, sides))];
        var found = NewtonMaximum.Find(new double[parameters], at => LogitModel.Slopes(choices, at));
        var free = found.Parameters[..(models - 1)];
        var saturated = shown.Sum(row =>
            new[] { row.LeftWins, row.Ties, row.RightWins }
                .Where(count => count > 0)
                .Sum(count => count * Math.Log(count / (row.LeftWins + row.Ties + row.RightWins)))
        );
        return new DavidsonModel(
            [.. free, -free.Sum()],
            found.LogLikelihood,
            hasTies ? found.Parameters[models - 1] : null,
            sides ? found.Parameters[^1] : null,
            2 * (saturated - found.LogLikelihood),
            (shown.Length * (hasTies ? 2 : 1)) - parameters
        )
        {
            Covariance = found.Covariance,
        };
    }

    /// <summary>Log weights of left, right and tie; the last strength is minus the sum of the others.</summary>
    private static LogitChoice ChoiceOf(SidedCounts row, int models, bool hasTies, bool sides)
    {
        double[] Strength(int model) =>
            [
                .. Enumerable
                    .Range(0, models - 1)
                    .Select(i =>
                        model == models - 1 ? -1.0
                        : i == model ? 1
                        : 0
                    ),
            ];
        var (left, right) = (Strength(row.Left), Strength(row.Right));
        double[] tie = hasTies ? [0] : [];
        double[] side = sides ? [0] : [];
        double[][] features =
        [
            [.. left, .. tie, .. side.Select(_ => 1.0)],
            [.. right, .. tie, .. side],
            [.. left.Zip(right, (a, b) => (a + b) / 2), .. tie.Select(_ => 1.0), .. side],
        ];
        return hasTies
            ? new LogitChoice(features, [row.LeftWins, row.RightWins, row.Ties])
            : new LogitChoice(features[..2], [row.LeftWins, row.RightWins]);
    }

    /// <summary>Whether each model reaches every other through "beat or tied".</summary>
    private static bool IsConnected(SidedCounts[] counts, int models)
    {
        (int From, int To)[] edges =
        [
            .. counts.Where(row => row.LeftWins + row.Ties > 0).Select(row => (row.Left, row.Right)),
            .. counts.Where(row => row.RightWins + row.Ties > 0).Select(row => (row.Right, row.Left)),
        ];
        return Reached(edges, models) && Reached([.. edges.Select(edge => (edge.To, edge.From))], models);
    }

    private static bool Reached((int From, int To)[] edges, int models)
    {
        HashSet<int> seen = [0];
        var more = true;
        while (more)
        {
            more = false;
            foreach ((var from, var to) in edges)
            {
                more |= seen.Contains(from) && seen.Add(to);
            }
        }

        return seen.Count == models;
    }

    private double[] Basis(int model) =>
        [
            .. Enumerable
                .Range(0, Models - 1)
                .Select(i =>
                    model == Models - 1 ? -1.0
                    : i == model ? 1
                    : 0
                ),
        ];

    private double Error(double[] weights)
    {
        var sum = 0.0;
        for (var i = 0; i < weights.Length; i++)
        {
            for (var j = 0; j < weights.Length; j++)
            {
                sum += weights[i] * weights[j] * Covariance[i, j];
            }
        }

        return Math.Sqrt(sum);
    }
}
