using Semblance.Reports.Content;
using Semblance.Reports.Figures;
using Semblance.Reports.Selection;
using Semblance.Text;
using Semblance.Variance;

namespace Semblance.Reports.Pages;

/// <summary>The sections after the prompts: what the verdict depends on, and what more would buy.</summary>
internal static class Sections
{
    /// <summary>A section with a heading; nothing where it has no content.</summary>
    public static Html Of(string id, string title, Html body) =>
        body.ToString().Length == 0
            ? default
            : Html.Of(
                $"""
                <section aria-labelledby="{id}" class="{(id == "images" ? "prompts" : id)}"><h2 id="{id}">{title}</h2>
                {body}</section>

                """
            );

    public static Html Figures(params IEnumerable<Figure?> figures) =>
        Html.Join(figures.OfType<Figure>().Select(FigureBlock.Of));

    public static Html Encoders(ReportContent content) =>
        content.LeadingPair is null
            ? default
            : Html.Of(
                $"""
                {Figures(FigureSelection.Forest(content))}{EncoderTable.Of(content)}
                <p class="muted">{(
                    content.Encoders.Count > 1
                        ? "A verdict that only one encoder supports is a statement about that encoder."
                        : "Only one encoder has scored this run. A verdict that holds with another encoder is worth more: score the images with a second one into the same run."
                )}</p>
                """
            );

    public static Html Alignment(ReportContent content) =>
        FigureSelection.Alignment(content) is { } figure
            ? Html.Of(
                $"{FigureBlock.Of(figure)}<p>A model can be consistent by ignoring the prompt. Here each prompt has both numbers.</p>"
            )
            : Html.Of(
                $"<p class=\"muted\">Not measured in this run. A model can be consistent by ignoring the prompt; scoring with alignment shows whether it does.</p>"
            );

    public static Html Floor(ReportContent content)
    {
        if (content.Floor is not { } floor)
        {
            return Html.Of(
                $"<p class=\"muted\">The floor is not known: it needs the embeddings of at least two prompts. Without it, a score has no zero: images of different prompts are alike, too.</p>"
            );
        }

        var own = content.Models.Any(model => model.Floor is not null);
        var rows = content.Models.Select(
            (model, place) =>
                Html.Of(
                    $"<tr><th scope=\"row\">{Symbol.Of(place)}<bdi>{model.Name}</bdi></th><td class=\"num\">{Numbers.Fixed(model.Mean.Value)}</td><td class=\"num\">{Numbers.Fixed(model.Calibrated)}</td>{(own ? Own(model) : default)}</tr>"
                )
        );
        return Html.Of(
            $"""
            <p>Images of <em>different</em> prompts score {Numbers.Fixed(
                floor.Score
            )} with this encoder. That is the floor: what chance gives. Calibrated, the floor is 0 and identical images are 100.</p>
            <div class="scroll" tabindex="0" role="region" aria-label="Calibrated scores"><table class="short"><caption>Mean scores, as they are and calibrated</caption><thead><tr><th scope="col">Model</th><th scope="col" class="num">Mean score</th><th scope="col" class="num">Calibrated</th>{(
                own
                    ? Html.Of(
                        $"<th scope=\"col\" class=\"num\">Own floor</th><th scope=\"col\" class=\"num\">Calibrated with it</th>"
                    )
                    : default
            )}</tr></thead><tbody>{rows}</tbody></table></div>{(
                own
                    ? Html.Of(
                        $"<p>The own floor is what this model’s images of different prompts score. A mean close to it says that the model hardly follows its prompts.</p>"
                    )
                    : default
            )}
            """
        );
    }

    private static Html Own(ModelContent model) =>
        Html.Of(
            $"<td class=\"num\">{Numbers.Fixed(model.Floor?.Score)}</td><td class=\"num\">{Numbers.Fixed(model.Floor?.Calibrate(model.Mean.Value))}</td>"
        );

    public static Html Plan(ReportContent content)
    {
        if (content.Plan is not { } plan)
        {
            return Html.Of(
                $"<p class=\"muted\">There is nothing to plan from: that takes the embeddings of at least four images per prompt, and two prompts.</p>"
            );
        }

        return Html.Of(
            $"""
            <p>{plan.Advice}</p>{Figures(FigureSelection.Variance(content), FigureSelection.HalfWidth(content))}{(
                plan.Warnings.Count > 0
                    ? Html.Of($"<ul class=\"notes\">{plan.Warnings.Select(one => Html.Of($"<li>{one}</li>"))}</ul>")
                    : default
            )}
            """
        );
    }

    public static Html Careful(IReadOnlyList<string> cautions) =>
        Html.Of($"<ul class=\"notes\">{cautions.Select(one => Html.Of($"<li><bdi>{one}</bdi></li>"))}</ul>");

    public static Html Method(ReportContent content, string? command)
    {
        var facts = new List<(string, string)>
        {
            (
                "Score",
                "Semantic Consistency Score (Bent, arXiv 2404.08799): the mean over all pairs of a prompt's images of max(100 cos, 0)"
            ),
        };
        var errors =
            content.Comparison?.Report.Pairs.Select(pair => pair.Error) ?? content.Models.Select(model => model.Error);
        facts.Add(("Seeds", DependenceText.OfSeeds(SeedDesignOf(content), errors)));
        if (DependenceText.OfClusters(errors) is { } clusters)
        {
            facts.Add(("Clusters", clusters));
        }

        if (content.Comparison?.Report is { } report)
        {
            facts.Add(("Interval", report.Pairs[0].Difference.Method));
            facts.Add(
                (
                    "Test",
                    report.Pairs[0].Wilcoxon is { } test
                        ? $"Wilcoxon signed-rank, two-sided, {test.Method}"
                        : "none: all differences are zero"
                )
            );
            facts.Add(("Resamples and seed", $"{report.Settings.Resamples}, {report.Settings.Seed}"));
        }

        facts.AddRange(Encoder(content));
        foreach (var recipe in content.Recipes.Where(recipe => content.PlaceOf(recipe.Model) >= 0))
        {
            facts.Add(
                ($"Made by {recipe.Model}", string.Join("; ", recipe.Parts.Select(part => $"{part.Key} {part.Value}")))
            );
        }

        facts.Add(("Semblance", typeof(Sections).Assembly.GetName().Version?.ToString(3) ?? ""));
        if (command is not null)
        {
            facts.Add(("Command", command));
        }

        return Html.Of(
            $"<dl class=\"facts\">{facts.Select(fact => Html.Of($"<dt><bdi>{fact.Item1}</bdi></dt><dd><bdi>{fact.Item2}</bdi></dd>"))}</dl>"
        );
    }

    private static SeedDesign SeedDesignOf(ReportContent content) =>
        content.Comparison?.Report.SeedDesign
        ?? SeedDesigns.Of([.. content.Models.Select(model => model.Error?.SeedDesign ?? SeedDesign.Unknown)]);

    private static IEnumerable<(string, string)> Encoder(ReportContent content)
    {
        if (content.Encoder is not { } encoder)
        {
            yield return ("Encoder", content.EncoderName ?? "unknown: the table does not name it");
            yield break;
        }

        yield return (
            "Encoder",
            string.Join(
                ", ",
                ((string[])[encoder.Name, encoder.Source, encoder.Revision]).Where(part => part.Length > 0)
            )
        );
        yield return ("Weights, sha256", encoder.WeightsSha256);
        yield return ("Preprocessing", encoder.Preprocessing);
        yield return ("Precision", encoder.Precision);
        yield return ("Runtime", encoder.Runtime);
    }
}
