using System.Text.Json.Serialization;
using Semblance.Comparison;

namespace Semblance.Planning;

/// <summary>What will be asked of the study that is planned.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PlanGoal>))]
public enum PlanGoal
{
    /// <summary>The mean itself, with its interval and Student's test.</summary>
    [JsonStringEnumMemberName("mean")]
    Mean,

    /// <summary>A comparison's verdict, which takes signed ranks and the interval of the mean.</summary>
    [JsonStringEnumMemberName("compare")]
    Compare,

    /// <summary>Whether a gate lets the candidate pass.</summary>
    [JsonStringEnumMemberName("gate")]
    Gate,
}

/// <summary>What a plan should reach, and what images cost.</summary>
public sealed record PlanOptions
{
    /// <summary>Numbers of prompts, the rows of the table.</summary>
    public IReadOnlyList<int> Prompts { get; init; } = [10, 25, 50, 100, 200, 400];

    /// <summary>Numbers of seeds per prompt, the columns of the table.</summary>
    public IReadOnlyList<int> Seeds { get; init; } = [4, 5, 10, 20, 40];

    /// <summary>Level of the interval; power is that of the two-sided test at 1 - level.</summary>
    public double Level { get; init; } = 0.95;

    /// <summary>A true difference (or distance of a score from a value) that should be seen; null for no power.</summary>
    public double? Effect { get; init; }

    /// <summary>What is asked; null for the verdict of a comparison where the plan is for two models, else for the mean.</summary>
    public PlanGoal? Goal { get; init; }

    /// <summary>Claim, margin and alpha of the gate; not used for another goal.</summary>
    [JsonIgnore]
    public GateOptions Gate { get; init; } = new();

    /// <summary>
    /// The chance that the half width is met, given that the pilot's variance is an estimate and so will be that of the study;
    /// null for about half.
    /// </summary>
    public double? Assurance { get; init; }

    /// <summary>Wanted half width of the interval in score points; null for none.</summary>
    public double? HalfWidth { get; init; }

    /// <summary>Wanted chance to see the <see cref="Effect"/>, between 0 and 1.</summary>
    public double Power { get; init; } = 0.8;

    /// <summary>Cost of one image, in any unit.</summary>
    public double CostPerImage { get; init; } = 1;

    /// <summary>Cost of one more prompt beside its images, in the same unit.</summary>
    public double CostPerPrompt { get; init; }

    /// <summary>No design has more seeds than this.</summary>
    public int MostSeeds { get; init; } = 200;

    /// <summary>No design has more prompts than this.</summary>
    public int MostPrompts { get; init; } = 100_000;
}

/// <summary>One size of a study and the precision that it gives.</summary>
/// <param name="Prompts">P, prompts.</param>
/// <param name="Seeds">S, images per model and prompt.</param>
/// <param name="HalfWidth">Half width of the interval, in points.</param>
/// <param name="Power">Chance of the answer that is asked for (<see cref="PlanOptions.Goal"/>) at the effect; null where none was given.</param>
/// <param name="Images">Images of all models together.</param>
/// <param name="Cost">Cost of the images and the prompts, in the unit of the options.</param>
public sealed record StudyDesign(int Prompts, int Seeds, double HalfWidth, double? Power, long Images, double Cost)
{
    /// <summary>The half width that is met with the wanted assurance, in points; null where none was asked for.</summary>
    public double? AssuredHalfWidth { get; init; }
}

/// <summary>How many prompts and seeds a study needs, in the order of its JSON (schema <c>semblance.plan/1</c>).</summary>
/// <param name="Variance">The variance that the plan assumes.</param>
/// <param name="Settings">What was asked for.</param>
/// <param name="Table">Prompts x seeds, row by row.</param>
/// <param name="Cheapest">The cheapest design that reaches everything wanted; null where nothing was wanted or none does.</param>
/// <param name="BestSeeds">
/// Seeds per prompt at which precision costs least where prompts are many; the most that were tried where more would cost
/// still less; null where no number is best, since only seeds vary and each further one helps.
/// </param>
/// <param name="SpendOn">
/// Where the next images help most: <c>seeds</c> while the pilot has fewer than the cheapest design (without one: than
/// <paramref name="BestSeeds"/>), else <c>prompts</c>; <c>neither</c> where nothing varies.
/// </param>
/// <param name="Advice">The plan in a few sentences.</param>
/// <param name="Warnings">What a reader must know before relying on it.</param>
public sealed record PlanReport(
    StudyVariance Variance,
    PlanOptions Settings,
    IReadOnlyList<StudyDesign> Table,
    StudyDesign? Cheapest,
    int? BestSeeds,
    string SpendOn,
    string Advice,
    IReadOnlyList<string> Warnings
);
