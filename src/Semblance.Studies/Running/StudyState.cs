using Semblance.Remote;
using Semblance.Remote.Calls;
using Semblance.Runs.Generating;
using Semblance.Studies.Files;

namespace Semblance.Studies.Running;

/// <summary>How far a model of a study is, and what is left.</summary>
/// <param name="Model">Id.</param>
/// <param name="Source">Where its images come from, in words.</param>
/// <param name="Asked">Images that were asked for.</param>
/// <param name="There">Of those, how many are there.</param>
/// <param name="Filtered">How many a filter took; they are not asked for again.</param>
/// <param name="Blank">How many were of one colour; they are not asked for again.</param>
/// <param name="Failed">How many failed at the last attempt; the next run asks again.</param>
/// <param name="Open">How many a server may be making, or whose fate is unknown.</param>
/// <param name="Left">How many calls the next run makes.</param>
public sealed record ModelState(
    string Model,
    string Source,
    int Asked,
    int There,
    int Filtered,
    int Blank,
    int Failed,
    int Open,
    int Left
)
{
    /// <summary>What an image costs; null where it is free or not known.</summary>
    public decimal? Price { get; init; }

    /// <summary>What its calls cost so far, those of unknown fate included.</summary>
    public decimal Spent { get; init; }

    /// <summary>Images that a probe of its seeds needs first: 3, or 0 where it is done or not needed.</summary>
    public int Probes { get; init; }

    /// <summary>What its seeds are worth, where that was probed.</summary>
    public SeedWorth? Seeds { get; init; }

    /// <summary>Seconds that an image took, in the middle; null where none was made yet.</summary>
    public double? SecondsPerImage { get; init; }

    /// <summary>Whether its images are in a data set that has to be downloaded first.</summary>
    public bool IsLacking { get; init; }

    /// <summary>What the calls that are left cost; null where no price is known.</summary>
    public decimal? Cost => Price is { } price ? price * (Left + Probes) : null;
}

