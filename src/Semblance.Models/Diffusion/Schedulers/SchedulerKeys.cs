using System.Text.Json;
using Semblance.Models.Configuration;

namespace Semblance.Models.Diffusion.Schedulers;

/// <summary>
/// The keys of scheduler_config.json. One that the class that is run reads in diffusers is used here or has the one value
/// that is supported; one of another class changes nothing, as in diffusers; one that nobody knows is refused, since it
/// may change the images.
/// </summary>
internal static class SchedulerKeys
{
    /// <summary>Of every class of the family.</summary>
    public static IReadOnlyList<string> OfFamily(SchedulerFamily family) =>
        family switch
        {
            SchedulerFamily.Discrete =>
            [
                "num_train_timesteps",
                "beta_start",
                "beta_end",
                "beta_schedule",
                "trained_betas",
                "prediction_type",
            ],
            SchedulerFamily.Edm =>
            [
                "num_train_timesteps",
                "sigma_min",
                "sigma_max",
                "sigma_data",
                "sigma_schedule",
                "prediction_type",
                "rho",
                "final_sigmas_type",
            ],
            _ => ["num_train_timesteps", "shift"],
        };

    public static IReadOnlyList<string> Spacing { get; } = ["timestep_spacing", "steps_offset"];

    public static IReadOnlyList<string> Spreads { get; } =
    ["use_karras_sigmas", "use_exponential_sigmas", "use_beta_sigmas", "sigma_min", "sigma_max"];

    public static IReadOnlyList<string> Thresholds { get; } =
    ["thresholding", "dynamic_thresholding_ratio", "sample_max_value"];

    public static IReadOnlyList<string> Solver { get; } =
    ["solver_order", "solver_type", "lower_order_final", "algorithm_type", .. Thresholds];

    public static IReadOnlyList<string> Clipping { get; } = ["clip_sample", "clip_sample_range"];

    public static IReadOnlyList<string> Flow { get; } =
    ["use_flow_sigmas", "flow_shift", "use_dynamic_shifting", "time_shift_type"];

    /// <summary>Of classes that are not supported, or that old versions wrote and no version reads.</summary>
    private static readonly string[] Elsewhere =
    [
        "noise_sampler_seed",
        "variance_type",
        "predictor_order",
        "corrector_order",
        "tau_func",
        "snr_shift_scale",
        "timestep_values",
        "tensor_format",
    ];

    /// <summary>Keys with the only values that are supported: false where none is given. Null is one of them always.</summary>
    private static readonly Dictionary<string, string[]> OnlyWith = new(StringComparer.Ordinal)
    {
        ["thresholding"] = [],
        ["use_flow_sigmas"] = [],
        ["use_dynamic_shifting"] = [],
        ["invert_sigmas"] = [],
        ["stochastic_sampling"] = [],
        ["interpolation_type"] = ["linear"],
        ["timestep_type"] = ["discrete"],
        ["variance_type"] = ["fixed_small", "fixed_small_log", "fixed_large", "fixed_large_log"],
        ["predict_x0"] = ["true"],
        ["disable_corrector"] = ["[]"],
        ["solver_p"] = [],
        ["shift_terminal"] = [],
        ["noise_sampler_seed"] = [],
    };

    /// <summary>
    /// Keys of numbers and words with which diffusers fails where they are null. A flag that is null is false there, and
    /// what is null by default stays so.
    /// </summary>
    private static readonly string[] NeverNull =
    [
        "num_train_timesteps",
        "beta_start",
        "beta_end",
        "beta_schedule",
        "prediction_type",
        "timestep_spacing",
        "steps_offset",
        "final_sigmas_type",
        "solver_order",
        "solver_type",
        "algorithm_type",
        "lambda_min_clipped",
        "clip_sample_range",
        "timestep_scaling",
        "interpolation_type",
        "sigma_data",
        "sigma_schedule",
        "rho",
        "shift",
    ];

    /// <summary>Every key that some class reads.</summary>
    public static IReadOnlySet<string> Known() =>
        SchedulerKinds.All.SelectMany(Of).Concat(Elsewhere).ToHashSet(StringComparer.Ordinal);

    /// <summary>The keys that a class reads.</summary>
    public static IEnumerable<string> Of(SchedulerKind kind) => OfFamily(kind.Family).Concat(kind.Keys);

    /// <summary>The file with the keys that a class reads alone.</summary>
    public static ConfigJson Only(ConfigJson json, SchedulerKind kind)
    {
        var read = Of(kind).ToHashSet(StringComparer.Ordinal);
        var kept = json.Json.EnumerateObject().Where(property => read.Contains(property.Name));
        return json with
        {
            Json = JsonElement.Parse(
                $"{{{string.Join(',', kept.Select(one => $"\"{one.Name}\":{one.Value.GetRawText()}"))}}}"
            ),
        };
    }

    /// <summary>Refuses what is not known, and what the class reads and is not supported.</summary>
    /// <exception cref="InputException">There is such a key.</exception>
    public static void Check(ConfigJson json, SchedulerKind kind)
    {
        var known = Known();
        foreach (var (key, value) in json.Json.EnumerateObject().Select(property => (property.Name, property.Value)))
        {
            if (value.ValueKind == JsonValueKind.Null && Of(kind).Contains(key) && NeverNull.Contains(key))
            {
                throw new InputException(
                    $"{json.File}: {key} is null, with which no scheduler can run; give it its value, or remove it for the usual one."
                );
            }

            if (key.StartsWith('_') || value.ValueKind == JsonValueKind.Null)
            {
                continue;
            }

            if (!known.Contains(key))
            {
                throw new InputException(
                    $"{json.File}: {key} is not a setting that is known, and may change the images; remove it if it does not."
                );
            }

            if (kind.Keys.Contains(key) && OnlyWith.TryGetValue(key, out var only) && !Fits(value, only))
            {
                throw new InputException(
                    $"{json.File}: {key} is {value}, which is not supported; {(only.Length == 0 ? "without it the file is read" : $"known: {string.Join(", ", only)}")}."
                );
            }
        }

        // The noise that the model was trained on, which every scheduler must know.
        if (
            kind.Family == SchedulerFamily.Discrete
            && !kind.Keys.Contains("rescale_betas_zero_snr")
            && json.Flag("rescale_betas_zero_snr", otherwise: false)
        )
        {
            throw new InputException(
                $"{json.File} has rescale_betas_zero_snr, which {kind.Title} does not know; choose a scheduler that does, such as {string.Join(" or ", Rescaling())}."
            );
        }
    }

    private static IEnumerable<string> Rescaling() =>
        SchedulerKinds
            .All.Where(kind => kind.Family == SchedulerFamily.Discrete && kind.Keys.Contains("rescale_betas_zero_snr"))
            .Select(kind => kind.Names[0].Shown)
            .Take(3);

    private static bool Fits(JsonElement value, string[] only) =>
        only.Length == 0
            ? value.ValueKind == JsonValueKind.False
            : only.Contains(value.ToString(), StringComparer.OrdinalIgnoreCase);
}
