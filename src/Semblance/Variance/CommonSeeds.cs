namespace Semblance.Variance;

/// <summary>On how many prompts two models used the same seeds; the numbers add up to all prompts.</summary>
/// <param name="All">Both models have the very same seeds.</param>
/// <param name="Some">At least four in common, and others: the covariance from the common ones is subtracted.</param>
/// <param name="Untold">Some in common, but fewer than four or in sets that are too large: treated as independent.</param>
/// <param name="None">None in common: independent.</param>
public sealed record CommonSeeds(int All, int Some, int Untold, int None)
{
    /// <summary>The seeds of one of the models are not known: treated as independent.</summary>
    public int Unknown { get; init; }

    /// <summary>Whether both models used the same seeds on every prompt.</summary>
    public bool Everywhere() => All > 0 && Some + Untold + None + Unknown == 0;

    /// <summary>Whether no seed of any prompt is known to be common.</summary>
    public bool Nowhere() => All + Some + Untold == 0;
}
