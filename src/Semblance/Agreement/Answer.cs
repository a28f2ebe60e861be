namespace Semblance.Agreement;

/// <summary>What a rater answered, by the sides of the screen.</summary>
public enum Answer
{
    /// <summary>The left gallery is more consistent.</summary>
    Left,

    /// <summary>Both galleries are about the same.</summary>
    Same,

    /// <summary>The right gallery is more consistent.</summary>
    Right,

    /// <summary>The rater could not judge; counts for nothing but the raters' table.</summary>
    CannotJudge,
}
