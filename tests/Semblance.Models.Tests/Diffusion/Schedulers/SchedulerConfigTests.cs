using Semblance.Models.Diffusion.Noise;
using Semblance.Models.Diffusion.Schedulers;

namespace Semblance.Models.Tests.Diffusion.Schedulers;

public sealed class SchedulerConfigTests
{
    private static readonly NoiseGenerator _noise = NoiseGenerator.Create(NoiseKind.Cpu, 1);

    [Theory]
    [InlineData("euler", "EulerDiscreteScheduler", false, 2)]
    [InlineData("K_EULER", "EulerDiscreteScheduler", false, 2)]
    [InlineData("EulerDiscreteScheduler", "EulerDiscreteScheduler", false, 2)]
    [InlineData("Euler Karras", "EulerDiscreteScheduler", true, 2)]
    [InlineData("euler-a", "EulerAncestralDiscreteScheduler", false, 2)]
    [InlineData("Euler a", "EulerAncestralDiscreteScheduler", false, 2)]
    [InlineData("dpm++2m", "DPMSolverMultistepScheduler", false, 2)]
    [InlineData("DPM++ 2M Karras", "DPMSolverMultistepScheduler", true, 2)]
    [InlineData("dpmpp_3m", "DPMSolverMultistepScheduler", false, 3)]
    [InlineData("DDIM", "DDIMScheduler", false, 2)]
    [InlineData("UniPC", "UniPCMultistepScheduler", false, 2)]
    [InlineData("PLMS", "PNDMScheduler", false, 2)]
    [InlineData("euler_a", "EulerAncestralDiscreteScheduler", false, 2)]
    [InlineData("DPM++ 2M SDE Karras", "DPMSolverMultistepScheduler", true, 2)]
    [InlineData("dpmpp_2m_sde", "DPMSolverMultistepScheduler", false, 2)]
    [InlineData("dpmpp_3m_sde_gpu", "DPMSolverMultistepScheduler", false, 3)]
    [InlineData("DPM++ SDE Karras", "DPMSolverSDEScheduler", true, 2)]
    [InlineData("dpmpp_sde", "DPMSolverSDEScheduler", false, 2)]
    [InlineData("dpmpp_2s", "DPMSolverSinglestepScheduler", false, 2)]
    [InlineData("Heun", "HeunDiscreteScheduler", false, 2)]
    [InlineData("heun-karras", "HeunDiscreteScheduler", true, 2)]
    [InlineData("LMS Karras", "LMSDiscreteScheduler", true, 2)]
    [InlineData("lms", "LMSDiscreteScheduler", false, 2)]
    [InlineData("DPM2", "KDPM2DiscreteScheduler", false, 2)]
    [InlineData("dpm_2", "KDPM2DiscreteScheduler", false, 2)]
    [InlineData("DPM2 a Karras", "KDPM2AncestralDiscreteScheduler", true, 2)]
    [InlineData("dpm_2_a", "KDPM2AncestralDiscreteScheduler", false, 2)]
    [InlineData("dpm_2_ancestral", "KDPM2AncestralDiscreteScheduler", false, 2)]
    [InlineData("deis", "DEISMultistepScheduler", false, 2)]
    [InlineData("LCM", "LCMScheduler", false, 2)]
    [InlineData("TCD", "TCDScheduler", false, 2)]
    public void People_s_names_choose_a_scheduler(string name, string className, bool karras, int order)
    {
        var config = SchedulerConfig.Read(
            File("""{"_class_name": "HeunDiscreteScheduler", "use_karras_sigmas": true}"""),
            name
        );
        Assert.Equal(
            (className, karras, order),
            (config.Kind.ClassName, config.Sigmas == SigmaSpacing.Karras, config.SolverOrder)
        );
    }

    [Theory]
    [InlineData("euler-exponential", SigmaSpacing.Exponential)]
    [InlineData("Heun Beta", SigmaSpacing.Beta)]
    [InlineData("dpm++2m-lu", SigmaSpacing.Lu)]
    public void A_name_may_end_in_how_sigmas_are_spread(string name, object spread) =>
        Assert.Equal(spread, SchedulerConfig.Read(File("{}"), name).Sigmas);

    [Theory]
    [InlineData("dpm++2m", SolverAlgorithm.DpmSolverPlusPlus)]
    [InlineData("dpm++2m-sde", SolverAlgorithm.SdeDpmSolverPlusPlus)]
    [InlineData("DPMSolverMultistepScheduler", SolverAlgorithm.SdeDpmSolver)]
    public void The_name_decides_about_the_algorithm_the_class_leaves_it_to_the_file(string name, object algorithm) =>
        Assert.Equal(
            algorithm,
            SchedulerConfig
                .Read(File("""{"algorithm_type": "sde-dpmsolver", "final_sigmas_type": "sigma_min"}"""), name)
                .Algorithm
        );

    [Fact]
    public void Sigma_limits_are_the_ends_of_spread_sigmas()
    {
        var config = SchedulerConfig.Read(
            File(
                """
                {"_class_name": "EulerDiscreteScheduler", "beta_end": 0.012, "beta_schedule": "scaled_linear",
                "beta_start": 0.00085, "steps_offset": 1, "timestep_spacing": "leading", "use_karras_sigmas": true,
                "sigma_min": 0.1, "sigma_max": 10.0}
                """
            )
        );
        var sigmas = config.Create(10, _noise).Sigmas;
        Assert.Equal(11, sigmas.Count);
        Assert.All(sigmas.Zip([10f, 6.802f, 4.524f]), pair => Assert.Equal(pair.Second, pair.First, 5e-4f));
        Assert.Equal(0.1f, sigmas[9], 1e-6f);
    }

