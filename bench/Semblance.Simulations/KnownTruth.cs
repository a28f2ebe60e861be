using Semblance.Comparison;
using Semblance.Statistics;

namespace Semblance.Simulations;

/// <summary>How often something happened in simulated studies or sets.</summary>
/// <param name="What">An interval that covered the truth, a gate that passed a false claim, a false outlier.</param>
/// <param name="Law">Where the differences or embeddings came from.</param>
/// <param name="Size">Prompts of a study, images of a set.</param>
/// <param name="Nominal">How often it should happen.</param>
/// <param name="AtMost">Whether less is as good.</param>
/// <param name="Count">How often it did.</param>
/// <param name="Runs">Of how many studies.</param>
internal sealed record Rate(string What, string Law, int Size, double Nominal, bool AtMost, int Count, int Runs)
{
    public double Observed => (double)Count / Runs;

    /// <summary>Of the observed share, as it is: the Monte Carlo error that is printed.</summary>
    public double MonteCarloError => Math.Sqrt(Observed * (1 - Observed) / Runs);

    /// <summary>Of the observed share, if the nominal one is true.</summary>
    public double StandardError => Math.Sqrt(Nominal * (1 - Nominal) / Runs);
}

/// <summary>A law of differences with mean 0 and standard deviation 1.</summary>
/// <param name="Name">To be read.</param>
/// <param name="Draw">One number.</param>
/// <param name="Pseudomedian">Median of (X1 + X2) / 2: 0 for a symmetric law.</param>
/// <param name="Superiority">P(X &gt; -0.28), the chance of a positive difference where the true mean is 0.28 deviations.</param>
/// <param name="RankBiserial">2 P(X1 + X2 &gt; -0.56) - 1, the same of two.</param>
internal sealed record DifferenceLaw(
    string Name,
    Func<Draws, double> Draw,
    double Pseudomedian,
    double Superiority,
    double RankBiserial
)
{
    /// <summary>The laws' two chances are 0.28 and 0.28 sqrt 2 up the normal distribution function.</summary>
    public static readonly DifferenceLaw Normal = new(
        "normal",
        draws => draws.Normal(),
        0,
        0.6102612475557972,
        0.3078725131014026
    );

    /// <summary>
    /// Student's t with 5 degrees of freedom, of variance 5/3: normal over the root of a mean of five squares. The last
    /// number is an integral of its density times its distribution function.
    /// </summary>
    public static readonly DifferenceLaw HeavyTailed = new(
        "heavy tails (t, 5 df)",
        draws => draws.Normal() / Math.Sqrt(Enumerable.Range(0, 5).Sum(_ => Math.Pow(draws.Normal(), 2)) / 3),
        0,
        0.6337426917664564,
        0.3460519907332
    );

    /// <summary>Exponential less 1. Half the sum of two is Gamma(2) / 2, whose median is 1.6783469900 / 2.</summary>
    public static readonly DifferenceLaw Skewed = new(
        "skewed (exponential)",
        draws => -Math.Log(1 - draws.Uniform()) - 1,
        (1.67834699001666 / 2) - 1,
        Math.Exp(-0.72),
        (2 * 2.44 * Math.Exp(-1.44)) - 1
    );
}

/// <summary>Random numbers of one simulated study.</summary>
internal sealed class Draws(ulong seed, int study)
{
    private RandomStream _stream = new(seed, (ulong)study);

    public double Uniform() => (_stream.Next() >> 11) * (1.0 / (1UL << 53));

    public double Normal() => Math.Sqrt(-2 * Math.Log(1 - Uniform())) * Math.Cos(2 * Math.PI * Uniform());
}

/// <summary>Simulated comparisons of two models whose true difference is known.</summary>
internal static class KnownTruth
{
    private const double Spread = 2.5;

    private const double Margin = 1;

