using Semblance.Models.Diffusion.Pipelines;

namespace Semblance.Models.Tests.Diffusion.Pipelines;

/// <summary>A model whose scheduler is of EDM: its own solvers run it, no other does.</summary>
[Trait("speed", "slow")]
public sealed class EdmPipelineTests
{
    private static readonly DiffusionSettings _settings = new()
    {
        Steps = 4,
        Guidance = 1,
        Threads = 1,
    };

    [Theory]
    [InlineData(null, "EDM DPM-Solver++ order 2, Karras")]
    [InlineData("euler", "EDM Euler, Karras")]
    [InlineData("dpm++2m-sde", "EDM DPM-Solver++ SDE order 2, Karras")]
    public void The_solvers_of_EDM_run_it(string? scheduler, string name)
    {
        var pipeline = DiffusionPipeline.Open(Edm(), _settings with { Scheduler = scheduler });
        Assert.Equal(name, pipeline.SchedulerName);
        var prompts = pipeline.EncodePrompts(["a"], TestContext.Current.CancellationToken);
        using var denoiser = pipeline.OpenDenoiser(64, 64);
        var latents = pipeline.Walk(denoiser, prompts["a"], new ImageRequest("a", 1, 64, 64)).Last();
        Assert.All(latents, value => Assert.True(float.IsFinite(value)));
    }

    [Fact]
    public void Another_scheduler_is_refused_with_those_that_fit()
    {
        var error = Assert.Throws<UsageException>(() =>
            DiffusionPipeline.Open(Edm(), _settings with { Scheduler = "ddim" })
        );
        Assert.Contains("the names that fit are euler, dpm++2m", error.Message, StringComparison.Ordinal);
    }

    /// <summary>A folder into which the config was laid, and whose model_index.json still names another class.</summary>
    [Fact]
    public void A_class_that_the_pipeline_names_is_refused_over_it()
    {
        var model = Edm()
            .WithJson("model_index.json", json => json["scheduler"]!.AsArray()[1] = "EulerDiscreteScheduler");
        var error = Assert.Throws<InputException>(() => DiffusionPipeline.Open(model, _settings));
        Assert.Contains("EulerDiscreteScheduler", error.Message, StringComparison.Ordinal);
        Assert.Contains("those that fit are euler, dpm++2m", error.Message, StringComparison.Ordinal);
        Assert.Throws<UsageException>(() => DiffusionPipeline.Open(model, _settings with { Scheduler = "ddim" }));
        Assert.Equal(
            "EDM Euler, Karras",
            DiffusionPipeline.Open(model, _settings with { Scheduler = "euler" }).SchedulerName
        );
    }

    private static string Edm()
    {
        var model = ModelCopies
            .Of(Fixtures.At("sdxl", "model"))
            .WithJson("model_index.json", json => json["scheduler"]!.AsArray()[1] = "EDMDPMSolverMultistepScheduler");
        File.WriteAllText(
            Path.Combine(model, "scheduler", "scheduler_config.json"),
            """
            {"_class_name":"EDMDPMSolverMultistepScheduler","_diffusers_version":"0.27.0.dev0","algorithm_type":"dpmsolver++",
            "dynamic_thresholding_ratio":0.995,"euler_at_final":false,"final_sigmas_type":"zero","lower_order_final":true,
            "num_train_timesteps":1000,"prediction_type":"epsilon","rho":7.0,"sample_max_value":1.0,"sigma_data":0.5,
            "sigma_max":80.0,"sigma_min":0.002,"solver_order":2,"solver_type":"midpoint","thresholding":false}
            """
        );
        return model;
    }
}
