using Semblance.Consistency;
using Semblance.Runs.Formats;
using Semblance.Runs.Inputs.Texts;
using Semblance.Wording;

namespace Semblance.Runs.Inputs;

/// <summary>Sets of images by what their own texts say of prompt, seed and model; folders do not count.</summary>
internal static class TextPrompts
{
    private const long Most = 1L << 30;

    /// <inheritdoc cref="ImageInput.WithTexts"/>
    public static ImageInput Of(ImageInput input, Func<Stream, IReadOnlyDictionary<string, string>> read)
    {
        List<ImageRow> rows = [];
        List<SkippedFile> bad = [];
        foreach (var row in input.Rows)
        {
            try
            {
                using Stream file = row.Held is { } held
                    ? new MemoryStream(held.Container.Read(held.Place, Most))
                    : RegularFile.OpenRead(row.Path, RegularFile.MostOfImage);
                var texts = read(file);
                if (GenerationText.Of(texts) is { } text)
                {
                    rows.Add(
                        row with
                        {
                            Model = text.Model ?? row.Model,
                            Prompt = text.Prompt,
                            Seed = text.Seed ?? row.Seed,
                        }
                    );
                }
                else
                {
                    bad.Add(new SkippedFile(row.Path, FaultOf(texts)));
                }
            }
            catch (Exception error) when (error is InputException || FileFault.IsOne(error))
            {
                bad.Add(
                    new SkippedFile(
                        row.Path,
                        error is InputException
                            ? error.Message
                            : SourceFile.FaultOf(row.Path) ?? SourceFile.FaultOf(error)
                    )
                );
            }
        }

        if (rows.Count == 0)
        {
            throw new InputException(
                Listing.Of([
                    $"No prompt is written in {(bad.Count == 1 ? "the image" : $"any of the {bad.Count} images")}:",
                    .. bad.Select(file => $"  {file.Path}: {file.Reason}"),
                ])
            );
        }

        // A batch of some programs has one seed for several images.
        var shared = rows.CountBy(row => (row.Model, row.Prompt, row.Seed))
            .Where(set => set.Value > 1)
            .Select(set => set.Key)
            .ToHashSet();
        return input with
        {
            Rows = ImageRows.Order(
                rows.Select(row =>
                    shared.Contains((row.Model, row.Prompt, row.Seed))
                        ? row with
                        {
                            Seed = $"{row.Seed} {row.Path}",
                        }
                        : row
                )
            ),
            PromptsAreRaw = true,
            Bad = [.. input.Bad, .. bad],
        };
    }

    private static string FaultOf(IReadOnlyDictionary<string, string> texts) =>
        texts.Count == 0
            ? "holds no texts"
            : $"holds no prompt that is understood (its texts are {string.Join(", ", texts.Keys.Order(StringComparer.Ordinal).Take(6))})";
}
