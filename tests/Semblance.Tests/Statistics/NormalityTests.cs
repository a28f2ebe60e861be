using System.Globalization;
using System.Text.Json;
using CsCheck;
using Semblance.Statistics;

namespace Semblance.Tests.Statistics;

/// <summary>The four tests of whether a sample could come from some normal distribution.</summary>
public sealed class NormalityTests
{
    public static IEnumerable<TheoryDataRow<string>> LillieforsCases => Golden.Cases("lilliefors");

    public static IEnumerable<TheoryDataRow<string>> ShapiroWilkCases => Golden.Cases("shapiro_wilk");

    public static IEnumerable<TheoryDataRow<string>> AndersonDarlingCases => Golden.Cases("anderson_darling");

    public static IEnumerable<TheoryDataRow<string>> DAgostinoCases => Golden.Cases("dagostino");

    // The p-values of statsmodels come from a table that is not in use here, so they are not held to.
    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(LillieforsCases))]
    public void Golden_lilliefors_tests(string name) =>
        Golden.Check(
            "lilliefors",
            name,
            input =>
            {
                var test = Lilliefors.Of(input.Numbers("x"));
                return new()
                {
                    ["statistic"] = test.Statistic,
                    ["p_dallal_wilkinson"] = test.PDallalWilkinson,
                    ["p_nortest"] = test.P ?? double.NaN,
                    ["p_statsmodels_table"] = (Action<JsonElement>)(_ => { }),
                    ["p_statsmodels_approx"] = (Action<JsonElement>)(_ => { }),
                    ["p_monte_carlo"] = (Action<JsonElement>)(expected => NearMonteCarlo(expected, test)),
                    ["p_monte_carlo_standard_error"] = (Action<JsonElement>)(_ => { }),
                };
            }
        );

    // Below five values no approximation is claimed; the formulas are known to be this near elsewhere.
    private static void NearMonteCarlo(JsonElement expected, Lilliefors test)
    {
        if (test.P is { } p)
        {
            var error = expected.GetProperty("p_monte_carlo_standard_error").GetDouble();
            Assert.Equal(expected.GetProperty("p_monte_carlo").GetDouble(), p, (p < 0.1 ? 0.003 : 0.03) + (5 * error));
        }
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(ShapiroWilkCases))]
    public void Golden_shapiro_wilk_tests(string name) =>
        Golden.Check(
            "shapiro_wilk",
            name,
            input =>
            {
                var test = ShapiroWilk.Of(input.Numbers("x"));
                return new() { ["w"] = test.W, ["p_value"] = test.P };
            }
        );

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(AndersonDarlingCases))]
    public void Golden_anderson_darling_tests(string name) =>
        Golden.Check(
            "anderson_darling",
            name,
            input =>
            {
                var test = AndersonDarling.Of(input.Numbers("x"));
                return new()
                {
                    ["a_squared"] = test.ASquared,
                    ["a_squared_modified"] = test.Modified,
                    ["p_value"] = test.P,
                };
            }
        );

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(DAgostinoCases))]
    public void Golden_dagostino_pearson_tests(string name) =>
        Golden.Check(
            "dagostino",
            name,
            input =>
            {
                var test = DAgostinoPearson.Of(input.Numbers("x"));
                return new()
                {
                    ["z_skewness"] = test.ZSkewness,
                    ["p_skewness"] = test.PSkewness,
                    ["z_kurtosis"] = test.ZKurtosis,
                    ["p_kurtosis"] = test.PKurtosis,
                    ["k_squared"] = test.KSquared,
                    ["p_value"] = test.P,
                };
            }
        );

    [Fact]
    public void Evenly_spaced_values_have_a_shapiro_wilk_of_1_for_three() =>
        Assert.Equal(1, ShapiroWilk.Of([1, 2, 3]).W, 1e-12);

    [Fact]
    public void No_test_depends_on_location_and_scale() =>
        Gen.Select(Gen.Double[-1, 1].Array[8, 40], Gen.Double[-100, 100], Gen.Double[0.1, 100])
            .Where((x, _, _) => x.Max() - x.Min() > 0.1)
            .Sample(
                (x, shift, scale) =>
                {
                    var moved = Array.ConvertAll(x, v => (v * scale) + shift);
                    Assert.Equal(Lilliefors.Of(x).Statistic, Lilliefors.Of(moved).Statistic, 1e-9);
                    Assert.Equal(ShapiroWilk.Of(x).W, ShapiroWilk.Of(moved).W, 1e-9);
                    Assert.Equal(AndersonDarling.Of(x).ASquared, AndersonDarling.Of(moved).ASquared, 1e-8);
                    Assert.Equal(DAgostinoPearson.Of(x).ZKurtosis, DAgostinoPearson.Of(moved).ZKurtosis, 1e-8);
                },
                iter: 200
            );

    [Fact]
    public void Mirrored_values_mirror_the_skewness_and_nothing_else()
    {
        double[] x = [1, 2, 2.5, 4, 7, 11, 18, 30];
        var mirrored = Array.ConvertAll(x, v => -v);
        Assert.Equal(-DAgostinoPearson.Of(x).ZSkewness, DAgostinoPearson.Of(mirrored).ZSkewness, 1e-12);
        Assert.Equal(DAgostinoPearson.Of(x).ZKurtosis, DAgostinoPearson.Of(mirrored).ZKurtosis, 1e-12);
        Assert.Equal(ShapiroWilk.Of(x).W, ShapiroWilk.Of(mirrored).W, 1e-12);
        Assert.Equal(AndersonDarling.Of(x).ASquared, AndersonDarling.Of(mirrored).ASquared, 1e-12);
        Assert.Equal(Lilliefors.Of(x).Statistic, Lilliefors.Of(mirrored).Statistic, 1e-12);
    }

    [Fact]
    public void Shapiro_wilk_knows_up_to_5000_values_and_says_so()
    {
        var x = Enumerable.Range(0, ShapiroWilk.MostValues + 1).Select(i => (double)i).ToArray();
        var fault = Assert.Throws<AssumptionException>(() => ShapiroWilk.Of(x));
        Assert.Equal(Assumption.OutOfRange, fault.Violated);
        Assert.Contains(x.Length.ToString(CultureInfo.InvariantCulture), fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Values_near_the_largest_double_are_tested()
    {
        double[] x = [-1.7e308, -1e308, -2e307, 0, 1e307, 5e307, 1.1e308, 1.7e308];
        var small = Array.ConvertAll(x, v => v / 1e308);
        Assert.Equal(ShapiroWilk.Of(small).W, ShapiroWilk.Of(x).W, 1e-9);
    }
}
