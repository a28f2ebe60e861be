using System.Globalization;
using Semblance.Reports.Content;
using Semblance.Studies.Files;
using Semblance.Wording;

namespace Semblance.Studies.Running;

/// <summary>Picks a setting of a model that is varied, by a rule that is stated beside it.</summary>
internal static class SettingChoice
{
    /// <summary>A sentence for each model that is varied; none where the study picks none.</summary>
    public static IReadOnlyList<string> Of(StudyFile study, IReadOnlyList<ModelContent> models)
    {
        if (study.AlignmentLoss is not { } loss)
        {
            return [];
        }

        return
        [
            .. study
                .Models.Where(model => model.Varied is not null)
                .GroupBy(model => model.Varied!.Of, model => model.Id)
                .Select(group =>
                    Sentence(
                        group.Key,
                        [.. models.Where(model => group.Contains(model.Name) && model.Alignment is not null)],
                        loss
                    )
                )
                .OfType<string>(),
        ];
    }

    /// <summary>The most consistent one of those that lose no more alignment than allowed; null where there is nothing to pick from.</summary>
    internal static ModelContent? Pick(IReadOnlyList<ModelContent> settings, double loss)
    {
        if (settings.Count == 0)
        {
            return null;
        }

        var best = settings.Max(model => model.Alignment!.Value);
        return settings.Where(model => model.Alignment >= best - loss).MaxBy(model => model.Mean.Value);
    }

    private static string? Sentence(string model, IReadOnlyList<ModelContent> settings, double loss) =>
        Pick(settings, loss) is not { } picked
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"Of {Plural.Of(settings.Count, "setting")} of {model}, {picked.Name} is picked: the most consistent one ({picked.Mean.Value:F2}, {picked.Mean.Low:F2} to {picked.Mean.High:F2}) of those whose mean alignment ({picked.Alignment:F2}) is at most {loss:0.##} points below the best ({settings.Max(one => one.Alignment!.Value):F2})."
            );
}
