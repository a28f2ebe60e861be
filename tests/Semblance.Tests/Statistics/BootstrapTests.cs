using Semblance.Statistics;

namespace Semblance.Tests.Statistics;

public sealed class BootstrapTests
{
    public static IEnumerable<TheoryDataRow<string>> Cases => Golden.Cases("bootstrap_intervals");

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Cases))]
    public void Golden_bootstrap_intervals(string name) =>
        Golden.Check(
            "bootstrap_intervals",
            name,
            input =>
            {
                var (replicates, estimate) = (input.Numbers("replicates"), input.Number("estimate"));
                var level = input.Number("level");
                var bca = Bootstrap.Bca(replicates, estimate, input.Numbers("jackknife"), level);
                return new Fields
                {
                    ["standard_error"] = Descriptive.StandardDeviation(replicates),
                    ["bias_correction_z0"] = bca.BiasCorrection,
                    ["acceleration"] = bca.Acceleration,
                    ["bca_levels"] = new[] { bca.LowLevel, bca.HighLevel },
                    ["bca"] = PairedTTestTests.Pair(bca.Interval),
                }.Without("percentile", "basic");
            }
        );

    [Fact]
    public void Resampled_means_depend_on_the_seed_and_not_on_the_threads()
    {
        double[] x = [1, 5, 2, 8, 3, 9];
        var one = Bootstrap.Means([x, [.. x.Select(v => 2 * v)]], 500, 7, threads: 1);
        var many = Bootstrap.Means([x, [.. x.Select(v => 2 * v)]], 500, 7, threads: 3);
        Assert.Equal(one, many);
        Assert.NotEqual(one[0], Bootstrap.Means([x], 500, 8)[0]);

        // Draws are shared: a column of doubles has doubled means.
        Assert.Equal(one[0].Select(v => 2 * v), one[1]);
    }

    [Fact]
    public void Resampled_means_have_the_mean_and_variance_of_a_mean()
    {
        double[] x = [1, 5, 2, 8, 3, 9, 4, 4, 0, 7];
        const int resamples = 20_000;
        var means = Bootstrap.Means([x], resamples, 1)[0];

        // Drawing with replacement: variance of the mean = (n - 1) / n times the sample's, over n.
        var variance = Descriptive.Variance(x) * 0.9 / 10;
        Assert.Equal(4.3, Descriptive.Mean(means), 5 * Math.Sqrt(variance / resamples));
        Assert.Equal(1, Descriptive.Variance(means) / variance, 5 * Math.Sqrt(2.0 / resamples));
    }

    [Fact]
    public void The_first_draws_of_a_seed_stay_what_they_are()
    {
        var random = new RandomStream(1, 0);
        ulong[] first = [random.Next(), random.Next()];
        Assert.Equal(new RandomStream(1, 0).Next(), first[0]);
        Assert.NotEqual(new RandomStream(1, 1).Next(), first[0]);
        Assert.Equal([7982734928498899980, 7851527857629710090], first);
    }

    [Fact]
    public void Jackknife_means_leave_one_out() => Assert.Equal([2.5, 2, 1.5], Bootstrap.JackknifeMeans([1, 2, 3]));
}