    [Fact]
    public void Every_name_that_is_shown_is_known()
    {
        var file = File("{}");
        Assert.All(SchedulerKinds.Names, name => SchedulerConfig.Read(file, name));
        var error = Assert.Throws<UsageException>(() => SchedulerConfig.Read(file, "dpm fast"));
        Assert.Contains("dpm fast", error.Message, StringComparison.Ordinal);
        Assert.Contains("euler", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Python_s_bare_infinities_are_read()
    {
        var config = SchedulerConfig.Read(
            File(
                """{"_class_name": "EulerDiscreteScheduler", "_note": "a \"-Infinity\" {", "lambda_min_clipped": -Infinity}"""
            )
        );
        Assert.Equal(double.NegativeInfinity, config.SmallestLambda);
    }

    [Theory]
    [InlineData("""{"_class_name": "AmusedScheduler"}""", "AmusedScheduler")]
    [InlineData("""{"beta_start": 0.1}""", "_class_name")]
    [InlineData("""{"_class_name": "EulerDiscreteScheduler", "beta_schedule": "sigmoid"}""", "sigmoid")]
    [InlineData("""{"_class_name": "EulerDiscreteScheduler", "prediction_type": "flow"}""", "flow")]
    [InlineData("""{"_class_name": "EulerDiscreteScheduler", "timestep_spacing": "odd"}""", "odd")]
    [InlineData("""{"_class_name": "DDIMScheduler", "thresholding": true}""", "thresholding")]
    [InlineData("""{"_class_name": "DPMSolverMultistepScheduler", "algorithm_type": "sde"}""", "algorithm_type")]
    [InlineData(
        """{"_class_name": "DPMSolverMultistepScheduler", "algorithm_type": "dpmsolver"}""",
        "final_sigmas_type"
    )]
    [InlineData("""{"_class_name": "DPMSolverMultistepScheduler", "solver_order": 4}""", "solver_order")]
    [InlineData("""{"_class_name": "EulerDiscreteScheduler", "trained_betas": [0.1]}""", "trained_betas")]
    [InlineData("""{"_class_name": "EulerDiscreteScheduler", "beta_start": "x"}""", "beta_start")]
    [InlineData("""{"_class_name": "EulerDiscreteScheduler", "beta_start": null}""", "beta_start is null")]
    [InlineData("""{"_class_name": "EulerDiscreteScheduler", "num_train_timesteps": null}""", "num_train_timesteps")]
    [InlineData("""{"_class_name": "EulerDiscreteScheduler", "prediction_type": null}""", "prediction_type is null")]
    [InlineData("""{"_class_name": "DDIMScheduler", "timestep_spacing": null}""", "timestep_spacing is null")]
    [InlineData("""{"_class_name": "DPMSolverMultistepScheduler", "solver_order": null}""", "solver_order is null")]
    [InlineData("""[1]""", "JSON object")]
    [InlineData("""{"_class_name": """, "JSON")]
    public void What_is_not_supported_is_refused_by_name(string json, string named)
    {
        var file = File(json);
        var error = Assert.Throws<InputException>(() => SchedulerConfig.Read(file));
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
        Assert.Contains(file, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_flag_that_is_null_is_false_and_what_another_class_reads_may_be_null()
    {
        var config = SchedulerConfig.Read(
            File(
                """{"_class_name": "DDIMScheduler", "set_alpha_to_one": null, "clip_sample": null, "trained_betas": null, "solver_order": null}"""
            )
        );
        Assert.Equal((false, false), (config.AlphaToOne, config.Clip));
        var usual = SchedulerConfig.Read(File("""{"_class_name": "DDIMScheduler"}"""));
        Assert.NotEqual(false, usual.AlphaToOne);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1001)]
    public void Steps_that_cannot_be_made_are_refused(int steps)
    {
        var config = new SchedulerConfig { Kind = EulerScheduler.Kind };
        Assert.Contains(
            $"{steps}",
            Assert.Throws<UsageException>(() => config.Create(steps, _noise)).Message,
            StringComparison.Ordinal
        );
    }

    // PNDM mixes velocities of several noise levels as if they were of one, so it only comes near. DEIS and TCD end with the
    // smallest trained noise.
    public static IEnumerable<TheoryDataRow<string, string>> KindsAndPredictions =>
        from kind in SchedulerKinds.All
        from prediction in Enum.GetValues<PredictionType>()
        where kind.Family == SchedulerFamily.Discrete && kind != DeisScheduler.Kind && kind != TcdScheduler.Kind
        where kind != PndmScheduler.Kind || prediction == PredictionType.Epsilon
        select new TheoryDataRow<string, string>(kind.ClassName, $"{prediction}");

    /// <summary>A network that always knows the clean latent leads every solver of every order to it.</summary>
    [Theory]
    [MemberData(nameof(KindsAndPredictions))]
    public void A_perfect_denoiser_is_followed_to_the_clean_latent(string className, string predictionName)
    {
        var prediction = Enum.Parse<PredictionType>(predictionName);
        foreach (var (order, karras) in new[] { (1, false), (2, false), (3, false), (2, true) })
        {
            var scheduler = new SchedulerConfig
            {
                Kind = SchedulerKinds.OfClass(className, "test"),
                Prediction = prediction,
                SolverOrder = order,
                Sigmas = karras ? SigmaSpacing.Karras : SigmaSpacing.Timesteps,
                AlphaToOne = true,
                Clip = false,
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
                PredictionType.VPrediction => (level.Alpha * noise) - (level.Sigma * clean),
                _ => clean,
            }
        );
    }

    [Fact]
    public void An_ancestral_step_draws_from_the_image_s_own_generator()
    {
        var config = new SchedulerConfig { Kind = EulerAncestralScheduler.Kind };
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
