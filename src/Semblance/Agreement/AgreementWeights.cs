namespace Semblance.Agreement;

/// <summary>How much two categories agree: 1 for the same one, 0 for those farthest apart.</summary>
public enum AgreementWeights
{
    /// <summary>Only the same category agrees (nominal).</summary>
    Identity,

    /// <summary>1 - |k - l| / (q - 1).</summary>
    Linear,

    /// <summary>1 - (k - l)^2 / (q - 1)^2.</summary>
    Quadratic,

    /// <summary>
    /// Gwet's ordinal weights, 1 - C(|k - l| + 1, 2) / C(q, 2): 1, 2/3, 0 for three categories. They are not Krippendorff's
    /// ordinal metric, which depends on how often each category was chosen.
    /// </summary>
    Ordinal,
}
