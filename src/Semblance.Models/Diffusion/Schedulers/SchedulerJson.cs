using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Semblance.Models.Configuration;

namespace Semblance.Models.Diffusion.Schedulers;

/// <summary>From scheduler_config.json to <see cref="SchedulerConfig"/>.</summary>
internal static partial class SchedulerJson
{
    /// <summary>Settings that would change the numbers and are not supported unless they are false.</summary>
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
    /// <exception cref="InputException">It is missing, unreadable, or not a JSON object.</exception>
    public static ConfigJson Read(string file)
    {
        try
        {
            var text = TextOrBareNumber()
                .Replace(File.ReadAllText(file), match => match.Value[0] == '"' ? match.Value : $"\"{match.Value}\"");
            return ConfigJson.Parse(file, Encoding.UTF8.GetBytes(text));
        }
        catch (Exception error) when (FileFault.IsOne(error))
        {
            throw new InputException($"{file} cannot be read: {error.Message}", error);
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

        Require(json, "interpolation_type", "linear");
        Require(json, "timestep_type", "discrete");
        var training = json.Size("num_train_timesteps", 1000);
        var run = kind ?? SchedulerKinds.OfClass(json.Text("_class_name", ""), json.File);
        run.Check(json);
        return new SchedulerConfig
        {
            Kind = run,
            TrainingSteps = training,
            BetaStart = Number(json, "beta_start", 0.0001),
            BetaEnd = Number(json, "beta_end", 0.02),
            BetaSchedule = Choice<BetaSchedule>(json, "beta_schedule") ?? default,
            TrainedBetas = TrainedBetas(json, training),
            Prediction = Choice<PredictionType>(json, "prediction_type") ?? default,
            Spacing = Choice<TimestepSpacing>(json, "timestep_spacing"),
            StepsOffset = json.Integer("steps_offset", 0),
            Karras = json.Flag("use_karras_sigmas", otherwise: false),
            FinalSigmaIsSmallest = Choice<FinalSigma>(json, "final_sigmas_type") == FinalSigma.SigmaMin,
            SolverOrder = json.Size("solver_order", 2) is var order and <= 3
                ? order
                : throw Unknown(json, "solver_order", $"{json.Size("solver_order")}", "1, 2, 3"),
            SolverType = json.Text("solver_type", ""),
            LowerOrderFinal = json.Flag("lower_order_final", otherwise: true),
            EulerAtFinal = json.Flag("euler_at_final", otherwise: false),
            SmallestLambda = Number(json, "lambda_min_clipped", double.NegativeInfinity),
            AlphaToOne = json.Has("set_alpha_to_one") ? json.Flag("set_alpha_to_one", otherwise: true) : null,
            SkipRungeKutta = json.Flag("skip_prk_steps", otherwise: false),
            ClipRange = json.Flag("clip_sample", otherwise: true) ? json.Number("clip_sample_range", 1f) : null,
        };
    }

    /// <summary>Refuses any value of a text but those that are supported, the first of which is the default.</summary>
    /// <exception cref="InputException">It is another.</exception>
    public static void Require(ConfigJson json, string name, params ReadOnlySpan<string> supported)
    {
        if (json.Text(name, supported[0]) is var value && !supported.Contains(value))
        {
            throw Unknown(json, name, value, supported[0]);
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

    private static float[]? TrainedBetas(ConfigJson json, int training) =>
        json.Numbers("trained_betas") switch
        {
            null => null,
            { } betas when betas.Count == training => [.. betas],
            _ => throw new InputException($"{json.File}: trained_betas must be a list of {training} numbers."),
        };

    private static double Number(ConfigJson json, string name, double otherwise) =>
        !json.Has(name) ? otherwise
        : json.Json.GetProperty(name) is { ValueKind: JsonValueKind.Number } value ? value.GetDouble()
        : json.Text(name, "") switch
        {
            "-Infinity" or "-inf" => double.NegativeInfinity,
            var other => throw new InputException($"{json.File}: {name} is {other}; expected a number."),
        };

    private static InputException Unknown(ConfigJson json, string name, string value, string known) =>
        new($"{json.File}: {name} is {value}, which is not supported; known: {known}.");

    private enum FinalSigma
    {
        Zero,
        SigmaMin,
    }

    [GeneratedRegex(@"""(?:[^""\\]|\\.)*""|-?Infinity|NaN", RegexOptions.NonBacktracking | RegexOptions.Singleline)]
    private static partial Regex TextOrBareNumber();
}
