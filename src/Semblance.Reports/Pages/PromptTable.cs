using Semblance.Reports.Content;
using Semblance.Reports.Scenes;

namespace Semblance.Reports.Pages;

/// <summary>Every prompt in one row: the scores of the models, and the difference of the leading pair as number and bar.</summary>
internal static class PromptTable
{
    private const double BarWidth = 120;
    private const double BarHeight = 14;

    public static Html Of(ReportContent content)
    {
        var pair = content.LeadingPair;
        var places = pair is null ? (0, 0) : (content.PlaceOf(pair.First), content.PlaceOf(pair.Second));
        var largest = content
            .Prompts.Select(prompt => pair is null ? 0 : Math.Abs(Difference(prompt, places)))
            .DefaultIfEmpty(0)
            .Max();
        var rows = pair is null
            ? content.Prompts.OrderByDescending(prompt => prompt.Sets[0].Score.Scs)
            : content.Prompts.OrderByDescending(prompt => Difference(prompt, places));
        return Html.Of(
            $"""
            <div class="scroll" tabindex="0" role="region" aria-label="Scores of every prompt">
            <table id="prompts"><caption>Scores of every prompt{(
                pair is null ? "" : ", largest difference first"
            )}</caption>
            <thead><tr><th scope="col">Prompt</th>{content.Models.Select(
                (model, place) =>
                    Html.Of($"<th scope=\"col\" class=\"num\">{Symbol.Of(place)}<bdi>{model.Name}</bdi></th>")
            )}{(
                pair is null ? default : Html.Of($"<th scope=\"col\" class=\"num\">Difference</th><td></td>")
            )}</tr></thead>
            <tbody>
            {rows.Select(prompt => Row(prompt, pair is null ? null : places, largest))}
            </tbody></table></div>

            """
        );
    }

    private static Html Row(PromptContent prompt, (int First, int Second)? places, double largest) =>
        Html.Of(
            $"""
            <tr><th scope="row">{PromptText.Short(prompt.Prompt)}</th>{prompt.Sets.Select(set =>
                Html.Of($"<td class=\"num\">{Numbers.Fixed(set.Score.Scs)}</td>")
            )}{(places is { } pair ? Bar(Difference(prompt, pair), pair, largest) : default)}</tr>

            """
        );

    private static double Difference(PromptContent prompt, (int First, int Second) places) =>
        prompt.Sets[places.Second].Score.Scs - prompt.Sets[places.First].Score.Scs;

    private static Html Bar(double difference, (int First, int Second) places, double largest)
    {
        var middle = BarWidth / 2;
        var length = largest > 0 ? Math.Abs(difference) / largest * (middle - 2) : 0;
        Mark[] marks =
        [
            LineMark.Between(middle, 0, middle, BarHeight, Tone.Rule),
            new RectMark(
                difference < 0 ? middle - length : middle,
                3,
                length,
                BarHeight - 6,
                Tone.Model(difference < 0 ? places.First : places.Second)
            ),
        ];
        return Html.Of(
            $"<td class=\"num\">{Numbers.Signed(difference)}</td><td><svg class=\"bar\" viewBox=\"0 0 120 14\" aria-hidden=\"true\">{Html.Trusted(SvgText.Fragment(marks))}</svg></td>"
        );
    }
}
