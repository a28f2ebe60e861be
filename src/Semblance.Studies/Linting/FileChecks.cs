using Semblance.Imaging;
using Semblance.Wording;

namespace Semblance.Studies.Linting;

/// <summary>What the files of a data set are: damaged, of other sizes, formats and qualities.</summary>
internal static class FileChecks
{
    public static IEnumerable<LintFinding?> Of(IReadOnlyList<LintedImage> images)
    {
        LintedImage[] good = [.. images.Where(image => image.Fault is null)];
        yield return Finding.Of(
            "broken-files",
            Severity.Error,
            [.. images.Where(image => image.Fault is not null).Select(image => $"{image.Row.Path} {image.Fault}")],
            count => $"{Plural.Of(count, "file")} cannot be read.",
            "Scoring stops at a file that cannot be read, or leaves it out of its set.",
            "Make or copy these images again, or remove them."
        );
        yield return Finding.Of(
            "orientation-tags",
            Severity.Warning,
            [.. good.Where(image => image.Remarks.HasFlag(ImageRemarks.NotTurned)).Select(image => image.Row.Path)],
            count =>
                $"{Plural.Of(count, "file")} {Are(count)} to be turned, as a tag says, and {Are(count)} read as stored.",
            "The encoder reads these images turned by 90 or 180 degrees, which makes them unlike the upright ones.",
            "Turn the pixels and remove the tag."
        );
        yield return Finding.Of(
            "colour-profiles",
            Severity.Note,
            [.. good.Where(image => image.Facts!.HasProfile).Select(image => image.Row.Path)],
            count => $"{Plural.Of(count, "file")} {(count == 1 ? "has" : "have")} a colour profile, which is ignored.",
            "Profiles other than sRGB shift all colours; models whose files have other profiles are not compared on the same colours.",
            "Convert to sRGB before scoring, for all models alike."
        );
        yield return Finding.Of(
            "several-frames",
            Severity.Note,
            [
                .. good.Where(image => image.Remarks.HasFlag(ImageRemarks.FirstOfSeveral))
                    .Select(image => image.Row.Path),
            ],
            count =>
                $"{Plural.Of(count, "file")} {(count == 1 ? "holds" : "hold")} several images, of which the first is read.",
            "The other images are not part of the score.",
            "Save each image as a file."
        );
        foreach (var finding in Differences(good))
        {
            yield return finding;
        }
    }

    private static IEnumerable<LintFinding?> Differences(LintedImage[] images)
    {
        yield return Within(
            images,
            image => $"{image.Width}x{image.Height}",
            "mixed-sizes",
            Severity.Warning,
            "images of other sizes",
            "The encoder resizes and crops each image; other sizes lose other parts, which makes images of one set less alike.",
            "Make all images of a model at one size."
        );
        yield return Between(
            images,
            image => $"{image.Width}x{image.Height}",
            "other-size-between-models",
            Severity.Warning,
            "at other sizes",
            "A difference between the models is then partly one of size: sharpness and crop move the similarity.",
            "Make the images of all models at one size."
        );
        yield return Between(
            images,
            image => $"{(double)image.Width / image.Height:0.00}",
            "other-aspect-between-models",
            Severity.Warning,
            "in other proportions (width by height)",
            "The encoder reads the central square: of a wide image it does not see the sides.",
            "Make the images of all models in one proportion."
        );
        yield return Within(
            images,
            image => image.Facts!.Format,
            "mixed-formats",
            Severity.Warning,
            "files of other formats",
            "Lossy formats leave traces that the encoder is sensitive to.",
            "Save all images of a model in one format, PNG if you can."
        );
        yield return Between(
            images,
            image => image.Facts!.Format,
            "other-format-between-models",
            Severity.Warning,
            "in other formats",
            "JPEG and WebP smooth images and add blocks, in all images of a model alike: that raises its similarity.",
            "Save the images of all models in one format, PNG if you can."
        );
        LintedImage[] jpegs = [.. images.Where(image => image.Facts!.Tables is not null)];
        yield return Within(
            jpegs,
            Quality,
            "mixed-jpeg-quality",
            Severity.Warning,
            "JPEG files of other qualities (by their quantisation tables)",
            "Compression moves embeddings; other qualities within a set make its images less alike.",
            "Save all images of a model at one quality."
        );
        yield return Between(
            jpegs,
            Quality,
            "other-jpeg-quality-between-models",
            Severity.Warning,
            "as JPEG of other qualities (by their quantisation tables)",
            "The stronger compression smooths its model's images, which moves the difference between the models.",
            "Save the images of all models at one quality, or as PNG."
        );
        yield return RecipeFinding(images);
    }

