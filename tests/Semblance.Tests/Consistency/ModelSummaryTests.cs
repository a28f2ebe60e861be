using Semblance.Consistency;
using Semblance.Statistics.Distributions;

namespace Semblance.Tests.Consistency;

public sealed class ModelSummaryTests
{
    [Fact]
    public void Three_prompts_worked_by_hand()
    {
        var model = ModelSummary.Of("sdxl", [70, 90, 74]);

        Assert.Equal("sdxl", model.Model);
        Assert.Equal(3, model.Prompts);
        Assert.Equal(78, model.MeanScs, 1e-12);
        Assert.Equal(74, model.MedianScs);

        // Squares 64 + 144 + 16 over 2; two degrees of freedom have t = 0.95 / sqrt(2 * 0.975 * 0.025).
        Assert.Equal(Math.Sqrt(112), model.SdScs!.Value, 1e-12);
        var half = 0.95 / Math.Sqrt(2 * 0.975 * 0.025) * Math.Sqrt(112 / 3.0);
        Assert.Equal(78 - half, model.Ci95![0], 1e-9);
        Assert.Equal(78 + half, model.Ci95[1], 1e-9);
        Assert.Null(model.Calibrated);
    }

    [Fact]
    public void An_even_number_of_prompts_has_the_middle_between_two() =>
        Assert.Equal(25, ModelSummary.Of("m", [40, 10, 30, 20]).MedianScs);

    [Fact]
    public void One_prompt_has_no_spread()
    {
        var model = ModelSummary.Of("m", [81.5]);
        Assert.Equal(81.5, model.MeanScs);
        Assert.Equal(81.5, model.MedianScs);
        Assert.Null(model.SdScs);
        Assert.Null(model.Ci95);
    }

    /// <summary>
    /// Worked by hand: clusters of 1, 2 and 3 prompts with residual sums -3, -3 and 6 about 74; CR2 is
    /// (9 / (5/6) + 9 / (4/6) + 36 / (3/6)) / 36 = 96.3 / 36.
    /// </summary>
    [Fact]
    public void Clusters_of_prompts_are_the_unit_of_the_interval()
    {
        double[] scores = [71, 72, 73, 74, 75, 79];
        var model = ModelSummary.Of("m", scores, clusters: [0, 1, 1, 2, 2, 2]);
        Assert.Equal(3, model.Error!.Clusters);
        var half = StudentT.Quantile(0.975, model.Error.DegreesOfFreedom) * Math.Sqrt(96.3 / 36);
        Assert.Equal(74 - half, model.Ci95![0], 1e-9);
        Assert.Equal(74 + half, model.Ci95[1], 1e-9);
        Assert.NotEqual(ModelSummary.Of("m", scores).Ci95![0], model.Ci95[0], 0.1);
    }

    [Fact]
    public void Equal_scores_have_an_interval_of_one_point() =>
        Assert.Equal([50.0, 50.0], ModelSummary.Of("m", [50, 50, 50]).Ci95!);

    [Fact]
    public void Calibration_puts_the_floor_at_0_and_identity_at_100()
    {
        Assert.Equal(0, ModelSummary.Of("m", [30, 50], new(40, 1, 1)).Calibrated!.Value, 1e-12);
        Assert.Equal(100, ModelSummary.Of("m", [100, 100], new(40, 1, 1)).Calibrated!.Value, 1e-12);
        Assert.Equal(50, ModelSummary.Of("m", [60, 80], new(40, 1, 1)).Calibrated!.Value, 1e-12);
        Assert.Null(ModelSummary.Of("m", [100, 100], new(100, 1, 1)).Calibrated);
    }
}
