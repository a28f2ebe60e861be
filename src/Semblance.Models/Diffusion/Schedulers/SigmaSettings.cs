using Semblance.Models.Configuration;
using static Semblance.Models.Diffusion.Schedulers.SchedulerNumbers;

namespace Semblance.Models.Diffusion.Schedulers;

/// <summary>What scheduler_config.json says of the noise levels of a run.</summary>
internal static class SigmaSettings
{
    /// <summary>The key that asks for each way of spreading sigmas.</summary>
    public static IReadOnlyList<(string Key, SigmaSpacing Spread)> Spreads { get; } =
    [
        ("use_karras_sigmas", SigmaSpacing.Karras),
        ("use_exponential_sigmas", SigmaSpacing.Exponential),
        ("use_beta_sigmas", SigmaSpacing.Beta),
        ("use_lu_lambdas", SigmaSpacing.Lu),
    ];

    /// <summary>The configuration with how its sigmas are spread, and between which limits.</summary>
    /// <exception cref="InputException">The file asks for two spreads, or for limits that are none.</exception>
    public static SchedulerConfig Add(SchedulerConfig config, ConfigJson json)
    {
        var smallest = NumberOrNull(json, "sigma_min", 1e-6, 1e6);
        var largest = NumberOrNull(json, "sigma_max", 1e-6, 1e6);
        if (smallest >= largest)
        {
            throw new InputException(
                $"{json.File}: sigma_min is {json.Json.GetProperty("sigma_min")}, which is not below sigma_max, {json.Json.GetProperty("sigma_max")}."
            );
        }

        return config with
        {
            Sigmas = config.Kind.Family == SchedulerFamily.Edm ? OfEdm(json) : OfFlags(json),
            SigmaMin = smallest,
            SigmaMax = largest,
        };
    }

    private static SigmaSpacing OfFlags(ConfigJson json)
    {
        var asked = Spreads.Where(row => json.Flag(row.Key, otherwise: false)).ToArray();
        return asked.Length <= 1
            ? asked.Select(row => row.Spread).FirstOrDefault()
            : throw new InputException(
                $"{json.File} asks for {string.Join(" and ", asked.Select(row => row.Key))}; only one of them can be."
            );
    }

    private static SigmaSpacing OfEdm(ConfigJson json) =>
        json.Text("sigma_schedule", "karras") switch
        {
            "karras" => SigmaSpacing.Karras,
            "exponential" => SigmaSpacing.Exponential,
            var other => throw new InputException(
                $"{json.File}: sigma_schedule is {other}, which is not supported; known: karras, exponential."
            ),
        };
}
