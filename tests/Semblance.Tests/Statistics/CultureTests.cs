using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Semblance.Statistics;

namespace Semblance.Tests.Statistics;

/// <summary>Results, to the bit, and messages do not depend on where or on how many threads the program runs.</summary>
public sealed class CultureTests
{
    private static readonly JsonSerializerOptions ToTheBit = new()
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        IncludeFields = true,
    };

    /// <summary>Each procedure on the input of one of its cases.</summary>
    private static readonly Dictionary<string, Func<CaseInput, object?>> Procedures = new(StringComparer.Ordinal)
    {
        ["anderson_darling"] = input => AndersonDarling.Of(input.Numbers("x")),
        ["box_plot"] = input => BoxPlot.Of(input.Numbers("x")),
        ["correlations"] = input =>
            (
                Pearson.Of(input.Numbers("x"), input.Numbers("y")),
                Spearman.Of(input.Numbers("x"), input.Numbers("y")),
                Kendall.Of(input.Numbers("x"), input.Numbers("y"))
            ),
        ["dagostino"] = input => DAgostinoPearson.Of(input.Numbers("x")),
        ["ecdf"] = input => EmpiricalDistribution.Of(input.Numbers("x")),
        ["friedman"] = input => Friedman.Of(input.Rows("scores")),
        ["histogram"] = input => Histogram.Of(input.Numbers("x")),
        ["hodges_lehmann"] = input => HodgesLehmann.Of(input.Numbers("x"), input.Numbers("y")),
        ["kernel_density"] = input => input.Numbers("at").Select(KernelDensity.Of(input.Numbers("x")).At),
        ["ks_one_sample"] = input =>
            KolmogorovSmirnov.AgainstNormal(input.Numbers("x"), input.Number("mean"), input.Number("sd")),
        ["ks_two_sample"] = input => KolmogorovSmirnov.TwoSample(input.Numbers("x"), input.Numbers("y")),
        ["lilliefors"] = input => Lilliefors.Of(input.Numbers("x")),
        ["mean_interval"] = input => MeanInterval.Student(input.Numbers("x")),
        ["multiple_comparisons"] = input => MultipleComparisons.BenjaminiYekutieli(input.Numbers("p")),
        ["nemenyi"] = input => Nemenyi.Of(input.Rows("scores")).CriticalDifference(),
        ["paired_effect_sizes"] = input => CohensDz.Of(input.Numbers("x"), input.Numbers("y")),
        ["paired_t_test"] = input => PairedTTest.Of(input.Numbers("x"), input.Numbers("y")),
        ["shapiro_wilk"] = input => ShapiroWilk.Of(input.Numbers("x")),
        ["wilcoxon_signed_rank"] = input => WilcoxonSignedRank.Of(input.Numbers("x"), input.Numbers("y")),
    };

    public static IEnumerable<TheoryDataRow<string, string>> Everywhere =>
        from culture in new[] { "de-DE", "tr-TR", "sv-SE", "hi-IN" }
        from procedure in Procedures.Keys.Order(StringComparer.Ordinal)
        select new TheoryDataRow<string, string>(culture, procedure);

    [Theory]
    [MemberData(nameof(Everywhere))]
    public void Numbers_and_messages_are_the_same_in(string culture, string procedure) =>
        Assert.Equal(In(CultureInfo.InvariantCulture, procedure), In(Named(culture), procedure));

    [Theory]
    [InlineData("de-DE", "-1.234,5")]
    [InlineData("tr-TR", "-1.234,5")]
    [InlineData("sv-SE", "\u22121\u00a0234,5")]
    public void Those_cultures_do_write_numbers_their_own_way(string culture, string expected) =>
        Assert.Equal(expected, (-1234.5).ToString("N1", Named(culture)));

    [Fact]
    public void Any_number_of_threads_may_run_the_procedures_at_once()
    {
        var names = Procedures.Keys.ToArray();
        var alone = names.Select(Results).ToArray();
        var together = new string[4 * names.Length];
        Parallel.For(
            0,
            together.Length,
            new ParallelOptions { MaxDegreeOfParallelism = 16 },
            i => together[i] = Results(names[i % names.Length])
        );
        Assert.All(
            together.Select((results, i) => (results, i)),
            one => Assert.Equal(alone[one.i % alone.Length], one.results)
        );
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(16)]
    public void Draws_are_the_same_on_any_number_of_threads(int threads)
    {
        double[][] columns =
        [
            [80.1, 75.3, 91.2, 66.6, 70.9],
            [81.4, 74.2, 93.3, 69.9, 71.2],
        ];
        Assert.Equal(
            StudentisedBootstrap.Of(columns, null, [4, 4], 0.9, 500, 7, threads: 1),
            StudentisedBootstrap.Of(columns, null, [4, 4], 0.9, 500, 7, threads)
        );
        Assert.Equal(
            SignFlip.MonteCarlo(columns[0], 5000, 7, threads: 1),
            SignFlip.MonteCarlo(columns[0], 5000, 7, threads)
        );
    }

    private static string In(CultureInfo culture, string procedure)
    {
        var before = (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture);
        (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (culture, culture);
        try
        {
            return Results(procedure);
        }
        finally
        {
            (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = before;
        }
    }

    /// <summary>What a procedure gives or says for all its cases, doubles in their shortest form.</summary>
    private static string Results(string procedure)
    {
        var path = Fixtures.At("statistics", procedure + ".json");
        if (!File.Exists(path))
        {
            Assert.Skip($"There are no cases of {procedure}.");
        }

        using var json = JsonDocument.Parse(File.ReadAllBytes(path));
        return string.Join(
            '\n',
            json.RootElement.GetProperty("cases").EnumerateArray().Select(one => Result(procedure, one))
        );
    }

    private static string Result(string procedure, JsonElement one)
    {
        try
        {
            return JsonSerializer.Serialize(Procedures[procedure](new CaseInput(one.GetProperty("input"))), ToTheBit);
        }
        catch (AssumptionException fault)
        {
            return fault.Message;
        }
    }

    // Without ICU a culture has a name and no customs of its own: then those that bear on numbers are put in by hand.
    private static CultureInfo Named(string name)
    {
        var (group, minus) = name switch
        {
            "sv-SE" => ("\u00a0", "\u2212"),
            "hi-IN" => (",", "-"),
            _ => (".", "-"),
        };
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NumberDecimalSeparator = name == "hi-IN" ? "." : ",";
        culture.NumberFormat.NumberGroupSeparator = group;
        culture.NumberFormat.NumberGroupSizes = name == "hi-IN" ? [3, 2] : [3];
        culture.NumberFormat.NegativeSign = minus;
        culture.NumberFormat.NaNSymbol = "¤¤¤";
        culture.NumberFormat.PositiveInfinitySymbol = "∞";
        return culture;
    }
}
