using Semblance.Statistics;

namespace Semblance.Agreement;

/// <summary>A share with its limits.</summary>
/// <param name="Value">0 to 1.</param>
/// <param name="Low">Lower limit; null where there is none.</param>
/// <param name="High">Upper limit; null where there is none.</param>
/// <param name="Method">How the limits were found.</param>
public sealed record VoteShare(double Value, double? Low, double? High, string Method)
{
    internal VoteShare(double value, Interval? interval, string method)
        : this(value, interval?.Low, interval?.High, method) { }
}
