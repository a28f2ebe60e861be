using System.Globalization;
using Semblance.Reports.Content;
using Semblance.Reports.Images;
using Semblance.Reports.Scenes;
using Semblance.Reports.Selection;
using Semblance.Text;

namespace Semblance.Reports.Pages;

/// <summary>Every prompt in one row: typical and odd image, the scores of the models, and the difference of the leading pair as number and bar.</summary>
internal static class PromptTable
{
    private const double BarWidth = 120;
    private const double BarHeight = 14;

    /// <summary>With more prompts than this the bars would be a third of the page.</summary>
    private const int MostWithBars = 1000;

    /// <summary>Images of more models than this would leave no room for the numbers.</summary>
    private const int MostWithImages = 3;

    public static Html Of(ReportContent content, PromptPictures pictures)
    {
        var pair = content.LeadingPair;
        (int First, int Second)? places = pair is null
            ? null
            : (content.PlaceOf(pair.First), content.PlaceOf(pair.Second));
        var largest = content
            .Prompts.Select(prompt => places is { } own ? Math.Abs(Difference(prompt, own)) : 0)
            .DefaultIfEmpty(0)
            .Max();
        var order = Enumerable
            .Range(0, content.Prompts.Count)
            .OrderByDescending(i =>
                places is { } own ? Difference(content.Prompts[i], own) : content.Prompts[i].Sets[0].Score.Scs
            );
        var images = pictures.Sheets.Count > 0 && content.Models.Count <= MostWithImages;
        var heads = content.Models.Select(
            (model, place) =>
                Html.Of(
                    $"<th scope=\"col\" class=\"num\">{Symbol.Of(place)}<bdi>{model.Name}</bdi></th>{(images ? Html.Of($"<td class=\"ends\"></td>") : default)}"
                )
        );
        var difference = pair is null
            ? default
            : Html.Of($"<th scope=\"col\" class=\"num\">Difference</th><td class=\"nosort\"></td>");
        return Html.Of(
            $"""
            <div class="tools" id="tools"></div>
            <div class="scroll" tabindex="0" role="region" aria-label="Scores of every prompt">
            <table id="prompts"><caption><span>{Caption(content, images)}</span></caption>
            <thead><tr><th scope="col">Prompt</th>{heads}{difference}</tr></thead>
            <tbody>
            {order.Select(i =>
                Row(content, pictures, i, places, content.Prompts.Count > MostWithBars ? null : largest, images)
            )}
            </tbody></table></div>

            """
        );
    }

    private static string Caption(ReportContent content, bool images)
    {
        var order = content.LeadingPair is { } pair
            ? $"Difference is {pair.Second} − {pair.First}, largest first."
            : "Highest score first.";
        return images
            ? $"{order} Beside each score, the medoid (most typical image) and the outlier (least typical)."
            : order;
    }

    private static Html Row(
        ReportContent content,
        PromptPictures pictures,
        int prompt,
        (int First, int Second)? places,
        double? largest,
        bool images
    )
    {
        var own = content.Prompts[prompt];
        var text = PromptText.Short(own.Prompt);
        var link = PromptSections.Anchor(content, pictures, prompt) is { } anchor
            ? Html.Of($"<a href=\"#{anchor}\">{text}</a>")
            : text;
        var scores = own.Sets.Select(
            (set, model) =>
                Html.Of(
                    $"<td class=\"num\">{Numbers.Fixed(set.Score.Scs)}</td>{(images ? EndImages(pictures, prompt, model, set) : default)}"
                )
        );
        return Html.Of(
            $"""
            <tr><th scope="row">{link}</th>{scores}{(
                places is { } pair ? Bar(Difference(own, pair), pair, largest) : default
            )}</tr>

            """
        );
    }

    private static Html EndImages(PromptPictures pictures, int prompt, int model, SetContent set)
    {
        var (medoid, outlier) = Ends.Of(pictures, prompt, model, set);
        Html One(Runs.Folder.ImageRecord? image, string what) =>
            image is not null && pictures.Wants(prompt, model, image.Path)
                ? Thumb.Of(pictures.Find(prompt, model, image.Path), $"{what}, seed {PromptFigures.Seed(image)}")
                : default;
        return Html.Of($"<td class=\"ends\">{One(medoid, "medoid")}{One(outlier, "outlier")}</td>");
    }

    private static double Difference(PromptContent prompt, (int First, int Second) places) =>
        prompt.Sets[places.Second].Score.Scs - prompt.Sets[places.First].Score.Scs;

    private static Html Bar(double difference, (int First, int Second) places, double? most)
    {
        if (most is not { } largest)
        {
            return Html.Of($"<td class=\"num\">{Numbers.Signed(difference)}</td><td></td>");
        }

        var middle = BarWidth / 2;
        var length = largest > 0 ? Math.Round(Math.Abs(difference) / largest * (middle - 2)) : 0;
        var tone = Tone.Model(difference < 0 ? places.First : places.Second).Name;
        var from = difference < 0 ? middle - length : middle;
        var path = string.Create(
            CultureInfo.InvariantCulture,
            $"<path class=\"f-{tone}\" d=\"M{from} 3h{length}v{BarHeight - 6}h-{length}z\"/>"
        );
        return Html.Of(
            $"<td class=\"num\">{Numbers.Signed(difference)}</td><td><svg class=\"bar\" viewBox=\"0 0 120 14\" aria-hidden=\"true\"><path class=\"l-muted\" d=\"M60 0v14\"/>{Html.Trusted(path)}</svg></td>"
        );
    }
}
