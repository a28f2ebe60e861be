using System.Globalization;
using System.Text.Json;
using Semblance.Models.Configuration;

namespace Semblance.Models.Diffusion.Schedulers;

/// <summary>Numbers of scheduler_config.json, each within the range in which a scheduler can work.</summary>
internal static class SchedulerNumbers
{
    /// <summary>More training steps than any model has: tables of this many are made at once.</summary>
    public const int MostTrainingSteps = 10_000;

    /// <summary>A number within its range; where it is missing or null, what stands for it.</summary>
    /// <param name="json">The file.</param>
    /// <param name="name">The key.</param>
    /// <param name="otherwise">For a key that is missing.</param>
    /// <param name="least">Itself not allowed where <paramref name="open"/>.</param>
    /// <param name="most">Itself not allowed where <paramref name="open"/>.</param>
    /// <param name="open">Whether the ends are outside.</param>
    /// <exception cref="InputException">It is not a number, or outside.</exception>
    public static double Number(
        ConfigJson json,
        string name,
        double otherwise,
        double least,
        double most,
        bool open = false
    ) => Find(json, name) is { } value ? Within(json, name, value, least, most, open) : otherwise;

    /// <summary>As <see cref="Number"/>; null where it is missing.</summary>
    public static double? NumberOrNull(ConfigJson json, string name, double least, double most) =>
        Find(json, name) is { } value ? Within(json, name, value, least, most, open: false) : null;

    /// <summary>A whole number within its range.</summary>
    /// <exception cref="InputException">It is not a whole number, or outside.</exception>
    public static int Whole(ConfigJson json, string name, int otherwise, int least, int most) =>
        (int)Within(json, name, json.Integer(name, otherwise), least, most, open: false);

    /// <summary>The smallest lambda, which may be no limit at all.</summary>
    public static double Lambda(ConfigJson json, string name) =>
        json.Has(name)
        && json.Json.GetProperty(name) is { ValueKind: JsonValueKind.String } text
        && text.GetString() is "-Infinity" or "-inf"
            ? double.NegativeInfinity
            : Number(json, name, double.NegativeInfinity, -1000, 1000);

    /// <summary>All variances of the training, or null.</summary>
    /// <exception cref="InputException">They are not as many as the training steps, or not variances.</exception>
    public static float[]? TrainedBetas(ConfigJson json, int training) =>
        json.Numbers("trained_betas") switch
        {
            null => null,
            { } betas when betas.Count == training && betas.All(beta => beta is > 0 and < 1) => [.. betas],
            _ => throw new InputException(
                $"{json.File}: trained_betas must be a list of {training} numbers between 0 and 1."
            ),
        };

    private static double Within(ConfigJson json, string name, double value, double least, double most, bool open) =>
        (open ? value > least && value < most : value >= least && value <= most)
            ? value
            : throw new InputException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{json.File}: {name} is {json.Json.GetProperty(name)}; expected a number {(open ? $"between {least} and {most}" : $"from {least} to {most}")}."
                )
            );

    private static double? Find(ConfigJson json, string name) =>
        !json.Has(name) ? null
        : json.Json.GetProperty(name) is { ValueKind: JsonValueKind.Number } value ? value.GetDouble()
        : throw new InputException($"{json.File}: {name} is {json.Json.GetProperty(name)}; expected a number.");
}