    /// <summary>All simulations.</summary>
    public static IEnumerable<Rate> Everything(int runs, int resamples, ulong seed, int threads)
    {
        DifferenceLaw[] laws = [DifferenceLaw.Normal, DifferenceLaw.HeavyTailed, DifferenceLaw.Skewed];
        foreach (var law in laws)
        {
            foreach (var prompts in new[] { 6, 12, 15, 30, 100 })
            {
                foreach (var rate in Intervals(law, prompts, runs, resamples, seed, threads))
                {
                    yield return rate;
                }
            }
        }

        foreach (var law in laws)
        {
            foreach (var prompts in new[] { 6, 12, 30, 100 })
            {
                foreach (var rate in Gates(law, prompts, runs, seed, threads))
                {
                    yield return rate;
                }
            }
        }

        foreach (var rate in Seeds(runs, resamples, seed, threads))
        {
            yield return rate;
        }
    }

    /// <summary>Coverage of the intervals of a comparison, and how often its tests reject a difference that is not there.</summary>
    public static IReadOnlyList<Rate> Intervals(
        DifferenceLaw law,
        int prompts,
        int runs,
        int resamples,
        ulong seed,
        int threads
    )
    {
        const double truth = 0.7;
        string[] what =
        [
            "interval of the mean difference covers it",
            "Hodges-Lehmann interval covers the pseudomedian",
            "interval of dz covers it",
            "interval of the probability of superiority covers it",
            "interval of the rank-biserial correlation covers it",
            "Wilcoxon rejects a pseudomedian of 0",
            "permutation test rejects a mean of 0",
        ];
        var counts = Count(
            runs,
            what.Length,
            threads,
            study =>
            {
                var draws = new Draws(seed, study);
                var d = new double[prompts];
                for (var i = 0; i < prompts; i++)
                {
                    d[i] = truth + (Spread * law.Draw(draws));
                }

                var options = new ComparisonOptions
                {
                    Resamples = resamples,
                    Seed = (ulong)study,
                    Threads = 1,
                };
                var pair = ModelComparison.Of(Matrix(d), options).Pairs[0];
                var mean = Array.ConvertAll(d, value => value - truth);
                var pseudomedian = Array.ConvertAll(mean, value => value - (Spread * law.Pseudomedian));
                bool Within(string name, double size) =>
                    pair.EffectSizes.First(one => one.Name == name) is var found
                    && found.Low <= size
                    && size <= found.High;
                return
                [
                    Covers(pair.Difference, truth),
                    Covers(pair.HodgesLehmann, truth + (Spread * law.Pseudomedian)),
                    Within("Cohen's dz", truth / Spread),
                    Within("probability of superiority", law.Superiority),
                    Within("rank-biserial correlation", law.RankBiserial),
                    WilcoxonSignedRank.Of(pseudomedian).P.TwoSided <= 0.05,
                    SignFlip.Of(mean, 999, (ulong)study, 1).P.TwoSided <= 0.05,
                ];
            }
        );
        return
        [
            .. what.Select(
                (name, i) => new Rate(name, law.Name, prompts, i < 5 ? 0.95 : 0.05, i >= 5, counts[i], runs)
            ),
        ];
    }

