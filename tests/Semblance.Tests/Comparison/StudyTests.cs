using System.Text.Json;
using Semblance.Comparison;
using Semblance.Statistics;
using Semblance.Tests.Statistics;

namespace Semblance.Tests.Comparison;

/// <summary>Two whole studies in the paper's shape: every number that is expected of them.</summary>
public sealed class StudyTests
{
    public static IEnumerable<TheoryDataRow<string>> Names => Study.Names;

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Names))]
    public void Every_number_comes_out(string name)
    {
        var study = Study.Of(name);
        var (x, y, d) = (study.First, study.Second, study.Differences);
        var (first, second) = (study.Matrix.Models[0], study.Matrix.Models[1]);
        Fields ForAll(Func<double[], Fields> of) =>
            new()
            {
                [first] = of(x),
                [second] = of(y),
                ["difference"] = of(d),
            };
        Fields ForBoth(Func<double[], Fields> of) => new() { [first] = of(x), [second] = of(y) };
        study.Check(
            study.Expected,
            new Fields
            {
                ["models"] = study.Matrix.Models,
                ["prompts"] = study.Matrix.Prompts.Count,
                ["difference"] = $"{second} - {first}",
                ["prompts_where_second_is_higher"] = d.Count(v => v > 0),
                ["equal"] = d.Count(v => v == 0),
                ["descriptive"] = ForAll(StudyFields.Description),
                ["box_plot"] = ForAll(StudyFields.BoxPlot),
                ["kernel_density"] = ForAll(StudyFields.Densities),
                ["paper"] = StudyFields.Paper(first, second, x, y),
                ["corrected"] = new Fields
                {
                    ["normality_of_difference"] = StudyFields.Normality(d),
                    ["normality_of_scores"] = new Fields
                    {
                        ["lilliefors"] = ForBoth(StudyFields.Lilliefors),
                        ["shapiro_wilk"] = ForBoth(StudyFields.ShapiroWilk),
                    },
                },
                ["wilcoxon_signed_rank"] = StudyFields.SignedRank(x, y),
                ["effect_sizes"] = StudyFields.EffectSizes(x, y),
                ["hodges_lehmann"] = StudyFields.HodgesLehmann(d),
                ["sign_flip"] = StudyFields.SignFlip(d),
                ["paired_t"] = StudyFields.PairedT(d),
                ["equivalence_within_1_point"] = StudyFields.Equivalence(d),
                ["non_inferiority_margin_1_point"] = StudyFields.NonInferiority(d),
                ["correlation"] = StudyFields.Correlation(x, y),
                ["pairs_required_for_power_80_at_observed_dz"] = StudyFields.Required(d),
            }.Without("welch_t")
        );
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Names))]
    public void The_report_says_the_same_numbers(string name)
    {
        var study = Study.Of(name);
        var report = Scores.Compare(study.Matrix, new ComparisonOptions { Paper = true });
        var pair = Assert.Single(report.Pairs);
        var expected = study.Expected;
        void Near(double wanted, double actual) =>
            Assert.Equal(wanted, actual, study.Tolerance * Math.Max(1, Math.Abs(wanted)));
        void NearP(JsonElement wanted, double actual) =>
            Assert.Equal(wanted.GetDouble(), actual, study.Tolerance * wanted.GetDouble());

        var descriptive = expected.GetProperty("descriptive");
        foreach (var model in report.Models)
        {
            var wanted = descriptive.GetProperty(model.Model);
            Near(wanted.GetProperty("mean").GetDouble(), model.Mean.Value);
            Near(wanted.GetProperty("median").GetDouble(), model.Median);
            Near(wanted.GetProperty("sd").GetDouble(), model.Sd);
        }

        Near(descriptive.GetProperty("difference").GetProperty("mean").GetDouble(), pair.Difference.Value);
        var wilcoxon = expected.GetProperty("wilcoxon_signed_rank");
        Near(wilcoxon.GetProperty("w_plus").GetDouble(), pair.Wilcoxon!.WPlus);
        NearP(wilcoxon.GetProperty("p_exact").GetProperty("two_sided"), pair.Wilcoxon.P);
        NearP(expected.GetProperty("paired_t").GetProperty("p").GetProperty("two_sided"), pair.PairedT!.P);
        var lehmann = expected.GetProperty("hodges_lehmann");
        Near(lehmann.GetProperty("pseudomedian").GetDouble(), pair.HodgesLehmann.Value);
        Near(lehmann.GetProperty("exact_ci")[0].GetDouble(), pair.HodgesLehmann.Low);
        Near(lehmann.GetProperty("exact_ci")[1].GetDouble(), pair.HodgesLehmann.High);
        Assert.Equal(expected.GetProperty("prompts_where_second_is_higher").GetInt32(), pair.SecondHigher);
        Assert.Equal(pair.FirstHigher, pair.AgainstTrend.Count);
        var shapiro = expected
            .GetProperty("corrected")
            .GetProperty("normality_of_difference")
            .GetProperty("shapiro_wilk");
        Near(
            shapiro.GetProperty("w").GetDouble(),
            pair.Normality.Single(test => test.Name == "Shapiro-Wilk").Statistic
        );
        NearP(shapiro.GetProperty("p_value"), pair.Normality.Single(test => test.Name == "Shapiro-Wilk").P);

        var paper = expected.GetProperty("paper");
        var two = Assert.Single(report.Paper!.Pairs);
        NearP(paper.GetProperty("ks_two_sample").GetProperty("two_sided").GetProperty("p_exact_ties_ignored"), two.KsP);
        Near(
            paper.GetProperty("wilcoxon_scipy_default").GetProperty("statistic").GetDouble(),
            two.WilcoxonStatistic!.Value
        );
        // The scipy of the fixtures regards ties among up to 50 prompts, that of the paper does not.
        if (two.WilcoxonMethod != "exact, ties ignored")
        {
            NearP(paper.GetProperty("wilcoxon_scipy_default").GetProperty("p_value"), two.WilcoxonP!.Value);
            Assert.Equal(
                wilcoxon.GetProperty("scipy_auto_method").GetString() == "exact",
                two.WilcoxonMethod == "exact"
            );
        }

        Assert.All(report.Paper.AgainstNormal, test => Assert.Equal((1.0, true), (test.Statistic, test.P < 1e-300)));
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Names))]
    public void Resampled_intervals_are_about_as_wide_as_Students(string name)
    {
        var study = Study.Of(name);
        var wanted = study.Expected.GetProperty("paired_t").GetProperty("ci95");
        var width = wanted[1].GetDouble() - wanted[0].GetDouble();
        var resampled = Scores.Compare(study.Matrix).Pairs[0].Difference;
        Assert.Equal(1, (resampled.High - resampled.Low) / width, 0.1);
    }

    [Fact]
    public void Both_studies_hold_together()
    {
        var path = Fixtures.At("study", "expected_both.json");
        if (!File.Exists(path))
        {
            Assert.Skip("no fixture");
        }

        var both = Study.Read(path);
        var names = both.GetProperty("holm").EnumerateObject().Select(one => one.Name).ToArray();
        var p = names.Select(name => Scores.Compare(Study.Of(name).Matrix).Pairs[0].Wilcoxon!.P).ToArray();
        var holm = MultipleComparisons.Holm(p);
        for (var i = 0; i < names.Length; i++)
        {
            Held("wilcoxon_p_exact", p[i]);
            Held("holm", holm[i]);

            void Held(string field, double actual)
            {
                var wanted = both.GetProperty(field).GetProperty(names[i]).GetDouble();
                Assert.Equal(wanted, actual, 1e-8 * wanted);
            }
        }
    }
}
