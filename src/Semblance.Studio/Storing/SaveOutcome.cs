namespace Semblance.Studio.Storing;

/// <summary>What became of a vote. It is committed in every case.</summary>
public enum SaveOutcome
{
    /// <summary>It is the rater's answer to the page.</summary>
    Final,

    /// <summary>It was there already: it arrived twice.</summary>
    Known,

    /// <summary>It is kept, but another answer to the page came first, of which the browser did not know.</summary>
    Superseded,
}
