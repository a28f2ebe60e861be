using CsCheck;
using Semblance.Statistics;

namespace Semblance.Tests.Statistics;

public sealed class CorrelationTests
{
    public static IEnumerable<TheoryDataRow<string>> Cases => Golden.Cases("correlations");

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Cases))]
    public void Golden_correlations(string name) =>
        Golden.Check(
            "correlations",
            name,
            input =>
            {
                var (x, y) = (input.Numbers("x"), input.Numbers("y"));
                var pearson = Pearson.Of(x, y);
                var spearman = Spearman.Of(x, y);
                var kendall = Kendall.Of(x, y);
                return new()
                {
                    ["pearson"] = new Fields
                    {
                        ["r"] = pearson.R,
                        ["p_value"] = pearson.P,
                        ["ci95_fisher"] = pearson.Interval is { } interval
                            ? new[] { interval.Low, interval.High }
                            : null,
                    },
                    ["spearman"] = new Fields
                    {
                        ["rho"] = spearman.Rho,
                        ["p_t"] = spearman.PStudent,
                        ["p_exact"] = spearman.PExact,
                    },
                    ["kendall"] = new Fields
                    {
                        ["tau_b"] = kendall.TauB,
                        ["p_normal"] = kendall.PNormal,
                        ["p_exact"] = kendall.PExact,
                    },
                };
            }
        );

    [Fact]
    public void Four_pairs_worked_by_hand()
    {
        // Deviations (-1.5, -0.5, 0.5, 1.5) and (-1.5, 0.5, -0.5, 1.5): r = 4 / 5; 5 pairs in order, 1 against: tau = 4 / 6.
        double[] x = [1, 2, 3, 4];
        double[] y = [1, 3, 2, 4];
        Assert.Equal(0.8, Pearson.Of(x, y).R, 1e-12);
        Assert.Equal(0.8, Spearman.Of(x, y).Rho, 1e-12);
        Assert.Equal(2.0 / 3, Kendall.Of(x, y).TauB, 1e-12);

        // Orders of four with at most one inversion: 1 + 3 of 24, and as many the other way.
        Assert.Equal(8.0 / 24, Kendall.Of(x, y).PExact!.Value, 1e-12);
    }

    [Fact]
    public void All_are_symmetric_and_turn_with_a_sign() =>
        Gen.Select(Gen.Int[0, 9], Gen.Int[0, 9])
            .Array[3, 30]
            .Where(pairs => pairs.Any(p => p.Item1 != pairs[0].Item1) && pairs.Any(p => p.Item2 != pairs[0].Item2))
            .Sample(pairs =>
            {
                var x = Array.ConvertAll(pairs, p => (double)p.Item1);
                var y = Array.ConvertAll(pairs, p => (double)p.Item2);
                var turned = Array.ConvertAll(y, v => -v);
                Assert.Equal(Pearson.Of(x, y).R, Pearson.Of(y, x).R, 1e-12);
                Assert.Equal(Pearson.Of(x, y).R, -Pearson.Of(x, turned).R, 1e-12);
                Assert.Equal(Spearman.Of(x, y).Rho, -Spearman.Of(x, turned).Rho, 1e-12);
                Assert.Equal(Kendall.Of(x, y).TauB, -Kendall.Of(x, turned).TauB, 1e-12);
                Assert.Equal(Kendall.Of(x, y).PNormal!.Value, Kendall.Of(y, x).PNormal!.Value, 1e-12);
                Assert.Equal(Spearman.Of(x, y).PExact ?? 0, Spearman.Of(y, x).PExact ?? 0, 1e-12);
            });

    [Fact]
    public void A_line_has_p_0_and_no_interval()
    {
        var test = Pearson.Of([1, 2, 4, 8], [-1, -2, -4, -8]);
        Assert.Equal(-1, test.R, 1e-12);
        Assert.Equal(0, test.P!.Value, 1e-12);
    }
}
