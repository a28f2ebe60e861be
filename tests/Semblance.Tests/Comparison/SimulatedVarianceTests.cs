using System.Text.Json;
using Semblance.Comparison;
using Semblance.Statistics;
using Semblance.Tests.Statistics;
using Semblance.Variance;

namespace Semblance.Tests.Comparison;

/// <summary>The components of variance against simulations whose truth is known.</summary>
[Trait("speed", "slow")]
public sealed class SimulatedVarianceTests
{
    public static IEnumerable<TheoryDataRow<string>> Cases => Golden.Cases("simulated_coverage");

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Cases))]
    public void Estimates_come_out_as_in_the_reference_simulation(string name) =>
        Golden.Check(
            "simulated_coverage",
            name,
            input => input.Has("sd_prompts") ? TwoLevels(input) : Sets(input, new NormalDraws(11))
        );

    private static Fields Sets(CaseInput input, NormalDraws draws)
    {
        var (n, d, spread) = (input.Whole("images"), input.Whole("dimension"), input.Number("spread"));
        var centre = input.Numbers("centre");
        var sets = input.Whole("sets");
        var (scores, unbiased, jackknife) = (new double[sets], new double[sets], new double[sets]);
        var rows = Enumerable.Range(0, n).Select(_ => new double[d]).ToArray();
        for (var set = 0; set < sets; set++)
        {
            foreach (var row in rows)
            {
                for (var k = 0; k < d; k++)
                {
                    row[k] = centre[k] + (spread * draws.Next());
                }
            }

            var kernel = PairKernel.Of(Cosines(rows));
            scores[set] = kernel.Mean;
            unbiased[set] = kernel.Components()!.VarianceAt(n);
            jackknife[set] = Math.Pow(kernel.JackknifeError()!.Value, 2);
        }

        var truth = Variance(scores);
        return new()
        {
            ["true_variance"] = truth,
            ["true_variance_standard_error"] = About(
                "true_variance_standard_error",
                truth * Math.Sqrt((ExcessKurtosis(scores) + 2) / sets)
            ),
            ["mean_unbiased_variance"] = unbiased.Average(),
            ["mean_unbiased_variance_standard_error"] = About(
                "mean_unbiased_variance_standard_error",
                StandardError(unbiased)
            ),
            ["mean_jackknife_variance"] = jackknife.Average(),
            ["jackknife_over_true"] = jackknife.Average() / truth,
            ["share_negative_unbiased"] = unbiased.Count(v => v < 0) / (double)sets,
        };
    }

    /// <summary>A standard error is itself only known to a third: it depends on fourth moments.</summary>
    private static Action<JsonElement> About(string field, double error) =>
        expected => Assert.Equal(1, error / expected.GetProperty(field).GetDouble(), 1.0 / 3);

    /// <summary>100 cos, not clamped: the reference simulation has negative pairs.</summary>
    private static double[][] Cosines(double[][] rows)
    {
        var lengths = Array.ConvertAll(rows, row => Math.Sqrt(row.Sum(x => x * x)));
        return
        [
            .. rows.Select(
                (one, i) => rows.Select((other, j) => 100 * Dot(one, other) / (lengths[i] * lengths[j])).ToArray()
            ),
        ];
    }

    private static double Dot(double[] one, double[] other)
    {
        var sum = 0.0;
        for (var k = 0; k < one.Length; k++)
        {
            sum += one[k] * other[k];
        }

        return sum;
    }

    private static Fields TwoLevels(CaseInput input)
    {
        var draws = new NormalDraws(12);
        var (prompts, n, sets) = (input.Whole("prompts"), input.Whole("images"), input.Whole("sets"));
        var (prompt, image, pair) = (input.Number("sd_prompts"), input.Number("sd_image"), input.Number("sd_pair"));
        var estimates = new List<(PairComponents Components, VarianceSplit Split)>(sets);
        for (var set = 0; set < sets; set++)
        {
            var kernels = Enumerable
                .Range(0, prompts)
                .Select(_ => Additive(draws, n, 85 + (prompt * draws.Next()), image, pair))
                .ToArray();
            var components = kernels.Select(kernel => kernel.Components()!).ToArray();
            estimates.Add(
                (
                    PairComponents.Mean(components),
                    VarianceSplit.Of(
                        [.. kernels.Select(kernel => kernel.Mean)],
                        [.. components.Select(one => one.VarianceAt(n))]
                    )
                )
            );
        }

        var truth = new PairComponents(image * image, (2 * image * image) + (pair * pair));
        return new()
        {
            ["zeta1"] = Estimated(truth.Zeta1, estimates.Select(one => one.Components.Zeta1)),
            ["zeta2"] = Estimated(truth.Zeta2, estimates.Select(one => one.Components.Zeta2)),
            ["variance_seeds"] = Estimated(truth.VarianceAt(n), estimates.Select(one => one.Split.Seeds)),
            ["variance_prompts"] = Estimated(prompt * prompt, estimates.Select(one => one.Split.Prompts)),
        };
    }

    private static Fields Estimated(double truth, IEnumerable<double> estimates)
    {
        var values = estimates.ToArray();
        Assert.True(
            Math.Abs(values.Average() - truth) < 4.5 * StandardError(values),
            $"the mean {values.Average()} is not within 4.5 standard errors of {truth}"
        );
        return new()
        {
            ["truth"] = truth,
            ["mean_estimate"] = values.Average(),
            ["standard_error"] = StandardError(values),
        };
    }

    /// <summary>
    /// Two models whose images from one seed share a part: k = a_i + a_j + e_ij with a = shared + own. Then
    /// zeta1 of the difference is Var(a_B - a_A), which the sum of two independent components overstates.
    /// </summary>
    [Fact]
    public void Components_of_a_difference_over_common_seeds_are_those_of_the_difference_kernel()
    {
        const int Sets = 20_000;
        const int Seeds = 7;
        const double Shared = 1.5;
        const double Own = 0.5;
        const double SharedPair = 2;
        const double OwnPair = 1;
        var draws = new NormalDraws(5);
        var (differences, zeta1, zeta2, variance, added) = (
            new double[Sets],
            new double[Sets],
            new double[Sets],
            new double[Sets],
            new double[Sets]
        );
        for (var set = 0; set < Sets; set++)
        {
            var common = Matrix(draws, Seeds, 0, Shared, SharedPair);
            var first = Sum(common, Matrix(draws, Seeds, 80, Own, OwnPair));
            var second = Sum(common, Matrix(draws, Seeds, 83, Own, OwnPair));
            var kernel = second.Minus(first);
            differences[set] = kernel.Mean;
            zeta1[set] = kernel.Components()!.Zeta1;
            zeta2[set] = kernel.Components()!.Zeta2;
            variance[set] = kernel.Components()!.VarianceAt(Seeds);
            added[set] = (first.Components()! + second.Components()!).VarianceAt(Seeds);
        }

        var truth = new PairComponents(2 * Own * Own, (4 * Own * Own) + (2 * OwnPair * OwnPair));
        Estimated(truth.Zeta1, zeta1);
        Estimated(truth.Zeta2, zeta2);
        Estimated(truth.VarianceAt(Seeds), variance);
        Estimated(3, differences);
        var observed = Variance(differences);
        Assert.Equal(1, observed / truth.VarianceAt(Seeds), 4.5 * Math.Sqrt(2.0 / Sets));
        Assert.True(added.Average() > 5 * observed, "adding two models' components overstates what common seeds leave");
    }

    /// <summary>
    /// Two models with some seeds in common, k = a_i + a_j + e_ij, where images of one seed share a part. The variance of
    /// the difference of their scores is estimated without bias whatever their seeds have in common.
    /// </summary>
    [Theory]
    [InlineData(7, 7, 7)]
    [InlineData(6, 6, 5)]
    [InlineData(5, 9, 4)]
    [InlineData(8, 8, 4)]
    public void The_variance_of_a_difference_is_unbiased_with_partly_common_seeds(int first, int second, int common)
    {
        const int Sets = 20_000;
        const double Shared = 1.5;
        const double Own = 0.5;
        const double SharedPair = 2;
        const double OwnPair = 1;
        var draws = new NormalDraws(7);
        var (differences, variance, zeta1, zeta2) = (
            new double[Sets],
            new double[Sets],
            new double[Sets],
            new double[Sets]
        );
        for (var set = 0; set < Sets; set++)
        {
            // Seeds 0 to n_A - 1 of the first model; the second has the last of these, and others.
            var shared = Matrix(draws, first + second - common, 0, Shared, SharedPair);
            var a = Sum(Block(shared, 0, first), Matrix(draws, first, 80, Own, OwnPair));
            var b = Sum(Block(shared, first - common, second), Matrix(draws, second, 83, Own, OwnPair));
            var both = SharedSeedComponents.Of(
                "a",
                "b",
                "p",
                a.Among([.. Enumerable.Range(first - common, common)]),
                b.Among([.. Enumerable.Range(0, common)])
            );
            var seeds = SeedVariances.Of(
                new ScoreMatrix(
                    ["a", "b"],
                    ["p"],
                    [
                        [Row("a", a)],
                        [Row("b", b)],
                    ]
                ),
                0,
                1,
                SeedVariances.ByPair([both])
            )!;
            differences[set] = b.Mean - a.Mean;
            (variance[set], zeta1[set], zeta2[set]) = (
                seeds.Variances[0],
                seeds.Components.Zeta1,
                seeds.Components.Zeta2
            );
            Assert.Equal(common == first && common == second, seeds.Common!.Everywhere());
        }

        // One image's part: own and shared of either model, where a common seed's shared part goes into both scores.
        var (one, pair) = (Own * Own, OwnPair * OwnPair);
        var truth =
            Alone(first)
            + Alone(second)
            - (2 * common * Shared * Shared * 4 / (first * second))
            - (2 * SharedPair * SharedPair * Pairs(common) / (Pairs(first) * Pairs(second)));
        Estimated(truth, variance);
        Estimated(2 * one, zeta1);
        Estimated((4 * one) + (2 * pair), zeta2);
        Assert.Equal(1, Variance(differences) / truth, 4.5 * Math.Sqrt(2.0 / Sets));

        double Alone(int n) => (4 * ((Shared * Shared) + one) / n) + (((SharedPair * SharedPair) + pair) / Pairs(n));

        static double Pairs(int n) => n * (n - 1) / 2.0;

        static PromptScore Row(string model, PairKernel kernel) =>
            new(model, "p", kernel.Mean, kernel.Images, null, kernel.Components());
    }

    private static double[][] Block(double[][] matrix, int from, int n) =>
        [.. matrix.Skip(from).Take(n).Select(row => row.Skip(from).Take(n).ToArray())];

    private static PairKernel Sum(double[][] one, double[][] other) =>
        PairKernel.Of([.. one.Zip(other, (x, y) => x.Zip(y, (a, b) => a + b).ToArray())]);

    private static PairKernel Additive(NormalDraws draws, int n, double mean, double image, double pair) =>
        PairKernel.Of(Matrix(draws, n, mean, image, pair));

    private static double[][] Matrix(NormalDraws draws, int n, double mean, double image, double pair)
    {
        var images = Enumerable.Range(0, n).Select(_ => image * draws.Next()).ToArray();
        var k = Enumerable.Range(0, n).Select(_ => new double[n]).ToArray();
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < i; j++)
            {
                k[i][j] = k[j][i] = mean + images[i] + images[j] + (pair * draws.Next());
            }
        }

        return k;
    }

    private static double ExcessKurtosis(double[] values)
    {
        var mean = values.Average();
        var second = values.Average(x => Math.Pow(x - mean, 2));
        return (values.Average(x => Math.Pow(x - mean, 4)) / (second * second)) - 3;
    }

    private static double Variance(double[] values) => Math.Pow(Descriptive.StandardDeviation(values), 2);

    private static double StandardError(double[] values) =>
        Descriptive.StandardDeviation(values) / Math.Sqrt(values.Length);
}