/// <summary>How far a study is, found without a single call.</summary>
/// <param name="Name">Of the study.</param>
/// <param name="Run">Its run folder.</param>
/// <param name="Currency">Unit of the amounts.</param>
/// <param name="Models">In the order of the file.</param>
/// <param name="Spent">Over all models.</param>
public sealed record StudyState(
    string Name,
    string Run,
    string Currency,
    IReadOnlyList<ModelState> Models,
    decimal Spent
)
{
    /// <summary>Seconds that the calls take that are left, servers side by side; null where nothing is known.</summary>
    public double? Seconds { get; init; }

    /// <summary>Limits that the calls that are left would pass, in sentences.</summary>
    public IReadOnlyList<string> Limits { get; init; } = [];

    /// <summary>Looks into the run folder.</summary>
    /// <exception cref="InputException">The folder is of another study, or images that are named are not there.</exception>
    public static StudyState Of(StudyFile study)
    {
        ArgumentNullException.ThrowIfNull(study);
        var folder = new StudyFolder(StudyDatasets.Find(study));
        folder.Check();
        using var ledger = CallLedger.Open(folder.Calls);
        return Of(folder, ledger);
    }

    internal static StudyState Of(StudyFolder folder, CallLedger ledger)
    {
        var study = folder.Study;
        var probes = folder.ReadProbes();
        var calls = ledger.All().ToLookup(call => call.Model);
        ModelState[] models =
        [
            .. study.Models.Select(model =>
                model.Source is FolderSource source
                    ? OfFolder(study, model, source)
                    : Of(folder, model, calls[model.Id], probes.GetValueOrDefault(model.Id), ledger.CostOf(model.Id))
            ),
        ];
        return new StudyState(study.Name, study.Run, study.Budget.Currency, models, ledger.CostOf())
        {
            Seconds = Time(study, models),
            Limits = [.. LimitsOf(study, models, ledger)],
        };
    }

    private static ModelState OfFolder(StudyFile study, StudyModel model, FolderSource source)
    {
        if (source.Dataset is { } dataset)
        {
            return new ModelState(model.Id, $"data set {dataset}", model.Images, 0, 0, 0, 0, 0, 0) { IsLacking = true };
        }

        (var rows, var missing) = FolderImages.Read(study, model, source);
        return new ModelState(model.Id, $"folder {source.Path}", rows.Count + missing, rows.Count, 0, 0, 0, 0, 0);
    }

    private static ModelState Of(
        StudyFolder folder,
        StudyModel model,
        IEnumerable<CallRecord> calls,
        StoredProbe? probe,
        decimal spent
    )
    {
        var known = calls.ToDictionary(call => (call.Prompt, call.Seed));
        var count = new Dictionary<CallState, int>();
        (var there, var left) = (0, 0);
        foreach (var prompt in StudyCells.Requests(model).GroupBy(request => request.Prompt))
        {
            var files = GenerateStage.FilesOf(folder.Run, model.Id, prompt.Key);
            foreach (var request in prompt)
            {
                if (files.ContainsKey(request.Name))
                {
                    there++;
                    continue;
                }

                var call = known.GetValueOrDefault((request.Prompt, request.Name));
                left += StudyCells.IsRefused(call) ? 0 : 1;
                if (call is not null)
                {
                    count[call.State] = count.GetValueOrDefault(call.State) + 1;
                }
            }
        }

        var seconds = known.Values.Select(call => call.Seconds).OfType<double>().Order().ToArray();
        var server = model.Source as ServerSource;
        return new ModelState(
            model.Id,
            StudyCells.SourceText(model.Source),
            model.Images,
            there,
            count.GetValueOrDefault(CallState.Filtered),
            count.GetValueOrDefault(CallState.Blank),
            count.GetValueOrDefault(CallState.Failed),
            count.GetValueOrDefault(CallState.Submitted)
                + count.GetValueOrDefault(CallState.Unknown)
                + count.GetValueOrDefault(CallState.Reserved),
            left
        )
        {
            Price = server?.Model.PricePerImage,
            Spent = spent,
            Seeds = probe?.Worth,
            Probes =
                left > 0
                && probe is null
                && server is { SaysSeeds: null }
                && folder.Study.Checks.ProbeSeed
                && !model.IsRepeated
                    ? 3
                    : 0,
            SecondsPerImage = seconds.Length > 0 ? seconds[seconds.Length / 2] : null,
        };
    }

    private static double? Time(StudyFile study, ModelState[] states)
    {
        var servers = study
            .Models.Zip(states)
            .Where(one => one.First.Source is ServerSource && one.Second.Left > 0)
            .GroupBy(one => ((ServerSource)one.First.Source).Server.Name)
            .Select(one =>
                one.Sum(model =>
                    model.Second.SecondsPerImage is { } seconds
                        ? seconds * (model.Second.Left + model.Second.Probes)
                        : double.NaN
                ) / ((ServerSource)one.First().First.Source).Server.Concurrency
            )
            .ToArray();
        return servers.Length > 0 && servers.All(double.IsFinite) ? servers.Max() : null;
    }

    private static IEnumerable<string> LimitsOf(StudyFile study, ModelState[] models, CallLedger ledger)
    {
        var budget = study.Budget;
        var cost = models.Sum(model => model.Cost ?? 0);
        if (budget.MaxCost is { } most && ledger.CostOf() + cost > most)
        {
            yield return $"The calls that are left cost {cost} {budget.Currency}, and {most - ledger.CostOf()} of max_cost are left.";
        }

        foreach (var model in models)
        {
            if (budget.MaxCostOf.TryGetValue(model.Model, out var mostOf) && model.Spent + (model.Cost ?? 0) > mostOf)
            {
                yield return $"The calls of {model.Model} that are left cost {model.Cost ?? 0} {budget.Currency}, and {mostOf - model.Spent} of its limit are left.";
            }
        }

        var calls = study
            .Models.Zip(models)
            .Where(one => one.First.Source is ServerSource)
            .Sum(one => one.Second.Left + one.Second.Probes);
        if (budget.MaxImages is { } images && ledger.Made() + calls > images)
        {
            yield return $"{calls} calls are left, and {Math.Max(0, images - ledger.Made())} of max_images are left.";
        }
    }
}
