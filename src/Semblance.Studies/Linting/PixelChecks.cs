using Semblance.Wording;

namespace Semblance.Studies.Linting;

/// <summary>What is on the images: nothing, the same, or something that all of them have.</summary>
internal static class PixelChecks
{
    /// <summary>Mean difference of samples, of 255 levels, below which two images of a set count as the same.</summary>
    private const double NearLevels = 1.0;

    /// <summary>A cell whose samples differ by no more than this over all images of a model is constant.</summary>
    private const int ConstantRange = 3;

    /// <summary>Fewer images may have the same cells by chance.</summary>
    private const int FewestForMarks = 8;

    private const double LeastPart = 0.004;

    public static IEnumerable<LintFinding?> Of(IReadOnlyList<LintedImage> images)
    {
        LintedImage[] good = [.. images.Where(image => image.Fault is null)];
        yield return Finding.Of(
            "black-images",
            Severity.Error,
            [.. good.Where(image => image.IsBlack).Select(image => image.Row.Path)],
            count =>
                $"{Plural.Of(count, "image")} {(count == 1 ? "is" : "are")} black, as safety filters and numeric faults leave them.",
            "Black images are all alike: a few of them move the score of a set by many points.",
            "Remove them, and report how many there were."
        );
        yield return Finding.Of(
            "blank-images",
            Severity.Error,
            [.. good.Where(image => image.IsBlank && !image.IsBlack).Select(image => image.Row.Path)],
            count => $"{Plural.Of(count, "image")} {(count == 1 ? "is" : "are")} of one colour.",
            "Images of one colour are all alike and unlike the others: they move the score of a set.",
            "Remove them, and find out why they were made."
        );
        LintedImage[] seen = [.. good.Where(image => !image.IsBlank)];
        var sets = seen.GroupBy(image => (image.Row.Model, image.Row.Prompt)).ToArray();
        yield return Finding.Of(
            "equal-images",
            Severity.Error,
            [
                .. sets.SelectMany(set =>
                    set.GroupBy(image => image.Hash)
                        .Where(same => same.Skip(1).Any())
                        .Select(same =>
                            $"{same.First().Row.Path} = {same.ElementAt(1).Row.Path}{(same.Count() > 2 ? $" and {same.Count() - 2} more" : "")}"
                        )
                ),
            ],
            count =>
                $"{Plural.Of(count, "image")} {(count == 1 ? "is" : "are")} there more than once within a set, byte for byte.",
            "Each such pair counts as a similarity of 100: the seed was ignored, or files were copied.",
            "Check that the seed reaches the model, and make these images again."
        );
        yield return Finding.Of(
            "near-equal-images",
            Severity.Warning,
            [.. sets.SelectMany(NearPairs)],
            count =>
                $"{Plural.Of(count, "pair")} of images of a set {(count == 1 ? "is" : "are")} nearly the same (less than {NearLevels} of 255 levels apart).",
            "The seed may be ignored: two images of one seed differ by rounding only, and count as a similarity near 100.",
            "Compare the images; if the seed was ignored, make them again."
        );
        yield return Finding.Of(
            "equal-images-between-sets",
            Severity.Warning,
            [
                .. seen.DistinctBy(image => (image.Row.Model, image.Row.Prompt, image.Hash))
                    .GroupBy(image => image.Hash)
                    .Where(same => same.Skip(1).Any())
                    .Select(same => $"{same.First().Row.Path} = {same.ElementAt(1).Row.Path}"),
            ],
            count => $"{Plural.Of(count, "image")} {(count == 1 ? "is" : "are")} in several sets, byte for byte.",
            "The same image under two prompts or models makes their scores depend on each other.",
            "Check the names of folders and files."
        );
        yield return Finding.Of(
            "constant-regions",
            Severity.Warning,
            [.. seen.GroupBy(image => image.Row.Model).Select(Constant).OfType<string>()],
            count =>
                $"The images of {Plural.Of(count, "model")} have a region that is the same in all of them, such as a watermark, a border or a bar.",
            "What all images share raises their similarity, whatever the model drew.",
            "Switch the watermark off, or crop the region from the images of all models."
        );
    }

    private static IEnumerable<string> NearPairs(IEnumerable<LintedImage> set)
    {
        LintedImage[] images = [.. set.DistinctBy(image => image.Hash)];
        for (var i = 0; i < images.Length; i++)
        {
            for (var j = i + 1; j < images.Length; j++)
            {
                if (
                    (images[i].Width, images[i].Height) == (images[j].Width, images[j].Height)
                    && AreNear(images[i].Samples, images[j].Samples)
                )
                {
                    yield return $"{images[i].Row.Path} and {images[j].Row.Path}";
                }
            }
        }
    }

    private static bool AreNear(byte[] one, byte[] other)
    {
        var most = (int)(NearLevels * one.Length);
        var sum = 0;
        for (var i = 0; i < one.Length; i++)
        {
            sum += Math.Abs(one[i] - other[i]);
            if (sum > most)
            {
                return false;
            }
        }

        return true;
    }

    private static string? Constant(IGrouping<string, LintedImage> model)
    {
        // One prompt's images may share a background.
        if (model.Count() < FewestForMarks || !model.Select(image => image.Row.Prompt).Distinct().Skip(1).Any())
        {
            return null;
        }

        var first = model.First().Samples;
        (var least, var most) = ((byte[])first.Clone(), (byte[])first.Clone());
        foreach (var image in model)
        {
            for (var i = 0; i < least.Length; i++)
            {
                least[i] = Math.Min(least[i], image.Samples[i]);
                most[i] = Math.Max(most[i], image.Samples[i]);
            }
        }

        const int Grid = LintedImage.Grid;
        (var left, var right, var top, var bottom, var cells) = (Grid, -1, Grid, -1, 0);
        for (var cell = 0; cell < Grid * Grid; cell++)
        {
            if (Enumerable.Range(cell * 3, 3).All(i => most[i] - least[i] <= ConstantRange))
            {
                (left, right) = (Math.Min(left, cell % Grid), Math.Max(right, cell % Grid));
                (top, bottom) = (Math.Min(top, cell / Grid), Math.Max(bottom, cell / Grid));
                cells++;
            }
        }

        return cells >= LeastPart * Grid * Grid
            ? $"{Finding.Name(model.Key)}: {100.0 * cells / (Grid * Grid):0.#}% of the area, from {100 * left / Grid}% to {100 * (right + 1) / Grid}% across and {100 * top / Grid}% to {100 * (bottom + 1) / Grid}% down"
            : null;
    }
}
