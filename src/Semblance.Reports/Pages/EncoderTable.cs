using Semblance.Reports.Content;
using Semblance.Text;

namespace Semblance.Reports.Pages;

/// <summary>The encoders of the run side by side, a row each.</summary>
internal static class EncoderTable
{
    /// <summary>One row for each encoder; nothing where there is only one.</summary>
    public static Html Of(ReportContent content)
    {
        if (content.Encoders is not [var main, _, ..] sides)
        {
            return default;
        }

        var rows = sides.Select(side =>
            Html.Of(
                $"<tr><th scope=\"row\"><bdi>{side.Name}</bdi></th><td class=\"num\">{side.Prompts}</td><td class=\"num\">{Numbers.Fixed(side.FirstMean)}</td><td class=\"num\">{Numbers.Fixed(side.SecondMean)}</td><td class=\"num\">{Numbers.Signed(side.Difference)}</td><td>{Numbers.SignedRange(side.Difference)}</td><td><bdi>{Verdict(side)}</bdi></td></tr>"
            )
        );
        return Html.Of(
            $"""
            <div class="scroll" tabindex="0" role="region" aria-label="Encoders side by side"><table class="short"><caption>The same images with each encoder; points of different encoders are not the same size</caption><thead><tr><th scope="col">Encoder</th><th scope="col" class="num">Prompts</th><th scope="col" class="num">Mean, <bdi>{main.First}</bdi></th><th scope="col" class="num">Mean, <bdi>{main.Second}</bdi></th><th scope="col" class="num">Difference</th><th scope="col">{Numbers.Percent(
                main.Difference.Level
            )} interval</th><th scope="col">More consistent</th></tr></thead><tbody>{rows}</tbody></table></div>

            """
        );
    }

    private static string Verdict(EncoderContent side) =>
        side.Difference switch
        {
            { Low: > 0 } => side.Second,
            { High: < 0 } => side.First,
            _ => "undecided",
        };
}
