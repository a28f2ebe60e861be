using Semblance.Reports.Scenes;
using Semblance.Text;

namespace Semblance.Reports.Pages;

/// <summary>The sign of a model in running text: its colour and its shape.</summary>
internal static class Symbol
{
    public static Html Of(int place)
    {
        var dot = new DotMark(new Spot(5, 5), 4, Tone.Model(place), Tone.ShapeOf(place));
        return Html.Of(
            $"<svg class=\"key\" viewBox=\"0 0 10 10\" aria-hidden=\"true\">{Html.Trusted(SvgText.Fragment([dot]))}</svg>"
        );
    }
}
