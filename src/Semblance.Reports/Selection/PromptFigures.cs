using Semblance.Reports.Content;
using Semblance.Reports.Figures;
using Semblance.Reports.Images;
using Semblance.Runs.Folder;

namespace Semblance.Reports.Selection;

/// <summary>The figures of one prompt; null where images or embeddings are missing.</summary>
internal static class PromptFigures
{
    /// <summary>More models than this do not fit beside each other.</summary>
    private const int MostModels = 6;

    /// <summary>More images than this hide one another on a map.</summary>
    private const int MostOnMap = 120;

    public static Figure? Heat(ReportContent content, PromptPictures pictures, int prompt)
    {
        HeatMap.Panel[] panels =
        [
            .. Models(content)
                .Select(model => (model, Set: pictures.Similarities(prompt, model)))
                .Where(one => one.Set is { Images.Count: > 1 and <= HeatMap.MostImages })
                .Select(one => new HeatMap.Panel(
                    content.Models[one.model].Name,
                    one.model,
                    [.. one.Set!.Images.Select(Seed)],
                    one.Set.Matrix
                )),
        ];
        return panels.Length > 0
            ? HeatMap.Of(content.Prompts[prompt].Prompt, panels, FigureSelection.Facts(content))
            : null;
    }

    public static Figure? Map(ReportContent content, PromptPictures pictures, int prompt)
    {
        var nodes = Models(content)
            .Select(model => (model, Set: pictures.Similarities(prompt, model)))
            .Where(one => one.Set is not null)
            .SelectMany(one =>
                one.Set!.Images.Select(
                    (image, i) =>
                        (
                            Node: new ImageMap.Node(
                                content.Models[one.model].Name,
                                one.model,
                                Seed(image),
                                pictures.Find(prompt, one.model, image.Path)
                            ),
                            Vector: one.Set.Vectors[i]
                        )
                )
            )
            .ToArray();
        if (nodes.Length is < 3 or > MostOnMap)
        {
            return null;
        }

        double[][] cosines =
        [
            .. nodes.Select(one =>
                Array.ConvertAll(nodes, other => SetSimilarities.Cosine(one.Vector.Span, other.Vector.Span))
            ),
        ];
        return ImageMap.Of(
            content.Prompts[prompt].Prompt,
            Array.ConvertAll(nodes, one => one.Node),
            cosines,
            FigureSelection.Facts(content)
        );
    }

    public static Figure? Contacts(ReportContent content, PromptPictures pictures, int prompt)
    {
        ContactSheet.Panel[] panels =
        [
            .. Models(content)
                .Where(model => content.Prompts[prompt].Sets[model].Images.Count > 0)
                .Select(model => new ContactSheet.Panel(
                    content.Models[model].Name,
                    model,
                    content.Prompts[prompt].Sets[model].Score.Scs,
                    [.. Cells(content, pictures, prompt, model)]
                )),
        ];
        return panels.Length > 0
            ? ContactSheet.Of(content.Prompts[prompt].Prompt, panels, FigureSelection.Facts(content))
            : null;
    }

    /// <summary>What names an image on a page: its seed, or else its file.</summary>
    public static string Seed(ImageRecord image) => image.Seed ?? Path.GetFileNameWithoutExtension(image.Path);

    private static IEnumerable<ContactSheet.Cell> Cells(
        ReportContent content,
        PromptPictures pictures,
        int prompt,
        int model
    )
    {
        var similarities = pictures.Similarities(prompt, model);
        var means = similarities?.Means();
        foreach (var image in content.Prompts[prompt].Sets[model].Images.Take(60))
        {
            var at = similarities?.Images.ToList().IndexOf(image) ?? -1;
            yield return new ContactSheet.Cell(
                Seed(image),
                pictures.Find(prompt, model, image.Path),
                at < 0 ? null : means![at]
            );
        }
    }

    private static IEnumerable<int> Models(ReportContent content) =>
        content.LeadingPair is { } pair && content.Models.Count > MostModels
            ? [content.PlaceOf(pair.First), content.PlaceOf(pair.Second)]
            : Enumerable.Range(0, Math.Min(content.Models.Count, MostModels));
}
