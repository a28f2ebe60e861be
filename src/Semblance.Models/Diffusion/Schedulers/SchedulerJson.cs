using System.Text;
using System.Text.Json;
using Semblance.Models.Configuration;

namespace Semblance.Models.Diffusion.Schedulers;

/// <summary>From scheduler_config.json to <see cref="SchedulerConfig"/>.</summary>
internal static class SchedulerJson
{
    /// <summary>Settings that would change the numbers and are not supported, with the value that leaves them out.</summary>
    private static readonly string[] FlagsNotSupported =
    [
        "thresholding",
        "use_exponential_sigmas",
        "use_beta_sigmas",
        "use_lu_lambdas",
        "use_flow_sigmas",
        "rescale_betas_zero_snr",
    ];

    /// <summary>Reads the file. Python writes infinities bare, which JSON does not allow; they become texts.</summary>
    /// <exception cref="InputException">It is missing, unreadable, or no JSON object.</exception>
    public static ConfigJson Read(string file)
    {
        try
        {
            return ConfigJson.Parse(file, Encoding.UTF8.GetBytes(QuoteInfinities(File.ReadAllText(file))));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{file} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>The settings for the class that the file names, or for another.</summary>
    /// <exception cref="InputException">The file asks for something that is not supported.</exception>
    public static SchedulerConfig ToConfig(ConfigJson json, SchedulerKind? kind = null)
    {
        foreach (var flag in FlagsNotSupported.Where(flag => json.Flag(flag, otherwise: false)))
        {
            throw new InputException($"{json.File}: {flag} is not supported; set it to false to run without.");
        }
        Require(json, "interpolation_type", "linear", "linear");
        Require(json, "timestep_type", "discrete", "discrete");
        var training = json.Size("num_train_timesteps", 1000);
        var run = kind ?? KindOf(json.Text("_class_name", ""), json.File);
        if (run == SchedulerKind.DpmSolver)
        {
            // diffusers itself reads deis as dpmsolver++ here.
            Require(json, "algorithm_type", "dpmsolver++", "dpmsolver++", "deis");
        }
        if (run == SchedulerKind.UniPc)
        {
            RequireUniPc(json);
        }
        return new SchedulerConfig
        {
            Kind = run,
            TrainingSteps = training,
            BetaStart = Number(json, "beta_start", 0.0001),
            BetaEnd = Number(json, "beta_end", 0.02),
            BetaSchedule = json.Text("beta_schedule", "linear") switch
            {
                "linear" => BetaSchedule.Linear,
                "scaled_linear" => BetaSchedule.ScaledLinear,
                "squaredcos_cap_v2" => BetaSchedule.Cosine,
                var other => throw Unknown(json, "beta_schedule", other, "linear, scaled_linear, squaredcos_cap_v2"),
            },
            TrainedBetas = TrainedBetas(json, training),
            Prediction = json.Text("prediction_type", "epsilon") switch
            {
                "epsilon" => PredictionType.Epsilon,
                "v_prediction" => PredictionType.Velocity,
                "sample" => PredictionType.Sample,
                var other => throw Unknown(json, "prediction_type", other, "epsilon, v_prediction, sample"),
            },
            Spacing = json.Text("timestep_spacing", "") switch
            {
                "" => null,
                "linspace" => TimestepSpacing.Linspace,
                "leading" => TimestepSpacing.Leading,
                "trailing" => TimestepSpacing.Trailing,
                var other => throw Unknown(json, "timestep_spacing", other, "linspace, leading, trailing"),
            },
            StepsOffset = json.Integer("steps_offset", 0),
            Karras = json.Flag("use_karras_sigmas", otherwise: false),
            FinalSigmaIsSmallest = json.Text("final_sigmas_type", "zero") switch
            {
                "zero" => false,
                "sigma_min" => true,
                var other => throw Unknown(json, "final_sigmas_type", other, "zero, sigma_min"),
            },
            SolverOrder = json.Size("solver_order", 2) is var order and <= 3
                ? order
                : throw Unknown(json, "solver_order", $"{json.Size("solver_order", 2)}", "1, 2, 3"),
            SolverType = json.Text("solver_type", ""),
            LowerOrderFinal = json.Flag("lower_order_final", otherwise: true),
            EulerAtFinal = json.Flag("euler_at_final", otherwise: false),
            SmallestLambda = Number(json, "lambda_min_clipped", double.NegativeInfinity),
            AlphaToOne = json.Flag("set_alpha_to_one", otherwise: run != SchedulerKind.Pndm),
            SkipRungeKutta = json.Flag("skip_prk_steps", otherwise: false),
            ClipRange = json.Flag("clip_sample", otherwise: true) ? json.Number("clip_sample_range", 1f) : null,
        };
    }

    /// <summary>By the name of its class in diffusers.</summary>
    /// <exception cref="InputException">It is not supported.</exception>
    public static SchedulerKind KindOf(string className, string file) =>
        className switch
        {
            "EulerDiscreteScheduler" => SchedulerKind.Euler,
            "EulerAncestralDiscreteScheduler" => SchedulerKind.EulerAncestral,
            "DPMSolverMultistepScheduler" => SchedulerKind.DpmSolver,
            "DDIMScheduler" => SchedulerKind.Ddim,
            "UniPCMultistepScheduler" => SchedulerKind.UniPc,
            "PNDMScheduler" => SchedulerKind.Pndm,
            "" => throw new InputException($"{file} has no _class_name; choose a scheduler by name."),
            _ => throw new InputException(
                $"{file} names the scheduler {className}, which is not supported; choose one of "
                    + $"{string.Join(", ", SchedulerNames.Known)} in its place."
            ),
        };

    private static float[]? TrainedBetas(ConfigJson json, int training)
    {
        if (!json.Has("trained_betas"))
        {
            return null;
        }
        var list = json.Json.GetProperty("trained_betas");
        return
            list.ValueKind == JsonValueKind.Array
            && list.GetArrayLength() == training
            && list.EnumerateArray().All(beta => beta.ValueKind == JsonValueKind.Number)
            ? [.. list.EnumerateArray().Select(beta => beta.GetSingle())]
            : throw new InputException($"{json.File}: trained_betas must be a list of {training} numbers.");
    }

    private static double Number(ConfigJson json, string name, double otherwise) =>
        !json.Has(name) ? otherwise
        : json.Json.GetProperty(name) is { ValueKind: JsonValueKind.Number } value ? value.GetDouble()
        : json.Text(name, "") switch
        {
            "-Infinity" or "-inf" => double.NegativeInfinity,
            var other => throw new InputException($"{json.File}: {name} is {other}, but a number is wanted."),
        };

    private static void Require(ConfigJson json, string name, string otherwise, params string[] allowed)
    {
        if (json.Text(name, otherwise) is var value && !allowed.Contains(value))
        {
            throw Unknown(json, name, value, allowed[0]);
        }
    }

    private static void RequireUniPc(ConfigJson json)
    {
        if (
            !json.Flag("predict_x0", otherwise: true)
            || json.Has("solver_p")
            || (json.Has("disable_corrector") && json.Json.GetProperty("disable_corrector").ToString() != "[]")
        )
        {
            throw new InputException(
                $"{json.File}: UniPC is run with predict_x0 true, no solver_p and no disable_corrector only."
            );
        }
    }

    private static InputException Unknown(ConfigJson json, string name, string value, string known) =>
        new($"{json.File}: {name} is {value}, which is not supported; known: {known}.");

    private static string QuoteInfinities(string text)
    {
        var result = new StringBuilder(text.Length + 8);
        var inside = false;
        for (var i = 0; i < text.Length; i++)
        {
            if (inside && text[i] == '\\' && i + 1 < text.Length)
            {
                result.Append(text[i++]);
            }
            else if (text[i] == '"')
            {
                inside = !inside;
            }
            else if (!inside && Bare(text.AsSpan(i)) is { } word)
            {
                result.Append('"').Append(word).Append('"');
                i += word.Length - 1;
                continue;
            }
            result.Append(text[i]);
        }
        return result.ToString();
    }

    private static string? Bare(ReadOnlySpan<char> text) =>
        text.StartsWith("-Infinity") ? "-Infinity"
        : text.StartsWith("Infinity") ? "Infinity"
        : text.StartsWith("NaN") ? "NaN"
        : null;
}