    private static LintFinding? RecipeFinding(LintedImage[] images)
    {
        List<string> examples = [];
        foreach (var model in images.Where(image => image.Recipe is not null).GroupBy(image => image.Row.Model))
        {
            var recipes = model.CountBy(image => image.Recipe!).OrderByDescending(recipe => recipe.Value).ToArray();
            if (recipes.Length > 1)
            {
                examples.Add(
                    $"{Finding.Name(model.Key)}: {FirstDifference(recipes[0].Key, recipes[1].Key)} ({recipes[0].Value} and {recipes[1].Value} images)"
                );
            }
        }

        return Finding.Of(
            "mixed-recipes",
            Severity.Error,
            examples,
            count => $"The images of {Plural.Of(count, "model")} were made in several ways, as their texts say.",
            "The score is then of a mixture: other steps, samplers or checkpoints make other images.",
            "Score each way as a model of its own."
        );
    }

    private static string FirstDifference(string one, string other)
    {
        var theirs = other.Split(", ").ToHashSet();
        var ours = one.Split(", ").ToHashSet();
        return $"{ours.FirstOrDefault(part => !theirs.Contains(part)) ?? "a setting more"} and {theirs.FirstOrDefault(part => !ours.Contains(part)) ?? "none"}";
    }

    private static string Quality(LintedImage image) => $"{image.Facts!.Quality} [{image.Facts.Tables}]";

    /// <summary>Models whose own images differ.</summary>
    private static LintFinding? Within(
        IReadOnlyList<LintedImage> images,
        Func<LintedImage, string> of,
        string id,
        Severity severity,
        string what,
        string why,
        string fix
    )
    {
        List<string> examples = [];
        foreach (var model in images.GroupBy(image => image.Row.Model))
        {
            var kinds = model.GroupBy(of).OrderByDescending(kind => kind.Count()).ToArray();
            if (kinds.Length > 1)
            {
                examples.Add(
                    $"{Finding.Name(model.Key)}: {string.Join(", ", kinds.Take(3).Select(kind => $"{kind.Count()} of {kind.Key}"))}; for example {kinds[^1].First().Row.Path}"
                );
            }
        }

        return Finding.Of(
            id,
            severity,
            examples,
            count => $"{Plural.Of(count, "model")} {(count == 1 ? "has" : "have")} {what}.",
            why,
            fix
        );
    }

    /// <summary>Models whose images are all alike in something, and differ in it from those of other models.</summary>
    private static LintFinding? Between(
        IReadOnlyList<LintedImage> images,
        Func<LintedImage, string> of,
        string id,
        Severity severity,
        string what,
        string why,
        string fix
    )
    {
        var kinds = images
            .GroupBy(image => image.Row.Model)
            .Select(model => (Model: model.Key, Kind: model.CountBy(of).MaxBy(kind => kind.Value).Key))
            .ToArray();
        if (kinds.Length == 0)
        {
            return null;
        }

        var usual = kinds.CountBy(model => model.Kind).MaxBy(kind => kind.Value).Key;
        return
            Finding.Of(
                id,
                severity,
                kinds.Select(model => model.Kind).Distinct().Skip(1).Any()
                    ? [.. kinds.Select(model => $"{Finding.Name(model.Model)}: {model.Kind}")]
                    : [],
                _ =>
                    $"{Plural.Of(kinds.Count(model => model.Kind != usual), "model")} {Are(kinds.Count(model => model.Kind != usual))} {what} than the others.",
                why,
                fix
            )
                is { } finding
            ? finding with
            {
                Count = kinds.Count(model => model.Kind != usual),
            }
            : null;
    }

    private static string Are(int count) => count == 1 ? "is" : "are";
}
