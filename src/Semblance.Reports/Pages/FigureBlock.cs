using Semblance.Reports.Figures;
using Semblance.Reports.Scenes;
using Semblance.Text;

namespace Semblance.Reports.Pages;

/// <summary>A figure on the page: drawn for a desk and for a phone, with its caption and its numbers.</summary>
internal static class FigureBlock
{
    /// <summary>More rows than this are in the data of the page, and not in a table under the figure.</summary>
    private const int MostRows = 200;

    public static Html Of(Figure figure)
    {
        var wide = SvgText.Inline(figure.Draw(FigureStyle.Wide), figure.Name, " wide");
        var narrow = SvgText.Inline(figure.Draw(FigureStyle.Narrow), figure.Name + "-narrow", " narrow");
        return Html.Of(
            $"""
            <figure id="figure-{figure.Name}">{Html.Trusted(wide)}{Html.Trusted(narrow)}
            <figcaption><b>{figure.Title}.</b> {figure.Caption}</figcaption>{Numbers(figure)}</figure>

            """
        );
    }

    private static Html Numbers(Figure figure) =>
        figure.Data.Rows.Count is 0 or > MostRows
            ? default
            : Html.Of(
                $"""
                <details><summary>Numbers of this figure</summary><div class="scroll" tabindex="0" role="region" aria-label="Numbers of the figure: {figure.Title}">{Table(
                    figure
                )}</div></details>
                """
            );

    private static Html Table(Figure figure) =>
        Html.Of(
            $"""
            <table><caption>{figure.Title}</caption><thead><tr>{figure.Data.Columns.Select(name =>
                Html.Of($"<th scope=\"col\">{name}</th>")
            )}</tr></thead><tbody>{figure.Data.Rows.Select(row =>
                Html.Of($"<tr>{row.Select(Cell)}</tr>")
            )}</tbody></table>
            """
        );

    private static Html Cell(object? value) =>
        value switch
        {
            null => Html.Of($"<td></td>"),
            string text => Html.Of($"<td>{text}</td>"),
            double number => Html.Of($"<td class=\"num\">{Pages.Numbers.Fixed(number, 3)}</td>"),
            _ => Html.Of($"<td class=\"num\">{value.ToString()}</td>"),
        };
}
