using Semblance.Remote;
using Semblance.Reports.Content;
using Semblance.Studies.Files;
using Semblance.Wording;

namespace Semblance.Studies.Running;

/// <summary>What the page of a study says beyond that of a run: what seeds are worth, which images are missing, what gates decided.</summary>
/// <param name="Study">As the file describes it.</param>
/// <param name="State">After the images were made.</param>
/// <param name="Decisions">Of gates, a sentence each.</param>
internal sealed record StudyNotes(StudyFile Study, StudyState State, IReadOnlyList<string> Decisions)
{
    /// <summary>All of it, for a hash of what the page was made from.</summary>
    public string Text() =>
        string.Join('\n', [.. Decisions, .. Cautions(), .. Seeds().Select(seed => $"{seed.Key} {seed.Value}")]);

    public ReportContent AddTo(ReportContent content, IReadOnlyList<string> choices)
    {
        var seeds = Seeds();
        IEnumerable<KeyValuePair<string, string>> WorthOf(string model) =>
            seeds.TryGetValue(model, out var worth) ? [new("seed probe", worth)] : [];
        IEnumerable<KeyValuePair<string, string>> LabelOf(string model) =>
            Study.Models.FirstOrDefault(one => one.Id == model)?.Label is { } label ? [new("label", label)] : [];
        string[] decisions = [.. Decisions, .. choices];
        return content with
        {
            Cautions = [.. content.Cautions, .. Cautions()],
            Decision = decisions.Length > 0 ? string.Join(' ', decisions) : content.Decision,
            Recipes =
            [
                .. content.Recipes.Select(recipe =>
                    recipe with
                    {
                        Parts = [.. LabelOf(recipe.Model), .. recipe.Parts, .. WorthOf(recipe.Model)],
                    }
                ),
            ],
        };
    }

    private Dictionary<string, string> Seeds()
    {
        var probes = new StudyFolder(Study).ReadProbes();
        return Study
            .Models.Where(model => probes.ContainsKey(model.Id))
            .ToDictionary(model => model.Id, model => StudyProbes.Text(probes[model.Id]));
    }

    private IEnumerable<string> Cautions()
    {
        foreach (var model in State.Models)
        {
            if (model.Seeds is { } worth and not SeedWorth.Exact)
            {
                yield return $"{model.Model}: {Seeds()[model.Model]}.";
            }

            if (model.Filtered + model.Blank > 0)
            {
                yield return $"{model.Model}: {Plural.Of(model.Filtered + model.Blank, "image")} of {model.Asked} {(model.Filtered + model.Blank == 1 ? "was" : "were")} taken by a filter or blank, and {(model.Filtered + model.Blank == 1 ? "is" : "are")} not scored; the score is of prompts and seeds that pass the filter.";
            }

            if (model.Failed + model.Open > 0)
            {
                yield return $"{model.Model}: {Plural.Of(model.Failed + model.Open, "image")} of {model.Asked} did not come; run the study again to ask for {(model.Failed + model.Open == 1 ? "it" : "them")}.";
            }
        }

        string[] repeated = [.. Study.Models.Where(model => model.IsRepeated).Select(model => model.Id)];
        if (repeated.Length > 0)
        {
            yield return $"{Listing.Joined(repeated, 5)}: there are no seeds, so the images of a prompt are repetitions that nobody can make again.";
        }
    }
}
