namespace Semblance.Studio.Design;

/// <summary>Which pairs of models a rater sees, where there are more than two models.</summary>
public enum PairScheme
{
    /// <summary>Every pair on every prompt.</summary>
    All,

    /// <summary>One pair on every prompt, so that over raters and prompts all pairs are shown about equally often.</summary>
    Balanced,

    /// <summary>One model against each other one, on every prompt.</summary>
    Against,
}
