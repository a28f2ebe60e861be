using System.Text;
using Semblance.Models.Configuration;
using Semblance.Models.Diffusion.Schedulers;

namespace Semblance.Models.Tests.Diffusion.Schedulers;

/// <summary>What becomes of every key of scheduler_config.json in every class.</summary>
public sealed class SchedulerKeyTests
{
    /// <summary>
    /// Every key that a class reads in diffusers: used here (<c>used</c>), without effect there too (<c>-</c>), or refused but
    /// for the value that is meant by default (<c>refused</c>). Keys of other classes have no effect.
    /// </summary>
    [Fact]
    public void Every_key_of_every_class_is_used_without_effect_or_refused()
    {
        var table = SchedulerKinds.All.SelectMany(kind =>
            SchedulerKeys
                .Of(kind)
                .Order(StringComparer.Ordinal)
                .Select(key => $"{kind.ClassName}: {key} {Fate(kind, key)}")
        );
        AcceptedText.Check(Path.Combine("..", "SchedulerKeys.txt"), string.Join("\n", table) + "\n");
    }

    [Theory]
    [InlineData("num_train_timesteps", "500000000")]
    [InlineData("num_train_timesteps", "0")]
    [InlineData("num_train_timesteps", "1.5")]
    [InlineData("beta_start", "0")]
    [InlineData("beta_start", "-0.1")]
    [InlineData("beta_end", "1e400")]
    [InlineData("beta_end", "1")]
    [InlineData("beta_end", "NaN")]
    [InlineData("steps_offset", "-1")]
    [InlineData("steps_offset", "5000")]
    [InlineData("sigma_min", "-1")]
    [InlineData("sigma_max", "1e400")]
    [InlineData("sigma_min", "\"small\"")]
    [InlineData("use_karras_sigmas", "1")]
    public void Numbers_out_of_range_are_refused_by_name(string key, string value) =>
        Refused("EulerDiscreteScheduler", $"\"{key}\": {value}", key);

    [Theory]
    [InlineData("EulerDiscreteScheduler", "\"sigma_min\": 2, \"sigma_max\": 1", "sigma_min")]
    [InlineData("EulerDiscreteScheduler", "\"use_karras_sigmas\": true, \"use_beta_sigmas\": true", "use_beta_sigmas")]
    [InlineData("EulerDiscreteScheduler", "\"use_foo_sigmas\": true", "use_foo_sigmas")]
    [InlineData("EulerDiscreteScheduler", "\"timestep_type\": \"continuous\"", "timestep_type")]
    [InlineData("EulerDiscreteScheduler", "\"interpolation_type\": \"log_linear\"", "interpolation_type")]
    [InlineData("HeunDiscreteScheduler", "\"rescale_betas_zero_snr\": true", "rescale_betas_zero_snr")]
    [InlineData("DPMSolverMultistepScheduler", "\"use_flow_sigmas\": true", "use_flow_sigmas")]
    [InlineData("DPMSolverMultistepScheduler", "\"variance_type\": \"learned_range\"", "variance_type")]
    [InlineData("DPMSolverMultistepScheduler", "\"thresholding\": true", "thresholding")]
    [InlineData("DPMSolverMultistepScheduler", "\"prediction_type\": \"flow_prediction\"", "flow_prediction")]
    [InlineData("DPMSolverMultistepScheduler", "\"solver_order\": 9", "solver_order")]
    [InlineData("DPMSolverMultistepScheduler", "\"lambda_min_clipped\": 1e300", "lambda_min_clipped")]
    [InlineData(
        "DPMSolverSinglestepScheduler",
        "\"algorithm_type\": \"sde-dpmsolver++\", \"solver_order\": 3",
        "solver_order"
    )]
    [InlineData("UniPCMultistepScheduler", "\"predict_x0\": false", "predict_x0")]
    [InlineData("UniPCMultistepScheduler", "\"disable_corrector\": [0]", "disable_corrector")]
    [InlineData("LCMScheduler", "\"original_inference_steps\": 5000", "original_inference_steps")]
    [InlineData("EDMEulerScheduler", "\"sigma_data\": 0", "sigma_data")]
    [InlineData("EDMEulerScheduler", "\"sigma_schedule\": \"odd\"", "sigma_schedule")]
    [InlineData("EDMEulerScheduler", "\"prediction_type\": \"sample\"", "prediction_type")]
    [InlineData("FlowMatchEulerDiscreteScheduler", "\"use_dynamic_shifting\": true", "use_dynamic_shifting")]
    [InlineData("FlowMatchEulerDiscreteScheduler", "\"shift_terminal\": 0.1", "shift_terminal")]
    [InlineData("FlowMatchEulerDiscreteScheduler", "\"use_karras_sigmas\": true", "Karras")]
    public void What_a_class_reads_and_is_not_supported_is_refused_by_name(
        string className,
        string entry,
        string named
    ) => Refused(className, entry, named);

