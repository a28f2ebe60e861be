namespace Semblance.Agreement;

/// <summary>Which of two models' galleries is more consistent, in an order in which a tie lies between them.</summary>
public enum Choice
{
    /// <summary>The first model of the pair.</summary>
    First,

    /// <summary>Both models are about the same.</summary>
    Tie,

    /// <summary>The second model of the pair.</summary>
    Second,
}
