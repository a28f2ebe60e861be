namespace Semblance.Statistics;

/// <summary>What a statistical procedure requires of its data.</summary>
public enum Assumption
{
    /// <summary>Every value is a finite number.</summary>
    NotFinite,

    /// <summary>There is at least one value.</summary>
    Empty,

    /// <summary>Paired samples have the same length.</summary>
    LengthMismatch,

    /// <summary>There are as many values as the procedure needs.</summary>
    TooFew,

    /// <summary>The values differ among themselves.</summary>
    NoVariation,

    /// <summary>A level, margin, probability or other setting lies in its range.</summary>
    OutOfRange,

    /// <summary>At least one difference is not zero.</summary>
    AllZero,

    /// <summary>The likelihood has a maximum at finite parameters.</summary>
    NoMaximum,

    /// <summary>The quantity exists for these data.</summary>
    Undefined,
}

/// <summary>Data that a statistical procedure cannot be applied to. The message says which assumption they violate.</summary>
/// <param name="violated">The assumption that does not hold.</param>
/// <param name="message">One sentence with the numbers that were found.</param>
public sealed class AssumptionException(Assumption violated, string message) : InputException(message)
{
    /// <summary>The assumption that does not hold.</summary>
    public Assumption Violated { get; } = violated;

    /// <summary>Throws where an assumption does not hold.</summary>
    /// <param name="holds">Whether it does.</param>
    /// <param name="assumption">Which one it is.</param>
    /// <param name="message">One sentence with the numbers that were found, written the same in every culture.</param>
    internal static void ThrowUnless(bool holds, Assumption assumption, FormattableString message)
    {
        if (!holds)
        {
            throw new AssumptionException(assumption, FormattableString.Invariant(message));
        }
    }
}
