using Semblance.Text;
using Semblance.Wording;

namespace Semblance.Runs.Inputs;

/// <summary>Checks and orders the rows of all kinds of image input.</summary>
internal static class ImageRows
{
    /// <summary>
    /// Sorted by model, prompt (ordinal), seed, path (natural order).
    /// </summary>
    /// <exception cref="InputException">The same model, prompt and seed twice, or the same file twice in a set.</exception>
    public static IReadOnlyList<ImageRow> Order(IEnumerable<ImageRow> rows)
    {
        ImageRow[] sorted =
        [
            .. rows.OrderBy(row => row.Model, StringComparer.Ordinal)
                .ThenBy(row => row.Prompt, StringComparer.Ordinal)
                .ThenBy(row => row.Seed ?? Path.GetFileName(row.Path), NaturalOrder.Instance)
                .ThenBy(row => row.Path, NaturalOrder.Instance),
        ];
        List<string> faults = [];
        HashSet<(string, string, string)> seeds = [];
        HashSet<(string, string, string)> files = [];
        foreach (var row in sorted)
        {
            if (row.Seed is not null && !seeds.Add((row.Model, row.Prompt, row.Seed)))
            {
                faults.Add(
                    $"  model \"{row.Model}\", prompt {QuotedPrompt.Of(row.Prompt)}, seed {row.Seed}: {row.Path}"
                );
            }
            else if (!files.Add((row.Model, row.Prompt, Path.GetFullPath(row.Path))))
            {
                faults.Add($"  model \"{row.Model}\", prompt {QuotedPrompt.Of(row.Prompt)}: {row.Path}");
            }
        }

        return faults.Count == 0
            ? sorted
            : throw new InputException(
                Listing.Of([
                    "These images are given twice (the same model, prompt and seed, or the same file in one set):",
                    .. faults,
                ])
            );
    }
}
