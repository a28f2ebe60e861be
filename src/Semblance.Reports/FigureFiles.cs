using System.Text;
using Semblance.Imaging.Thumbnails;
using Semblance.Prompts;
using Semblance.Reports.Content;
using Semblance.Reports.Figures;
using Semblance.Reports.Images;
using Semblance.Reports.Scenes;
using Semblance.Reports.Selection;
using Semblance.Reports.Tables;
using Semblance.Wording;

namespace Semblance.Reports;

/// <summary>Figures and tables for papers.</summary>
/// <param name="Files">Names and contents.</param>
/// <param name="Notes">What was left out or could not be shown, a sentence each.</param>
public sealed record FigureFiles(IReadOnlyList<FigureFile> Files, IReadOnlyList<string> Notes)
{
    /// <summary>Pixels of a thumbnail: 300 dots per inch at half an inch.</summary>
    private const int Side = 160;

    /// <summary>Every figure that the options name and the content has, each with its data, and the tables.</summary>
    /// <exception cref="UsageException">A name that fits no figure, or a prompt that the run does not have.</exception>
    public static FigureFiles Of(
        ReportContent content,
        FigureOptions options,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(content);
        ArgumentNullException.ThrowIfNull(options);
        List<string> notes = [];
        var prompt = PromptOf(content, options.Prompt);
        var pictures = PictureReader.Read(
            content,
            [prompt],
            ImageUse.All,
            Side,
            SheetFormat.Jpeg,
            new Threads(0, cancellationToken)
        );
        var figures = Choose(All(content, pictures, prompt), options.Figures, notes);
        var style = new FigureStyle(options.Width, options.FontSize);
        List<FigureFile> files = [];
        foreach (var figure in figures)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var scene = figure.Draw(style);
            files.AddRange(
                options.Formats.Distinct().Select(format => Draw(figure, scene, format, options.Dpi, pictures))
            );
            files.Add(Text($"{figure.Name}.csv", CsvFile.Of(figure.Data)));
            if (options.Formats.Any(format => format != FigureFormat.Svg) && Missing(figure, scene) is { } missing)
            {
                notes.Add(missing);
            }
        }

