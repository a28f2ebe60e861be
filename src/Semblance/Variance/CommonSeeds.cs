namespace Semblance.Variance;

/// <summary>How far two models used the same seeds: numbers of prompts, which add up to all.</summary>
/// <param name="All">Both models have the very same seeds.</param>
/// <param name="Some">At least four in common, and others: what these share is taken off.</param>
/// <param name="Untold">Some in common, but fewer than four or of sets too large: taken for independent.</param>
/// <param name="None">None in common, or the seeds are not known: independent.</param>
public sealed record CommonSeeds(int All, int Some, int Untold, int None)
{
    /// <summary>Whether both models used the same seeds on every prompt.</summary>
    public bool Everywhere() => All > 0 && Some + Untold + None == 0;

    /// <summary>Whether no seed of any prompt is known to be common.</summary>
    public bool Nowhere() => All + Some + Untold == 0;
}
