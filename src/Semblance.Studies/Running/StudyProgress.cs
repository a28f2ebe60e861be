using System.Globalization;
using Semblance.Remote.Calls;

namespace Semblance.Studies.Running;

/// <summary>Counts the images of all models of a study while several servers work at once.</summary>
/// <param name="ledger">Has the cost.</param>
/// <param name="currency">Of the cost.</param>
/// <param name="total">Images that there will be.</param>
/// <param name="there">How many of them are there at the start.</param>
/// <param name="report">Receives how far it is.</param>
internal sealed class StudyProgress(CallLedger ledger, string currency, int total, int there, Action<StageCount> report)
{
    private readonly Lock _one = new();
    private readonly Dictionary<string, (int Done, int Of)> _models = [];
    private readonly Dictionary<string, int> _before = [];
    private int _lost;

    /// <summary>Shows the count as it begins.</summary>
    public void Start()
    {
        lock (_one)
        {
            Tell();
        }
    }

    /// <summary>Notes how many images of a model are there.</summary>
    public void Set(string model, int done, int of)
    {
        lock (_one)
        {
            _before.TryAdd(model, done);
            _models[model] = (done, of);
            Tell();
        }
    }

    /// <summary>Notes an image that will not come.</summary>
    public void Lose()
    {
        lock (_one)
        {
            _lost++;
            Tell();
        }
    }

    private void Tell()
    {
        var made = _models.Sum(model => model.Value.Done - _before[model.Key]);
        var working = _models
            .Where(model => model.Value.Done < model.Value.Of)
            .Select(model => $"{model.Key} {model.Value.Done}/{model.Value.Of}")
            .Take(3);
        var cost = ledger.CostOf();
        string[] beside =
        [
            .. working,
            .. cost > 0 ? [string.Create(CultureInfo.InvariantCulture, $"{cost} {currency}")] : Array.Empty<string>(),
        ];
        report(
            new StageCount(
                Math.Min(total, there + made + _lost),
                total,
                Free: there,
                Beside: beside.Length > 0 ? string.Join(", ", beside) : null
            )
        );
    }
}
