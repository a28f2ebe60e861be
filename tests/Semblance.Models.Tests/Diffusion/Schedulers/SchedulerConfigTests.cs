using Semblance.Models.Diffusion.Noise;
using Semblance.Models.Diffusion.Schedulers;

namespace Semblance.Models.Tests.Diffusion.Schedulers;

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
    [InlineData("PLMS", SchedulerKind.Pndm, false, 2)]
    internal void People_s_names_choose_a_scheduler(string name, SchedulerKind kind, bool karras, int order)
    {
        var config = SchedulerConfig.Read(
            File("""{"_class_name": "HeunDiscreteScheduler", "use_karras_sigmas": true}"""),
            name
        );
        Assert.Equal((kind, karras, order), (config.Kind, config.Karras, config.SolverOrder));
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

    public static TheoryData<string, string> KindsAndPredictions
    {
        get
        {
            var rows = new TheoryData<string, string>();
            foreach (var kind in Enum.GetNames<SchedulerKind>())
            {
                foreach (var prediction in Enum.GetNames<PredictionType>())
                {
                    // PNDM mixes velocities of several noise levels as if they were of one, so it only comes near.
                    if (kind == nameof(SchedulerKind.Pndm) && prediction != nameof(PredictionType.Epsilon))
                    {
                        continue;
                    }
                    rows.Add(kind, prediction);
                }
            }
            return rows;
        }
    }

    /// <summary>A network that always knows the clean latent leads every solver of every order to it.</summary>
    [Theory]
    [MemberData(nameof(KindsAndPredictions))]
    public void A_perfect_denoiser_is_followed_to_the_clean_latent(string kindName, string predictionName)
    {
        var prediction = Enum.Parse<PredictionType>(predictionName);
        foreach (var (order, karras) in new[] { (1, false), (2, false), (3, false), (2, true) })
        {
            var scheduler = new SchedulerConfig
            {
                Kind = Enum.Parse<SchedulerKind>(kindName),
                Prediction = prediction,
                SolverOrder = order,
                Karras = karras,
                ClipRange = null,
            }.Create(16, _noise);
            float[] clean = [0.5f, -1f, 2f];
            var latents = new float[3];
            _noise.Fill(latents);
            for (var i = 0; i < latents.Length; i++)
            {
                latents[i] *= scheduler.InitialNoiseSigma;
            }
            // Euler's schedulers keep latents with alpha 1; the network sees alpha^2 + sigma^2 = 1 in both cases.
            var seen = new float[latents.Length];
            for (var step = 0; step < scheduler.Timesteps.Count; step++)
            {
                scheduler.ScaleInput(latents, seen);
                var level = NoiseLevel.Of(scheduler.Sigmas[step]);
                var output = seen.Zip(clean, (x, x0) => Output(prediction, level, x, x0)).ToArray();
                scheduler.Step(output, latents);
            }
            Assert.All(latents.Zip(clean), pair => Assert.Equal(pair.Second, pair.First, 2e-3));
        }
    }

    private static float Output(PredictionType prediction, NoiseLevel level, double x, double clean)
    {
        var noise = (x - (level.Alpha * clean)) / level.Sigma;
        return (float)(
            prediction switch
            {
                PredictionType.Epsilon => noise,
                PredictionType.Velocity => (level.Alpha * noise) - (level.Sigma * clean),
                _ => clean,
            }
        );
    }

    [Fact]
    public void An_ancestral_step_draws_from_the_image_s_own_generator()
    {
        var config = new SchedulerConfig { Kind = SchedulerKind.EulerAncestral };
        float[] After(long seed)
        {
            var latents = new float[32];
            config.Create(10, NoiseGenerator.Create(NoiseKind.Cpu, seed)).Step(new float[32], latents);
            return latents;
        }
        Assert.Equal(After(1), After(1));
        Assert.NotEqual(After(1), After(2));
    }

    private static string File(string json)
    {
        var path = Path.Combine(Encoders.TinyModels.NewFolder(), "scheduler_config.json");
        System.IO.File.WriteAllText(path, json);
        return path;
    }
}
