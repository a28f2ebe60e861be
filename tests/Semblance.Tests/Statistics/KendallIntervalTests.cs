using CsCheck;
using Semblance.Simulations;
using Semblance.Statistics;

namespace Semblance.Tests.Statistics;

public sealed class KendallIntervalTests
{
    /// <summary>
    /// Worked by hand: 1 2 3 4 against 1 2 4 3 has five pairs in order and one against it, tau 2/3. Without the first or the
    /// second 1/3, without the third or the fourth 1: variance 3/4 (4/9) = 1/3. t(0.975; 3) = 3.182446, and
    /// atanh(2/3) = 0.804719.
    /// </summary>
    [Fact]
    public void The_jackknife_on_Fishers_scale()
    {
        var (low, high) = KendallInterval.Of([1, 2, 3, 4], [1, 2, 4, 3])!.Value;
        var half = 3.182446 * Math.Sqrt(1 / 3.0) / (1 - (4 / 9.0));
        Assert.Equal(Math.Tanh(0.804719 - half), low, 1e-6);
        Assert.Equal(Math.Tanh(0.804719 + half), high, 1e-6);
    }

    [Fact]
    public void Whole_clusters_are_left_out()
    {
        double[] x = [1, 2, 3, 4, 5, 6, 7, 8];
        double[] y = [2, 1, 2, 6, 4, 4, 8, 5];
        int[] clusters = [0, 0, 0, 1, 1, 2, 2, 3];
        var (low, high) = KendallInterval.Of(x, y, clusters, 0.9)!.Value;

        // Tau again without each cluster.
        double[] without =
        [
            .. Enumerable
                .Range(0, 4)
                .Select(c =>
                    Kendall.Of([.. x.Where((_, i) => clusters[i] != c)], [.. y.Where((_, i) => clusters[i] != c)]).TauB
                ),
        ];
        var tau = Kendall.Of(x, y).TauB;
        var error = Math.Sqrt(0.75 * without.Sum(one => Math.Pow(one - without.Average(), 2)));

        // t(0.95; 3) = 2.353363
        var half = 2.353363 * error / (1 - (tau * tau));
        Assert.Equal(Math.Tanh(Math.Atanh(tau) - half), low, 1e-6);
        Assert.Equal(Math.Tanh(Math.Atanh(tau) + half), high, 1e-6);
    }

    [Fact]
    public void Perfect_agreement_has_no_interval() =>
        Assert.Null(KendallInterval.Of([1, 2, 3, 4, 5], [1, 2, 3, 4, 5]));

    /// <summary>A short run of `bench simulate N ranks`; three standard errors of 500 studies are 2.9 points.</summary>
    [Theory]
    [InlineData(0, false, 20)]
    [InlineData(0.5, false, 20)]
    [InlineData(0.5, true, 60)]
    public void It_covers_the_tau_of_normal_scores(double correlation, bool clustered, int prompts) =>
        Assert.InRange(
            EncoderRanks.Of(correlation, clustered, prompts, runs: 500, seed: 2, threads: 0).Observed,
            0.95 - 0.029,
            0.985
        );

    [Fact]
    public void It_holds_tau_and_turns_with_the_order() =>
        Gen.Double[-9, 9]
            .Array[20]
            .Select(Gen.Double[-9, 9].Array[20])
            .Sample(both =>
            {
                var (x, y) = both;
                if (KendallInterval.Of(x, y) is not { } found)
                {
                    return;
                }

                var tau = Kendall.Of(x, y).TauB;
                Assert.InRange(tau, found.Low, found.High);
                Assert.InRange(found.Low, -1, 1);
                var turned = KendallInterval.Of(x, [.. y.Select(value => -value)])!.Value;
                Assert.Equal(-found.High, turned.Low, 1e-9);
            });
}