    /// <summary>How often a gate passes a claim that is just false, or fails one that is just true.</summary>
    public static IReadOnlyList<Rate> Gates(DifferenceLaw law, int prompts, int runs, ulong seed, int threads)
    {
        var cases = (
            from test in Enum.GetValues<GateTest>()
            from claim in Enum.GetValues<GateClaim>()
            select (test, claim)
        ).ToArray();
        var counts = Count(
            runs,
            2 * cases.Length,
            threads,
            study =>
            {
                var draws = new Draws(seed + 1, study);
                var noise = Enumerable.Range(0, prompts).Select(_ => Spread * law.Draw(draws)).ToArray();
                var happened = new bool[2 * cases.Length];
                for (var i = 0; i < cases.Length; i++)
                {
                    var (test, claim) = cases[i];
                    var options = new GateOptions
                    {
                        Claim = claim,
                        Test = test,
                        Margin = Margin,
                    };

                    // The truth lies on the margin: the mean for Student, the pseudomedian for signed ranks.
                    var centre = test == GateTest.Student ? 0 : Spread * law.Pseudomedian;
                    var edge = (claim == GateClaim.NonInferiority ? -Margin : Margin) - centre;
                    var matrix = Matrix(Array.ConvertAll(noise, value => value + edge));
                    var outcome = ConsistencyGate.Decide(matrix, "first", "second", options).Outcome;
                    happened[2 * i] = outcome == GateOutcome.Pass;
                    happened[(2 * i) + 1] = outcome == GateOutcome.Fail;
                }

                return happened;
            }
        );
        return
        [
            .. cases.SelectMany(
                (one, i) =>
                    new[]
                    {
                        new Rate(
                            $"{one.claim}, {one.test}: false pass",
                            law.Name,
                            prompts,
                            0.05,
                            true,
                            counts[2 * i],
                            runs
                        ),
                        new Rate(
                            $"{one.claim}, {one.test}: false fail",
                            law.Name,
                            prompts,
                            0.05,
                            true,
                            counts[(2 * i) + 1],
                            runs
                        ),
                    }
            ),
        ];
    }

    /// <summary>
    /// Whole studies with seeds: prompts differ, and each score is a mean over pairs of images. The interval over prompts
    /// must cover the true mean difference without the variance within prompts being added, and a plan made from the true
    /// components must foretell its width.
    /// </summary>
    public static IReadOnlyList<Rate> Seeds(int runs, int resamples, ulong seed, int threads)
    {
        const double truth = 1;
        const int seeds = 5;
        var rates = new List<Rate>();
        foreach (var prompts in new[] { 12, 40 })
        {
            var counts = Count(
                runs,
                1,
                threads,
                study =>
                {
                    var draws = new Draws(seed + 2, study);
                    var d = new double[prompts];
                    for (var i = 0; i < prompts; i++)
                    {
                        d[i] = truth + (1.5 * draws.Normal()) + PairMean(draws, seeds) - PairMean(draws, seeds);
                    }

                    var options = new ComparisonOptions
                    {
                        Resamples = resamples,
                        Seed = (ulong)study,
                        Threads = 1,
                    };
                    return [Covers(ModelComparison.Of(Matrix(d), options).Pairs[0].Difference, truth)];
                }
            );
            rates.Add(
                new Rate(
                    "interval of the mean difference covers it",
                    $"prompts and {seeds} seeds",
                    prompts,
                    0.95,
                    false,
                    counts[0],
                    runs
                )
            );
        }

        return rates;
    }

    /// <summary>Mean over pairs of a_i + a_j + e_ij: standard deviation 2 within images, 3 within pairs.</summary>
    private static double PairMean(Draws draws, int images)
    {
        var sum = 0.0;
        for (var i = 0; i < images; i++)
        {
            sum += 2 * draws.Normal() * (images - 1);
        }

        var pairs = images * (images - 1) / 2;
        for (var pair = 0; pair < pairs; pair++)
        {
            sum += 3 * draws.Normal();
        }

        return sum / pairs;
    }

    private static bool Covers(Estimate estimate, double truth) => estimate.Low <= truth && truth <= estimate.High;

    internal static ScoreMatrix Matrix(double[] d) =>
        new(
            ["first", "second"],
            [.. d.Select((_, i) => $"prompt {i}")],
            [
                [.. d.Select((_, i) => new PromptScore("first", $"prompt {i}", 70 + (i % 20)))],
                [.. d.Select((value, i) => new PromptScore("second", $"prompt {i}", 70 + (i % 20) + value))],
            ]
        );

    private static int[] Count(int runs, int events, int threads, Func<int, bool[]> study)
    {
        var happened = new bool[runs][];
        new Threads(threads).Run(runs, run => happened[run] = study(run));
        return [.. Enumerable.Range(0, events).Select(i => happened.Count(one => one[i]))];
    }
}
