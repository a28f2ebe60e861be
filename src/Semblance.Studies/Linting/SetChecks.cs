using System.Buffers;
using Semblance.Prompts;
using Semblance.Runs.Folder;
using Semblance.Runs.Inputs;
using Semblance.Text;
using Semblance.Wording;

namespace Semblance.Studies.Linting;

/// <summary>How the sets are made up: seeds that are missing, prompts that not all models have, names that collide.</summary>
internal static class SetChecks
{
    private static readonly SearchValues<char> ReservedElsewhere = SearchValues.Create("<>:\"|?*\\");

    public static IEnumerable<LintFinding?> Of(IReadOnlyList<ImageRow> rows)
    {
        var models = rows.GroupBy(row => row.Model).ToArray();
        yield return OfModels(
            models,
            "missing-seeds",
            MissingSeeds,
            count => $"{(count == 1 ? "lacks" : "lack")} seeds that other prompts of the model have",
            "Models are compared on shared seeds where they have some; a set with fewer images is less certain.",
            "Make the missing images, or remove these seeds from all prompts."
        );
        yield return OfModels(
            models,
            "unequal-sets",
            UnequalSets,
            count => $"{(count == 1 ? "has" : "have")} another number of images than most of its model",
            "The score is a mean over pairs, so it stays unbiased, but sets of other sizes are not equally certain.",
            "Make as many images for each prompt."
        );
        yield return Finding.Of(
            "tiny-sets",
            Severity.Error,
            [
                .. rows.CountBy(row => (row.Model, row.Prompt))
                    .Where(set => set.Value < 2)
                    .Select(set => $"{Finding.Name(set.Key.Model)}, {QuotedPrompt.Of(set.Key.Prompt)}"),
            ],
            count => $"{Plural.Of(count, "set")} {(count == 1 ? "has" : "have")} one image, and so no pair to score.",
            "A set without a pair has no score and is left out.",
            "Make at least two images for each prompt, better ten or more."
        );
        yield return Finding.Of(
            "unmatched-prompts",
            Severity.Warning,
            [.. Unmatched(models)],
            count => $"{Plural.Of(count, "prompt")} {(count == 1 ? "is" : "are")} not there for every model.",
            "Models are compared prompt by prompt: a prompt that one lacks is left out for all.",
            "Make the missing sets, or check the spelling; declare words that one model's prompts end with as its suffix."
        );
        yield return Finding.Of(
            "colliding-names",
            Severity.Warning,
            [.. Colliding(rows)],
            count => $"{Plural.Of(count, "name")} {(count == 1 ? "is" : "are")} not kept on other systems.",
            "On Windows and macOS names that differ in case or form alone are one, and some characters cannot be in a name: a copy loses images.",
            "Rename these folders or files."
        );
    }

    /// <summary>Sets that differ from the others of their model.</summary>
    private static LintFinding? OfModels(
        IEnumerable<IGrouping<string, ImageRow>> models,
        string id,
        Func<IGrouping<string, ImageRow>, IEnumerable<string>> differing,
        Func<int, string> what,
        string why,
        string fix
    ) =>
        Finding.Of(
            id,
            Severity.Warning,
            [.. models.SelectMany(differing)],
            count => $"{Plural.Of(count, "set")} {what(count)}.",
            why,
            fix
        );

    private static IEnumerable<string> MissingSeeds(IGrouping<string, ImageRow> model)
    {
        var sets = model
            .GroupBy(row => row.Prompt)
            .Select(set => (Prompt: set.Key, Seeds: set.Select(row => row.Seed).OfType<string>().ToHashSet()))
            .ToArray();
        var held = sets.SelectMany(set => set.Seeds).CountBy(seed => seed).ToArray();
        // Own numbers for each prompt are no fault: most seeds have to be those of most prompts.
        string[] shared = [.. held.Where(seed => 2 * seed.Value > sets.Length).Select(seed => seed.Key)];
        string[] usual =
        [
            .. (2 * shared.Length >= held.Length ? held.Select(seed => seed.Key) : shared).Order(NaturalOrder.Instance),
        ];
        foreach (var (prompt, seeds) in sets)
        {
            string[] missing = [.. usual.Where(seed => !seeds.Contains(seed))];
            if (missing.Length > 0)
            {
                yield return $"{Finding.Name(model.Key)}, {QuotedPrompt.Of(prompt)}: {Listing.Joined(missing, 5)}";
            }
        }
    }

    private static IEnumerable<string> UnequalSets(IGrouping<string, ImageRow> model)
    {
        var sizes = model.CountBy(row => row.Prompt).ToArray();
        var usual = sizes.CountBy(set => set.Value).MaxBy(size => size.Value).Key;
        return sizes
            .Where(set => set.Value != usual)
            .Select(set =>
                $"{Finding.Name(model.Key)}, {QuotedPrompt.Of(set.Key)}: {Plural.Of(set.Value, "image")}, others {usual}"
            );
    }

    private static IEnumerable<string> Unmatched(IGrouping<string, ImageRow>[] models)
    {
        if (models.Length < 2)
        {
            return [];
        }

        return models
            .SelectMany(model =>
                model
                    .Select(row => row.Prompt)
                    .Distinct()
                    .Select(prompt => (Key: PromptKey.Of(prompt), Prompt: prompt, Model: model.Key))
            )
            .GroupBy(one => one.Key)
            .Where(prompt => prompt.Select(one => one.Model).Distinct().Count() < models.Length)
            .Select(prompt =>
                $"{QuotedPrompt.Of(prompt.First().Prompt)}: only {Listing.Joined([.. prompt.Select(one => Finding.Name(one.Model)).Distinct()], 3)}"
            );
    }

    private static IEnumerable<string> Colliding(IReadOnlyList<ImageRow> rows)
    {
        var names = rows.Select(row => row.Path)
            .Distinct()
            .GroupBy(path => path.Normalize().ToUpperInvariant())
            .Where(same => same.Skip(1).Any());
        foreach (var same in names)
        {
            yield return $"{same.First()} and {same.ElementAt(1)}";
        }

        foreach (var folder in rows.Select(row => Path.GetDirectoryName(row.Path) ?? "").Distinct())
        {
            var name = Path.GetFileName(folder);
            if (name.AsSpan().ContainsAny(ReservedElsewhere) || name.EndsWith('.') || name.EndsWith(' '))
            {
                yield return folder;
            }
        }

        // Folders of one place that differ in case alone, whatever files they hold.
        var byPlace = rows.Select(row => Path.GetDirectoryName(row.Path) ?? "")
            .Distinct()
            .GroupBy(folder => Path.GetDirectoryName(folder) ?? "");
        foreach (var place in byPlace)
        {
            if (SafeName.CaseClash(place.Select(folder => Path.GetFileName(folder))) is { } clash)
            {
                yield return $"{Path.Combine(place.Key, clash.One)} and {clash.Other}";
            }
        }
    }
}
