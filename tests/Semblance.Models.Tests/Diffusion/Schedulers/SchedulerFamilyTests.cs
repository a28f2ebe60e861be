using System.Text;
using Semblance.Models.Configuration;
using Semblance.Models.Diffusion.Schedulers;

namespace Semblance.Models.Tests.Diffusion.Schedulers;

/// <summary>No scheduler is run over a configuration of another family; names mean the scheduler of the file's.</summary>
public sealed class SchedulerFamilyTests
{
    private const string Edm = """
        {"_class_name":"EDMDPMSolverMultistepScheduler","algorithm_type":"dpmsolver++","dynamic_thresholding_ratio":0.995,
        "euler_at_final":false,"final_sigmas_type":"zero","lower_order_final":true,"num_train_timesteps":1000,
        "prediction_type":"epsilon","rho":7.0,"sample_max_value":1.0,"sigma_data":0.5,"sigma_max":80.0,"sigma_min":0.002,
        "solver_order":2,"solver_type":"midpoint","thresholding":false}
        """;
    private const string Flow =
        """{"_class_name":"FlowMatchEulerDiscreteScheduler","num_train_timesteps":1000,"shift":3.0}""";
    private const string Discrete = """{"_class_name":"EulerDiscreteScheduler"}""";

    [Theory]
    [InlineData(Edm, "euler", "EDMEulerScheduler")]
    [InlineData(Edm, "DPM++ 2M SDE", "EDMDPMSolverMultistepScheduler")]
    [InlineData(Edm, "EDM Euler", "EDMEulerScheduler")]
    [InlineData("""{"sigma_data":0.5}""", "euler", "EDMEulerScheduler")]
    [InlineData(Flow, "euler", "FlowMatchEulerDiscreteScheduler")]
    [InlineData(Discrete, "euler", "EulerDiscreteScheduler")]
    [InlineData("""{"_class_name":"DDPMScheduler","variance_type":"fixed_small"}""", "ddim", "DDIMScheduler")]
    public void A_name_means_the_scheduler_of_the_file_s_family(string json, string name, string className) =>
        Assert.Equal(className, SchedulerKinds.Apply(name, Json(json)).Kind.ClassName);

    [Theory]
    [InlineData(Edm, "ddim", "euler, dpm++2m")]
    [InlineData(Edm, "euler-karras", "euler, dpm++2m")]
    [InlineData(Edm, "EulerDiscreteScheduler", "euler, dpm++2m")]
    [InlineData(Flow, "dpm++2m", "euler")]
    [InlineData(Discrete, "EDMEulerScheduler", "dpm++2m")]
    public void A_scheduler_of_another_family_is_refused(string json, string name, string advice)
    {
        var error = Assert.Throws<UsageException>(() => SchedulerKinds.Apply(name, Json(json)));
        Assert.Contains(advice, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("CosineDPMSolverMultistepScheduler")]
    [InlineData("CMStochasticIterativeScheduler")]
    [InlineData("FlowMatchHeunDiscreteScheduler")]
    public void A_class_whose_training_is_not_known_has_no_substitute(string className)
    {
        var error = Assert.Throws<InputException>(() =>
            SchedulerKinds.Apply("euler", Json($$"""{"_class_name":"{{className}}"}"""))
        );
        Assert.Contains(className, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("choose", error.Message, StringComparison.Ordinal);
    }

    private static ConfigJson Json(string text) =>
        ConfigJson.Parse("scheduler_config.json", Encoding.UTF8.GetBytes(text));
}
