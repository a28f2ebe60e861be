using Semblance.Statistics;

namespace Semblance.Agreement;

/// <summary>A figure that does not exist for these votes, and why.</summary>
/// <param name="What">Its name.</param>
/// <param name="Why">A sentence.</param>
public sealed record Undefined(string What, string Why)
{
    /// <summary>The figure; where the votes violate what it assumes, null and an entry in the list.</summary>
    internal static T? Try<T>(List<Undefined> undefined, string what, Func<T> figure)
        where T : class
    {
        try
        {
            return figure();
        }
        catch (AssumptionException fault)
        {
            undefined.Add(new Undefined(what, fault.Message));
            return null;
        }
    }
}
