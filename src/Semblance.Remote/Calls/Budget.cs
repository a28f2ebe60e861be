namespace Semblance.Remote.Calls;

/// <summary>What a study may spend. A call is reserved before it is made and settled after; one of unknown fate stays counted.</summary>
/// <param name="ledger">What was spent so far, also in earlier runs.</param>
public sealed class Budget(CallLedger ledger)
{
    private readonly Lock _one = new();

    /// <summary>Of all models together; null for no limit.</summary>
    public decimal? MaxCost { get; init; }

    /// <summary>Limits of single models, by id.</summary>
    public IReadOnlyDictionary<string, decimal> MaxCostOf { get; init; } = new Dictionary<string, decimal>();

    /// <summary>Calls over all models; null for no limit.</summary>
    public int? MaxImages { get; init; }

    /// <summary>Unit of the costs, for messages.</summary>
    public string Currency { get; init; } = "USD";

    /// <summary>The calls that were made.</summary>
    public CallLedger Ledger { get; } = ledger;

    /// <summary>Reserves a call, and keeps it in the ledger.</summary>
    /// <param name="key">Which image.</param>
    /// <param name="price">What the call costs; 0 for nothing.</param>
    /// <returns>Null where it is reserved, else the limit that is in the way.</returns>
    /// <exception cref="ResourceException">The ledger cannot be written.</exception>
    public BudgetLimit? Reserve(CallKey key, decimal price)
    {
        ArgumentNullException.ThrowIfNull(key);
        lock (_one)
        {
            if (MaxImages is { } images && Ledger.Made() >= images)
            {
                return new BudgetLimit($"the limit of {images} images is reached", OfModel: false);
            }

            if (MaxCost is { } most && Ledger.CostOf() + price > most)
            {
                return new BudgetLimit(
                    $"another image for {price} {Currency} would pass the limit of {most} {Currency} ({Ledger.CostOf()} spent or open)",
                    OfModel: false
                );
            }

            if (MaxCostOf.TryGetValue(key.Model, out var mostOf) && Ledger.CostOf(key.Model) + price > mostOf)
            {
                return new BudgetLimit(
                    $"another image of {key.Model} for {price} {Currency} would pass its limit of {mostOf} {Currency} ({Ledger.CostOf(key.Model)} spent or open)",
                    OfModel: true
                );
            }

            Ledger.Add(new CallRecord(key.Model, key.Prompt, key.Seed, CallState.Reserved, price));
            return null;
        }
    }
}

/// <summary>A limit that a call would pass.</summary>
/// <param name="Reason">As the rest of a sentence.</param>
/// <param name="OfModel">Whether other models may go on.</param>
public sealed record BudgetLimit(string Reason, bool OfModel);
