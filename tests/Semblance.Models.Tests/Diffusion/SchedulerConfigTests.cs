using Semblance.Models.Diffusion.Noise;
using Semblance.Models.Diffusion.Schedulers;

namespace Semblance.Models.Tests.Diffusion;

public sealed class SchedulerConfigTests
{
    private static readonly NoiseGenerator _noise = NoiseGenerator.Create(NoiseKind.Cpu, 1);

    [Theory]
    [InlineData("euler", SchedulerKind.Euler, false, 2)]
    [InlineData("K_EULER", SchedulerKind.Euler, false, 2)]
    [InlineData("EulerDiscreteScheduler", SchedulerKind.Euler, false, 2)]
    [InlineData("Euler Karras", SchedulerKind.Euler, true, 2)]
    [InlineData("euler-a", SchedulerKind.EulerAncestral, false, 2)]
    [InlineData("Euler a", SchedulerKind.EulerAncestral, false, 2)]
    [InlineData("dpm++2m", SchedulerKind.DpmSolver, false, 2)]
    [InlineData("DPM++ 2M Karras", SchedulerKind.DpmSolver, true, 2)]
    [InlineData("dpmpp_3m", SchedulerKind.DpmSolver, false, 3)]
    [InlineData("DDIM", SchedulerKind.Ddim, false, 2)]
    [InlineData("UniPC", SchedulerKind.UniPc, false, 2)]
    internal void People_s_names_choose_a_scheduler(string name, SchedulerKind kind, bool karras, int order)
    {
        var config = SchedulerConfig.Read(
            File("""{"_class_name": "PNDMScheduler", "use_karras_sigmas": true}"""),
            name
        );
        Assert.Equal((kind, karras, order), (config.Kind, config.Karras, config.SolverOrder));
        Assert.Equal("PNDMScheduler", config.Replaces);
    }

    [Fact]
    public void Every_name_that_is_shown_is_known()
    {
        var file = File("{}");
        Assert.All(SchedulerNames.Known, name => SchedulerConfig.Read(file, name));
        var error = Assert.Throws<UsageException>(() => SchedulerConfig.Read(file, "heun"));
        Assert.Contains("heun", error.Message, StringComparison.Ordinal);
        Assert.Contains("euler", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Python_s_bare_infinities_are_read()
    {
        var config = SchedulerConfig.Read(
            File(
                """{"_class_name": "EulerDiscreteScheduler", "note": "a \"-Infinity\" {", "lambda_min_clipped": -Infinity}"""
            )
        );
        Assert.Equal(double.NegativeInfinity, config.SmallestLambda);
        Assert.Null(config.Replaces);
    }

    [Theory]
    [InlineData("""{"_class_name": "HeunDiscreteScheduler"}""", "HeunDiscreteScheduler")]
    [InlineData("""{"beta_start": 0.1}""", "_class_name")]
    [InlineData("""{"_class_name": "EulerDiscreteScheduler", "beta_schedule": "sigmoid"}""", "sigmoid")]
    [InlineData("""{"_class_name": "EulerDiscreteScheduler", "prediction_type": "flow"}""", "flow")]
    [InlineData("""{"_class_name": "EulerDiscreteScheduler", "timestep_spacing": "odd"}""", "odd")]
    [InlineData("""{"_class_name": "DDIMScheduler", "thresholding": true}""", "thresholding")]
    [InlineData(
        """{"_class_name": "DPMSolverMultistepScheduler", "algorithm_type": "sde-dpmsolver++"}""",
        "sde-dpmsolver++"
    )]
    [InlineData("""{"_class_name": "DPMSolverMultistepScheduler", "solver_order": 4}""", "solver_order")]
    [InlineData("""{"_class_name": "EulerDiscreteScheduler", "trained_betas": [0.1]}""", "trained_betas")]
    [InlineData("""{"_class_name": "EulerDiscreteScheduler", "beta_start": "x"}""", "beta_start")]
    [InlineData("""[1]""", "JSON object")]
    [InlineData("""{"_class_name": """, "JSON")]
    public void What_is_not_supported_is_refused_by_name(string json, string named)
    {
        var file = File(json);
        var error = Assert.Throws<InputException>(() => SchedulerConfig.Read(file));
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
        Assert.Contains(file, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1001)]
    public void Steps_that_cannot_be_made_are_refused(int steps)
    {
        var config = new SchedulerConfig { Kind = SchedulerKind.Euler };
        Assert.Contains(
            $"{steps}",
            Assert.Throws<UsageException>(() => config.Create(steps, _noise)).Message,
            StringComparison.Ordinal
        );
    }

    /// <summary>With the true noise as prediction every solver must come back to the clean latent.</summary>
    [Theory]
    [InlineData(PredictionType.Epsilon)]
    [InlineData(PredictionType.Velocity)]
    [InlineData(PredictionType.Sample)]
    internal void A_perfect_denoiser_is_followed_to_the_clean_latent(PredictionType prediction)
    {
        foreach (var kind in Enum.GetValues<SchedulerKind>().Where(kind => kind == SchedulerKind.Euler))
        {
            var config = new SchedulerConfig
            {
                Kind = kind,
                Prediction = prediction,
                Spacing = TimestepSpacing.Trailing,
            };
            var scheduler = config.Create(12, _noise);
            float[] clean = [0.5f, -1f, 2f];
            var latents = new float[3];
            _noise.Fill(latents);
            for (var i = 0; i < 3; i++)
            {
                latents[i] = clean[i] + (latents[i] * scheduler.InitialNoiseSigma);
            }
            for (var step = 0; step < 12; step++)
            {
                var sigma = scheduler.Sigmas[step];
                var root = MathF.Sqrt((sigma * sigma) + 1);
                var output = latents.Zip(
                    clean,
                    (x, x0) =>
                        prediction switch
                        {
                            PredictionType.Epsilon => (x - x0) / sigma,
                            // v = alpha * noise - sigma_t * x0 with alpha = 1 / root, sigma_t = sigma / root.
                            PredictionType.Velocity => ((x - x0) / sigma / root) - (sigma / root * x0),
                            _ => x0,
                        }
                );
                scheduler.Step(output.ToArray(), latents);
            }
            Assert.All(latents.Zip(clean), pair => Assert.Equal(pair.Second, pair.First, 1e-3));
        }
    }

    private static string File(string json)
    {
        var path = Path.Combine(Encoders.TinyModels.NewFolder(), "scheduler_config.json");
        System.IO.File.WriteAllText(path, json);
        return path;
    }
}