    /// <summary>As diffusers, which hands each class the keys that it has.</summary>
    [Theory]
    [InlineData(
        "EulerDiscreteScheduler",
        "\"thresholding\": true, \"use_lu_lambdas\": true, \"variance_type\": \"learned\""
    )]
    [InlineData("EulerAncestralDiscreteScheduler", "\"final_sigmas_type\": \"odd\"")]
    [InlineData("DPMSolverSinglestepScheduler", "\"timestep_spacing\": \"trailing\"")]
    [InlineData("EulerDiscreteScheduler", "\"_note\": \"mine\", \"use_foo_sigmas\": null")]
    public void Keys_of_other_classes_change_nothing(string className, string entry) =>
        Assert.Equal(
            SchedulerJson.ToConfig(Json($$"""{"_class_name": "{{className}}"}""")),
            SchedulerJson.ToConfig(Json($$"""{"_class_name": "{{className}}", {{entry}}}"""))
        );

    [Theory]
    [InlineData("HeunDiscreteScheduler", 0.00085, 0.012, "Linear")]
    [InlineData("LCMScheduler", 0.00085, 0.012, "ScaledLinear")]
    [InlineData("DDIMScheduler", 0.0001, 0.02, "Linear")]
    public void Variances_that_the_file_leaves_out_are_those_of_the_class(
        string className,
        double start,
        double end,
        string schedule
    )
    {
        var config = SchedulerJson.ToConfig(Json($$"""{"_class_name": "{{className}}"}"""));
        Assert.Equal((start, end, schedule), (config.BetaStart, config.BetaEnd, $"{config.BetaSchedule}"));
    }

    private static string Fate(SchedulerKind kind, string key)
    {
        foreach (var value in Values(key))
        {
            var plain = Json($$"""{"_class_name": "{{kind.ClassName}}"}""");
            var json = Json($$"""{"_class_name": "{{kind.ClassName}}", "{{key}}": {{value}}}""");
            try
            {
                if (!SchedulerJson.ToConfig(plain).Equals(SchedulerJson.ToConfig(json)))
                {
                    return "used";
                }
            }
            catch (InputException)
            {
                return "refused";
            }
        }

        return "-";
    }

    /// <summary>Values that are not the default of any class.</summary>
    private static string[] Values(string key) =>
        key switch
        {
            "trained_betas" => [$"[{string.Join(',', Enumerable.Repeat("0.5", 1000))}]"],
            "beta_schedule" => ["\"squaredcos_cap_v2\""],
            "prediction_type" => ["\"v_prediction\""],
            "timestep_spacing" => ["\"trailing\""],
            "solver_type" => ["\"heun\"", "\"bh1\""],
            "algorithm_type" => ["\"sde-dpmsolver++\""],
            "final_sigmas_type" => ["\"sigma_min\""],
            "sigma_schedule" => ["\"exponential\""],
            "variance_type" => ["\"learned\""],
            "time_shift_type" => ["\"linear\""],
            "timestep_type" or "interpolation_type" => ["\"other\""],
            "disable_corrector" => ["[0]"],
            "num_train_timesteps" => ["900"],
            "solver_order" => ["1"],
            "steps_offset" or "noise_sampler_seed" => ["3"],
            "original_inference_steps" => ["40"],
            "shift_terminal" => ["0.3"],
            _ when key.StartsWith("beta_", StringComparison.Ordinal)
                    || key.Contains("sigma_m", StringComparison.Ordinal) => ["0.03"],
            "sigma_data" or "rho" or "shift" or "flow_shift" or "timestep_scaling" or "clip_sample_range" => ["0.7"],
            "dynamic_thresholding_ratio" or "sample_max_value" or "lambda_min_clipped" or "base_shift" or "max_shift" =>
                ["0.7"],
            "base_image_seq_len" or "max_image_seq_len" => ["77"],
            _ => ["true", "false"],
        };

    private static void Refused(string className, string entry, string named)
    {
        var path = Path.Combine(Encoders.TinyModels.NewFolder(), "scheduler_config.json");
        File.WriteAllText(path, $$"""{"_class_name": "{{className}}", {{entry}}}""");
        var error = Assert.Throws<InputException>(() => SchedulerConfig.Read(path));
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
    }

    private static ConfigJson Json(string text) =>
        ConfigJson.Parse("scheduler_config.json", Encoding.UTF8.GetBytes(text));
}
