using System.Globalization;
using System.Text;
using Semblance.Imaging.Thumbnails;
using Semblance.Reports.Content;
using Semblance.Reports.Images;
using Semblance.Reports.Pages;
using Semblance.Reports.Selection;
using Semblance.Text;
using Semblance.Wording;

namespace Semblance.Reports;

/// <summary>The page: one HTML file that shows a run, explains it and can be handed on.</summary>
/// <param name="Text">The whole file.</param>
/// <param name="Notes">What was left out or made smaller, a sentence each; the page says the same.</param>
public sealed record HtmlReport(string Text, IReadOnlyList<string> Notes)
{
    /// <summary>The usual name of the file in a run folder.</summary>
    public const string FileName = "report.html";

    /// <summary>Sides of thumbnails in pixels, the largest that fits is taken.</summary>
    private static readonly int[] Sides = [160, 128, 96, 64, 48];

    /// <summary>What the page needs for a thumbnail beside its pixels: its place in the grid and on the map.</summary>
    private const int MarkupOfThumbnail = 240;

    /// <summary>Makes the page. The same content, images and options give the same text.</summary>
    /// <param name="content">All but the images.</param>
    /// <param name="options">Defaults where null.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public static HtmlReport Of(
        ReportContent content,
        ReportOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(content);
        options ??= new ReportOptions();
        var threads = new Threads(options.Threads, cancellationToken);
        var prompts = PictureReader.Telling(content);
        var bare = PictureReader.Bare(content, prompts);
        var none = Finished(content, options, bare, ImageUse.None, 0);
        foreach (var (use, side) in Steps(content, options, prompts, SizeOf(none), threads))
        {
            var pictures = PictureReader.WithSheets(bare, content, use, side, SheetFormat.Avif, threads);
            var page = Finished(content, options, pictures, use, side);
            if (SizeOf(page) <= options.MaxMegabytes * 1e6)
            {
                return page;
            }
        }

        return SizeOf(none) > options.MaxMegabytes * 1e6
            ? Finished(content, options, bare, ImageUse.None, 0, SizeOf(none))
            : none;
    }

    private static HtmlReport Finished(
        ReportContent content,
        ReportOptions options,
        PromptPictures pictures,
        ImageUse use,
        int side,
        int? tooLarge = null
    )
    {
        var notes = NotesOf(content, options, pictures, use, side, tooLarge);
        return new HtmlReport(Write(content, pictures, notes, options.Command), notes);
    }

    private static int SizeOf(HtmlReport page) => Encoding.UTF8.GetByteCount(page.Text);

    /// <summary>Which images at which size are likely to fit, the most and largest first.</summary>
    private static IEnumerable<(ImageUse Use, int Side)> Steps(
        ReportContent content,
        ReportOptions options,
        IReadOnlyList<int> prompts,
        int bareSize,
        Threads threads
    )
    {
        foreach (var use in ((ImageUse[])[ImageUse.All, ImageUse.Few]).Where(use => use >= options.Images))
        {
            var count = PictureReader.Count(content, prompts, use);
            foreach (var side in count > 0 ? Sides : [])
            {
                var each = (PictureReader.BytesOf(content, prompts, use, side, threads) * 4 / 3) + MarkupOfThumbnail;
                if (bareSize + (count * each) <= options.MaxMegabytes * 1e6)
                {
                    yield return (use, side);
                }
            }
        }
    }

    private static List<string> NotesOf(
        ReportContent content,
        ReportOptions options,
        PromptPictures pictures,
        ImageUse use,
        int side,
        int? tooLarge
    )
    {
        List<string> notes = [];
        var megabytes = options.MaxMegabytes.ToString("0.##", CultureInfo.InvariantCulture);
        var hasImages = content.Prompts.Any(prompt => prompt.Sets.Any(set => set.Images.Count > 0));
        if (tooLarge is { } bytes)
        {
            notes.Add(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The page has {bytes / 1e6:0.##} MB without any image, more than the {megabytes} MB that it should have: its tables and figures need them."
                )
            );
        }
        else if (use != options.Images && hasImages)
        {
            notes.Add(
                use == ImageUse.Few
                    ? $"Only medoid and outlier of each set are shown: all images would make the page larger than {megabytes} MB."
                    : $"No images are shown: they would make the page larger than {megabytes} MB."
            );
        }
        else if (use != ImageUse.None && pictures.Sheets.Count > 0 && side < 64)
        {
            notes.Add($"Thumbnails are {side} pixels wide, so that the page stays within {megabytes} MB.");
        }

        if (pictures.Missing > 0)
        {
            notes.Add(
                $"{Plural.Of(pictures.Missing, "image")} {(pictures.Missing == 1 ? "is" : "are")} gone or cannot be read; a gray square stands in {(pictures.Missing == 1 ? "its" : "their")} place."
            );
        }

        if (!hasImages)
        {
            notes.Add("There are no images in what was reported, only scores: sections with images are left out.");
        }
        else if (!pictures.HasSimilarities)
        {
            notes.Add(
                "The embeddings are gone, so heat maps and maps of the images are left out; scoring the images again makes them."
            );
        }

        return notes;
    }

    private static string Write(
        ReportContent content,
        PromptPictures pictures,
        IReadOnlyList<string> notes,
        string? command
    )
    {
        (string Id, string Title, Html Body)[] sections =
        [
            (
                "figures",
                content.LeadingPair is null ? "The scores" : "What carries the verdict",
                Sections.Figures(
                    FigureSelection.Ranks(content),
                    FigureSelection.Differences(content),
                    FigureSelection.Raincloud(content)
                )
            ),
            ("beside", "Beside another run", BesideBlock.Of(content)),
            ("every-prompt", "Every prompt", PromptTable.Of(content, pictures)),
            ("images", "The images, prompt by prompt", PromptSections.Of(content, pictures)),
            ("models", "Every pair of models", Sections.Figures(FigureSelection.Pairs(content))),
            ("encoders", "Does it hold elsewhere?", Sections.Encoders(content)),
            ("alignment", "Alignment with the prompts", Sections.Alignment(content)),
            ("floor", "Calibration and floor", Sections.Floor(content)),
            ("plan", "What more would buy", Sections.Plan(content)),
            ("people", "What people say", PeopleBlock.Of(content)),
            ("method", "Method and provenance", Sections.Method(content, command)),
            ("careful", "What to be careful about", Sections.Careful([.. content.Cautions, .. notes, .. Always])),
            ("data", "Data", DataLinks.Of(content)),
        ];
        var shown = sections.Where(section => section.Body.ToString().Length > 0).ToArray();
        var links = shown.Select(section => Html.Of($"<li><a href=\"#{section.Id}\">{section.Title}</a></li>"));
        return Page.Of(
            $"{content.Name}: Semblance report",
            Html.Of($"{Opening.Verdict(content)}<nav aria-label=\"Sections\"><ul>{links}</ul></nav>"),
            Html.Of(
                $"{Opening.Keys(content)}{shown.Select(section => Sections.Of(section.Id, section.Title, section.Body))}{Thumb.Sheets(pictures.Sheets)}"
            ),
            Html.Of($"<p>{FigureSelection.Facts(content).ToString()}. Made with Semblance.</p>")
        );
    }

    private static readonly string[] Always =
    [
        "A high score is not good by itself: a model that always makes the same image scores 100.",
        "The score depends on the encoder. Scores of different encoders must not be compared with one another.",
        "The interval is over prompts: it says what other prompts of the same kind would give, not what other kinds would.",
    ];
}
