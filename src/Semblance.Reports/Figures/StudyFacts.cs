using Semblance.Wording;

namespace Semblance.Reports.Figures;

/// <summary>What every caption says of the study.</summary>
/// <param name="Prompts">How many prompts the numbers are of.</param>
/// <param name="FewestSeeds">Images of the smallest set; null where that is not known.</param>
/// <param name="MostSeeds">Images of the largest set; null where that is not known.</param>
/// <param name="Encoder">Its name; null where it is not known.</param>
internal sealed record StudyFacts(int Prompts, int? FewestSeeds, int? MostSeeds, string? Encoder)
{
    /// <summary><c>12 prompts, 8 seeds each, encoder builtin</c>.</summary>
    public override string ToString()
    {
        var seeds = (FewestSeeds, MostSeeds) switch
        {
            ({ } few, { } most) when few == most => $", {Plural.Of(few, "seed")} each",
            ({ } few, { } most) => $", {few} to {most} seeds each",
            _ => "",
        };
        return $"{Plural.Of(Prompts, "prompt")}{seeds}, {(Encoder is null ? "encoder unknown" : $"encoder {Encoder}")}";
    }
}