        files.AddRange(Tables(content));
        files.Add(Text("captions.md", Captions(figures)));
        return new FigureFiles(files, notes);
    }

    /// <summary>The names of all figures that there can be, in their order.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "box-plot",
        "density",
        "raincloud",
        "differences",
        "slope",
        "forest",
        "pairs",
        "critical-difference",
        "variance",
        "half-width",
        "alignment",
        "agreement",
        "psychometric-curve",
        "heat-map",
        "image-map",
        "contact-sheet",
    ];

    private static IEnumerable<(string Name, Figure? Figure, string Needs)> All(
        ReportContent content,
        PromptPictures pictures,
        int prompt
    )
    {
        const string Two = "two models on the same prompts";
        const string Three = "three models or more";
        const string Vectors = "embeddings of at least four images per prompt";
        const string Votes = "a run folder with people's votes";
        const string Images = "a run folder with its embeddings";
        yield return ("box-plot", FigureSelection.BoxPlot(content), "scores");
        yield return ("density", FigureSelection.Density(content), "no more than six models, and scores that vary");
        yield return ("raincloud", FigureSelection.Raincloud(content), "scores");
        yield return ("differences", FigureSelection.Differences(content), Two);
        yield return ("slope", FigureSelection.Slope(content), $"{Two}, up to 300 of these");
        yield return ("forest", FigureSelection.Forest(content), $"{Two}, and a second encoder or 16 prompts");
        yield return ("pairs", FigureSelection.Pairs(content), Three);
        yield return ("critical-difference", FigureSelection.Ranks(content), Three);
        yield return ("variance", FigureSelection.Variance(content), Vectors);
        yield return ("half-width", FigureSelection.HalfWidth(content), Vectors);
        yield return ("alignment", FigureSelection.Alignment(content), "scores with alignment");
        yield return ("agreement", HumanFigures.Strip(content), Votes);
        yield return ("psychometric-curve", HumanFigures.Curve(content), $"{Votes}, on differences that vary");
        yield return ("heat-map", PromptFigures.Heat(content, pictures, prompt), Images);
        yield return ("image-map", PromptFigures.Map(content, pictures, prompt), Images);
        yield return (
            "contact-sheet",
            PromptFigures.Contacts(content, pictures, prompt),
            "a run folder with its images"
        );
    }

    private static Figure[] Choose(
        IEnumerable<(string Name, Figure? Figure, string Needs)> all,
        IReadOnlyList<string> names,
        List<string> notes
    )
    {
        foreach (var name in names.Where(name => !Names.Contains(name, StringComparer.Ordinal)))
        {
            throw new UsageException(
                $"There is no figure '{name}'.{SimilarNames.Hint(name, Names)} The figures are {Listing.Joined(Names)}."
            );
        }

        List<Figure> chosen = [];
        foreach (var (name, figure, needs) in all.Where(one => names.Count == 0 || names.Contains(one.Name)))
        {
            if (figure is not null)
            {
                chosen.Add(figure);
            }
            else if (names.Count > 0)
            {
                throw new InputException($"The figure '{name}' cannot be drawn: it needs {needs}.");
            }
            else
            {
                notes.Add($"The figure '{name}' is left out: it needs {needs}.");
            }
        }

        return [.. chosen];
    }

    private static FigureFile Draw(Figure figure, Scene scene, FigureFormat format, int dpi, PromptPictures pictures)
    {
        Sheet? Sheet(string id) => pictures.Sheets.FirstOrDefault(sheet => sheet.Id == id);
        return format switch
        {
            FigureFormat.Svg => Text(
                $"{figure.Name}.svg",
                SvgText.Document(
                    scene,
                    id =>
                        Sheet(id) is { } sheet
                            ? new EmbeddedSheet(
                                ThumbnailSheet.MediaType(sheet.Format),
                                sheet.Bytes,
                                ThumbnailSheet.SizeOf(sheet.Wanted.Count, sheet.Side)
                            )
                            : null
                )
            ),
            FigureFormat.Pdf => new FigureFile($"{figure.Name}.pdf", SkiaDrawing.Pdf(scene, id => Sheet(id)?.Bytes)),
            _ => new FigureFile($"{figure.Name}.png", SkiaDrawing.Png(scene, dpi, id => Sheet(id)?.Bytes)),
        };
    }

    private static string? Missing(Figure figure, Scene scene)
    {
        var missing = scene.Texts().SelectMany(text => FontFace.Missing(text.Text)).Distinct().ToArray();
        return missing.Length == 0
            ? null
            : $"The shipped font has no sign for {Listing.Joined([.. missing.Select(sign => $"'{sign}'")], 8)}: PNG and PDF of the figure '{figure.Name}' show a box there, and the SVG shows it with a font of its reader.";
    }

    private static IEnumerable<FigureFile> Tables(ReportContent content)
    {
        var models = TableSelection.Models(content);
        yield return Text(
            "models.tex",
            LatexTable.Of(models, "Semantic Consistency Score of each model.", "scs-models")
        );
        yield return Text("models.md", MarkdownTable.Of(models));
        if (TableSelection.Pairs(content) is { } pairs)
        {
            yield return Text(
                "pairs.tex",
                LatexTable.Of(pairs, "Differences of the models, paired by prompt.", "scs-pairs")
            );
            yield return Text("pairs.md", MarkdownTable.Of(pairs));
        }

        yield return Text("scores.csv", CsvFile.Of(TableSelection.Sets(content)));
    }

    private static string Captions(IEnumerable<Figure> figures) =>
        string.Join(
            "\n",
            figures.Select(figure =>
                $"**{figure.Name}**: {MarkdownTable.Escaped(figure.Title)}. {MarkdownTable.Escaped(figure.Caption)}\n"
            )
        );

    private static int PromptOf(ReportContent content, string? asked)
    {
        if (asked is null)
        {
            return PictureReader.Telling(content)[0];
        }

        var key = PromptKey.Of(asked);
        var texts = content.Prompts.Select(prompt => prompt.Prompt).ToList();
        var at = texts.IndexOf(asked);
        at = at >= 0 ? at : texts.FindIndex(text => PromptKey.Of(text) == key);
        return at >= 0
            ? at
            : throw new UsageException(
                $"There is no prompt {QuotedPrompt.Of(asked)}; the nearest is {QuotedPrompt.Of(SimilarNames.Ordered(asked, texts).First())}."
            );
    }

    private static FigureFile Text(string name, string text) => new(name, Encoding.UTF8.GetBytes(text));
}

/// <summary>A file of a figure or a table.</summary>
/// <param name="Name">Without a folder.</param>
/// <param name="Bytes">Its content.</param>
public sealed record FigureFile(string Name, byte[] Bytes);
