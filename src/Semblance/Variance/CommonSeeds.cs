namespace Semblance.Variance;

/// <summary>On how many prompts two models used the same seeds; the four numbers add up to all prompts.</summary>
/// <param name="All">Both models have the very same seeds.</param>
/// <param name="Some">At least four in common, and others: the covariance from the common ones is subtracted.</param>
/// <param name="Untold">Some in common, but fewer than four or in sets that are too large: treated as independent.</param>
/// <param name="None">None in common, or the seeds are not known: independent.</param>
public sealed record CommonSeeds(int All, int Some, int Untold, int None)
{
    /// <summary>Whether both models used the same seeds on every prompt.</summary>
    public bool Everywhere() => All > 0 && Some + Untold + None == 0;

    /// <summary>Whether no seed of any prompt is known to be common.</summary>
    public bool Nowhere() => All + Some + Untold == 0;
}
