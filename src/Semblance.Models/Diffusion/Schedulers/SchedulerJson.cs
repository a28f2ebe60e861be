using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Text.Unicode;
using Semblance.Models.Configuration;
using static Semblance.Models.Diffusion.Schedulers.SchedulerNumbers;

namespace Semblance.Models.Diffusion.Schedulers;

/// <summary>From scheduler_config.json to <see cref="SchedulerConfig"/>.</summary>
internal static partial class SchedulerJson
{
    /// <summary>Reads the file. Python writes infinities bare, which JSON does not allow; they become texts.</summary>
    /// <exception cref="InputException">It is missing, unreadable, or not a JSON object.</exception>
    public static ConfigJson Read(string file)
    {
        try
        {
            var bytes = RegularFile.ReadAllBytes(file, RegularFile.MostOfText);
            if (!Utf8.IsValid(bytes))
            {
                // Which it says, as of any other file.
                return ConfigJson.Parse(file, bytes);
            }

            var text = TextOrBareNumber()
                .Replace(
                    Encoding.UTF8.GetString(bytes).TrimStart('\uFEFF'),
                    match => match.Value[0] == '"' ? match.Value : $"\"{match.Value}\""
                );
            return ConfigJson.Parse(file, Encoding.UTF8.GetBytes(text));
        }
        catch (Exception error) when (FileFault.IsOne(error))
        {
            throw new InputException($"{file} cannot be read: {error.Message}", error);
        }
    }

    /// <summary>The settings for the class that the file names, or for another.</summary>
    /// <param name="json">The file.</param>
    /// <param name="kind">The class that is run; null for the file's.</param>
    /// <param name="choose">What a user chooses beside the class.</param>
    /// <exception cref="InputException">The file asks for something that is not supported.</exception>
    public static SchedulerConfig ToConfig(
        ConfigJson json,
        SchedulerKind? kind = null,
        Func<SchedulerConfig, SchedulerConfig>? choose = null
    )
    {
        var run = kind ?? SchedulerKinds.OfClass(json.Text("_class_name", ""), json.File);
        SchedulerKeys.Check(json, run);
        json = SchedulerKeys.Only(json, run);
        var training = Whole(json, "num_train_timesteps", 1000, 1, MostTrainingSteps);
        var config = new SchedulerConfig
        {
            Kind = run,
            TrainingSteps = training,
            BetaStart = Number(json, "beta_start", run.Betas.Start, 0, 1, open: true),
            BetaEnd = Number(json, "beta_end", run.Betas.End, 0, 1, open: true),
            BetaSchedule = Choice<BetaSchedule>(json, "beta_schedule") ?? run.Betas.Schedule,
            TrainedBetas = TrainedBetas(json, training),
            ZeroTerminalSnr = json.Flag("rescale_betas_zero_snr", otherwise: false),
            Prediction = Choice<PredictionType>(json, "prediction_type") ?? default,
            Spacing = Choice<TimestepSpacing>(json, "timestep_spacing"),
            StepsOffset = Whole(json, "steps_offset", 0, 0, training),
            FinalSigmaIsSmallest = Choice<FinalSigma>(json, "final_sigmas_type") == FinalSigma.SigmaMin,
            SolverOrder = Whole(json, "solver_order", 2, 1, 3),
            SolverType = json.Text("solver_type", ""),
            Algorithm = Algorithm(json, run),
            LowerOrderFinal = Flag(json, "lower_order_final"),
            EulerAtFinal = json.Flag("euler_at_final", otherwise: false),
            SmallestLambda = Lambda(json, "lambda_min_clipped"),
            AlphaToOne = Flag(json, "set_alpha_to_one"),
            SkipRungeKutta = json.Flag("skip_prk_steps", otherwise: false),
            Clip = Flag(json, "clip_sample"),
            ClipRange = (float)Number(json, "clip_sample_range", 1, 1e-6, 1e6),
            OriginalSteps = IsNull(json, "original_inference_steps")
                ? null
                : Whole(json, "original_inference_steps", Math.Min(50, training), 1, training),
            TimestepScaling = Number(json, "timestep_scaling", 10, 1e-6, 1e6),
            SigmaData = Number(json, "sigma_data", 0.5, 1e-6, 1e6),
            Rho = Number(json, "rho", 7, 1e-3, 1000),
            Shift = Number(json, "shift", 1, 1e-6, 1e6),
        };
        config = SigmaSettings.Add(config, json);
        config = choose?.Invoke(config) ?? config;
        run.Check(config, json);
        return config;
    }

    /// <summary>Refuses any value of a text but those that are supported, the first of which is the default.</summary>
    /// <exception cref="InputException">It is another.</exception>
    public static void Require(ConfigJson json, string name, params ReadOnlySpan<string> supported)
    {
        if (json.Text(name, supported[0]) is var value && !supported.Contains(value))
        {
            throw Unknown(json, name, value, string.Join(", ", supported!));
        }
    }

    /// <summary>One of some values, which the file writes as Python does: <c>scaled_linear</c>; null where it says nothing.</summary>
    private static T? Choice<T>(ConfigJson json, string name)
        where T : struct, Enum
    {
        if (!json.Has(name))
        {
            return null;
        }

        var known = Enum.GetValues<T>().ToDictionary(value => JsonNamingPolicy.SnakeCaseLower.ConvertName($"{value}"));
        return known.TryGetValue(json.Text(name, ""), out var found)
            ? found
            : throw Unknown(json, name, json.Text(name, ""), string.Join(", ", known.Keys));
    }

    private static SolverAlgorithm Algorithm(ConfigJson json, SchedulerKind run) =>
        !run.Solver || !json.Has("algorithm_type") ? default
        : SolverAlgorithms.ByName.TryGetValue(json.Text("algorithm_type"), out var found) ? found
        : throw Unknown(
            json,
            "algorithm_type",
            json.Text("algorithm_type"),
            string.Join(", ", SolverAlgorithms.ByName.Keys)
        );

    /// <summary>Null where the file says nothing; a null in the file is false, as in Python.</summary>
    private static bool? Flag(ConfigJson json, string name) =>
        json.Json.TryGetProperty(name, out _) ? json.Flag(name, otherwise: false) : null;

    private static bool IsNull(ConfigJson json, string name) =>
        json.Json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Null;

    private static InputException Unknown(ConfigJson json, string name, string value, string known) =>
        new($"{json.File}: {name} is {value}, which is not supported; known: {known}.");

    private enum FinalSigma
    {
        Zero,
        SigmaMin,
    }

    [GeneratedRegex(@"""(?:[^""\\]|\\.)*""?|-?Infinity|NaN", RegexOptions.Singleline, matchTimeoutMilliseconds: 2000)]
    private static partial Regex TextOrBareNumber();
}
