using Semblance.Reports.Content;
using Semblance.Reports.Figures;
using Semblance.Reports.Images;
using Semblance.Reports.Scenes;
using Semblance.Reports.Selection;
using Semblance.Text;
using Semblance.Wording;

namespace Semblance.Reports.Pages;

/// <summary>One section for each prompt that is shown in detail, folded: every image, how alike they are, and where they lie to one another.</summary>
internal static class PromptSections
{
    /// <summary>Drawn at one size: half the page is too small for the labels, and a phone scrolls.</summary>
    private static readonly FigureStyle Style = new(680, 13);

    public static Html Of(ReportContent content, PromptPictures pictures)
    {
        if (pictures.Prompts.All(prompt => content.Prompts[prompt].Sets.All(set => set.Images.Count == 0)))
        {
            return default;
        }

        var few =
            pictures.Prompts.Count < content.Prompts.Count
                ? Html.Of(
                    $"<p>{pictures.Prompts.Count} of {content.Prompts.Count} prompts are shown here: those with the largest differences either way.</p>"
                )
                : default;
        return Html.Of(
            $"""
            {few}
            {pictures.Prompts.Select(prompt => Section(content, pictures, prompt))}
            """
        );
    }

    /// <summary>Where a prompt's section is on the page; null where it has none.</summary>
    public static string? Anchor(ReportContent content, PromptPictures pictures, int prompt) =>
        content.Prompts[prompt].Sets.Any(set => set.Images.Count > 0) && pictures.Prompts.Contains(prompt)
            ? $"p{prompt.ToString(System.Globalization.CultureInfo.InvariantCulture)}"
            : null;

    private static Html Section(ReportContent content, PromptPictures pictures, int prompt)
    {
        var own = content.Prompts[prompt];
        var scores = own
            .Sets.Take(6)
            .Select(
                (set, model) => Html.Of($"<span class=\"num\">{Symbol.Of(model)}{Numbers.Fixed(set.Score.Scs)}</span> ")
            );
        return Html.Of(
            $"""
            <details class="prompt"><summary>{PromptText.Short(
                own.Prompt
            )} <span class="scores">{scores}</span></summary><div id="{Anchor(content, pictures, prompt)}">{Whole(
                own.Prompt
            )}<div class="sets">{own.Sets.Select(
                (set, model) => Images(content, pictures, prompt, model)
            )}</div>{Figures(content, pictures, prompt)}</div></details>

            """
        );
    }

    private static Html Whole(string prompt) =>
        PromptText.Cut(prompt) == prompt
            ? default
            : Html.Of(
                $"<p class=\"long\" tabindex=\"0\" role=\"region\" aria-label=\"The whole prompt\">{PromptText.Whole(prompt)}</p>"
            );

    private static Html Images(ReportContent content, PromptPictures pictures, int prompt, int model)
    {
        var set = content.Prompts[prompt].Sets[model];
        var thumbs = Thumbs(pictures, prompt, model, set).ToArray();
        return Html.Of(
            $"""
            <div><h3>{Symbol.Of(model)}<bdi>{content.Models[model].Name}</bdi> <span class="muted">{Numbers.Fixed(
                set.Score.Scs
            )}</span></h3>{(
                thumbs.Length > 0 ? Html.Of($"<div class=\"thumbs\">{thumbs}</div>") : default
            )}<p class="small">{Facts(content, pictures.Similarities(prompt, model))}</p></div>
            """
        );
    }

    private static IEnumerable<Html> Thumbs(PromptPictures pictures, int prompt, int model, SetContent set)
    {
        var (medoid, outlier) = Ends.Of(pictures, prompt, model, set);
        foreach (var image in set.Images)
        {
            var seed = PromptFigures.Seed(image);
            var found = pictures.Find(prompt, model, image.Path);
            if (found is null && !pictures.Wants(prompt, model, image.Path))
            {
                continue;
            }

            yield return image == medoid
                ? Html.Of(
                    $"<span class=\"m{model % Tone.Models} medoid\">{Thumb.Of(found, $"seed {seed}, medoid")}</span>"
                )
            : image == outlier
                ? Html.Of(
                    $"<span class=\"m{model % Tone.Models} outlier\">{Thumb.Of(found, $"seed {seed}, outlier")}</span>"
                )
            : Html.Of($"<span>{Thumb.Of(found, $"seed {seed}")}</span>");
        }
    }

    private static string Facts(ReportContent content, SetSimilarities? similarities)
    {
        if (similarities is null)
        {
            return "";
        }

        List<string> facts = [$"{Plural.Of(similarities.Images.Count, "image")}."];
        if (content.Floor is { } floor && similarities.Images.Count > 2)
        {
            var modes = similarities.Modes(floor.Score);
            facts.Add(
                modes.Count == 1
                    ? "One mode: all images are variations of one."
                    : $"{modes.Count} modes; the largest has {Plural.Of(modes.Max(mode => mode.Count), "image")}."
            );
        }

        var groups = similarities.NearDuplicateGroups();
        facts.AddRange(
            groups
                .Take(5)
                .Select(group =>
                    $"Near-duplicates: seeds {Listing.Joined([.. group.Select(i => PromptFigures.Seed(similarities.Images[i]))], 10)}."
                )
        );
        return string.Join(" ", facts);
    }

    private static Html Figures(ReportContent content, PromptPictures pictures, int prompt)
    {
        Figure?[] figures =
        [
            PromptFigures.Heat(content, pictures, prompt),
            PromptFigures.Map(content, pictures, prompt),
        ];
        return Html.Join(
            figures
                .OfType<Figure>()
                .Select(figure =>
                    Html.Of(
                        $"""
                        <figure><div class="scroll" tabindex="0" role="region" aria-label="{figure.Title}">{Html.Trusted(
                            SvgText.Inline(
                                figure.Draw(Style),
                                $"{Anchor(content, pictures, prompt)}-{figure.Name}",
                                " at-size"
                            )
                        )}</div><figcaption><b>{figure.Title}.</b> {figure.Caption}</figcaption></figure>
                        """
                    )
                )
        );
    }
}
