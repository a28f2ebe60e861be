using CsCheck;
using Semblance.Statistics;

namespace Semblance.Tests.Statistics;

/// <summary>What is drawn as box plots and histograms.</summary>
public sealed class FigureTests
{
    public static IEnumerable<TheoryDataRow<string>> BoxPlotCases => Golden.Cases("box_plot");

    public static IEnumerable<TheoryDataRow<string>> HistogramCases => Golden.Cases("histogram");

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(BoxPlotCases))]
    public void Golden_box_plots(string name) =>
        Golden.Check(
            "box_plot",
            name,
            input =>
            {
                var box = BoxPlot.Of(input.Numbers("x"));
                return new Fields
                {
                    ["q1"] = box.LowerQuartile,
                    ["median"] = box.Median,
                    ["q3"] = box.UpperQuartile,
                    ["whisker_low"] = box.LowerWhisker,
                    ["whisker_high"] = box.UpperWhisker,
                    ["outliers"] = box.Outliers,
                }.Without("tukey_five_numbers");
            }
        );

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(HistogramCases))]
    public void Golden_histograms(string name) =>
        Golden.Check(
            "histogram",
            name,
            input =>
            {
                var histogram = Histogram.Of(input.Numbers("x"));
                return new Fields
                {
                    ["fd"] = new Fields
                    {
                        ["bins"] = histogram.Counts.Length,
                        ["first_edge"] = histogram.Edges[0],
                        ["last_edge"] = histogram.Edges[^1],
                        ["counts"] = histogram.Counts,
                    },
                }.Without("scott", "sturges", "sqrt", "rice");
            }
        );

    [Fact]
    public void A_box_plot_worked_by_hand()
    {
        // Depths 1.5 and 4.5 of 0..6: quartiles 2.5 and 5.5, fences at -2 and 10.
        var box = BoxPlot.Of([1, 2, 3, 4, 5, 6, 20]);
        Assert.Equal((2.5, 4, 5.5), (box.LowerQuartile, box.Median, box.UpperQuartile));
        Assert.Equal((1, 6), (box.LowerWhisker, box.UpperWhisker));
        Assert.Equal([20.0], box.Outliers);
    }

    [Fact]
    public void Every_value_is_in_the_box_plot_and_in_one_bin() =>
        Gen.Double[-1000, 1000]
            .Array[1, 60]
            .Sample(x =>
            {
                var box = BoxPlot.Of(x);
                Assert.InRange(box.LowerQuartile, box.LowerWhisker, box.Median);
                Assert.InRange(box.UpperQuartile, box.Median, box.UpperWhisker);
                Assert.Equal(
                    x.Length,
                    box.Outliers.Length + x.Count(v => v >= box.LowerWhisker && v <= box.UpperWhisker)
                );
                Assert.Equal(x.Length, Histogram.Of(x).Counts.Sum());
            });

    [Fact]
    public void A_rule_that_asks_for_too_many_bins_gets_the_most_there_are()
    {
        var x = Enumerable.Range(0, 100).Select(i => (double)i).Append(1e12).ToArray();
        Assert.Equal(Histogram.MostBins, Histogram.Of(x).Counts.Length);
    }

    [Fact]
    public void A_range_beyond_doubles_is_refused() =>
        Assert.Equal(
            Assumption.OutOfRange,
            Assert.Throws<AssumptionException>(() => Histogram.Of([-1.7e308, 1.7e308])).Violated
        );
}
