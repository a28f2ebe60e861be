using System.Globalization;
using System.Text;
using Semblance.Cli.Options;
using Semblance.Cli.Progress;
using Semblance.Cli.Tables;
using Semblance.Cli.Terminal;
using Semblance.Comparison;
using Semblance.Consistency;
using Semblance.Imaging.Formats;
using Semblance.Models.Catalog;
using Semblance.Painters;
using Semblance.Reports;
using Semblance.Reports.Content;
using Semblance.Runs.Comparing;
using Semblance.Runs.Folder;
using Semblance.Runs.Generating;
using Semblance.Studies;
using Semblance.Studies.Scoring;
using Semblance.Wording;

namespace Semblance.Cli.Commands;

/// <summary>The steps of <c>semblance demo</c>: paint, embed, score, compare, show.</summary>
internal static class DemoRun
{
    private const int Seeds = 8;
    private const int Side = 384;
    private const string SheetName = "contact-sheet.png";

    public static async Task RunAsync(
        string run,
        NetworkPlace place,
        Messages messages,
        CancellationToken cancellationToken
    )
    {
        Painter[] painters = [Painter.Steady, Painter.Wanderer];
        var prompts = DemoPrompts.All;
        messages.Note(
            $"Two built-in painters draw {prompts.Count} prompts with {Seeds} seeds each into {run} "
                + "(what is there already is kept)."
        );
        var folder = new RunFolder(run, messages.Warning);
        await new ProgressView(messages).RunAsync(
            new StudyStage("painting", StageUnit.Images),
            report =>
                GenerateStage.RunAsync(
                    folder,
                    painters,
                    new GeneratePlan(prompts, [.. Enumerable.Range(0, Seeds)], Side, Side, "png", PngWriter.Write),
                    new Progress(report),
                    cancellationToken
                )
        );
        var outcome = await ScoreStudy.RunAsync(
            new ScoreRequest([run])
            {
                Encoders = [EncoderCatalog.Builtin],
                Run = run,
                Device = place.Devices[0],
                FurtherDevices = [.. place.Devices.Skip(1)],
                Precision = place.Precision,
            },
            StudyView.Of(messages),
            cancellationToken
        );
        var sheet = WriteSheet(outcome.Report, painters, run, prompts[0]);
        var surface = Surface.OfStandardOutput();
        var table = ScoreTable.Render(outcome.Report, outcome.Caution, perPrompt: false, explain: false, surface);
        using var scores = outcome.ToCompare();
        var match = new MatchOptions { Models = [painters[1].Model, painters[0].Model] };
        var usual = new ComparisonOptions();
        var comparison = CompareStage.Run(scores, match, usual, cancellationToken);
        CompareStage.Keep(folder, comparison);
        var content = ContentReader.Of("demo", scores, match, usual, comparison, cancellationToken);
        var report = Path.Combine(run, HtmlReport.FileName);
        ResultOutput.ToFile(
            Encoding.UTF8.GetBytes(HtmlReport.Of(content, cancellationToken: cancellationToken).Text),
            report
        );
        ResultOutput.ToStandardOutput(
            table + Closing(run, sheet, report, prompts[0], surface) + ComparisonTable.Short(comparison, surface)
        );
    }

    private static string Closing(string run, string sheet, string report, string prompt, Surface surface)
    {
        var page = new Page(surface);
        page.EndLine().Heading("See for yourself");
        page.Sentence($"Both painters' images of {QuotedPrompt.Of(prompt)}:");
        page.Add($"  {sheet}").EndLine();
        page.Sentence("All of this on one page, to open in a browser and to hand on:");
        page.Add($"  {report}").EndLine();
        page.EndLine().Heading("What this was");
        page.Sentence(
            "The painters are drawing programs and not a diffusion model, and the builtin encoder is not CLIP: "
                + "this shows how the tool works and says nothing about any real model."
        );
        page.EndLine().Heading("The same on your own images");
        var quoted = run.Contains(' ', StringComparison.Ordinal) ? $"\"{run}\"" : run;
        (string Command, string Note)[] examples =
        [
            (
                $"semblance score {quoted} --encoder builtin --run {quoted}",
                "what the demo ran on these images; add --per-prompt or --explain"
            ),
            (
                $"semblance compare {quoted} --model {Painter.Wanderer.Model} --model {Painter.Steady.Model}",
                "the comparison below in full, and again from what is kept"
            ),
            ("semblance score IMAGES --encoder builtin", "IMAGES/<model>/<prompt>/<seed>.png; nothing to download"),
            ("semblance score IMAGES", "with the paper's encoder, clip-vit-base-patch32"),
        ];
        foreach ((var command, var note) in examples)
        {
            foreach (var line in Examples.Command(command, indent: 2, surface.Width))
            {
                page.Add(line).EndLine();
            }

            page.Sentence(note, Ink.Faint, indent: 6);
        }

        return page.ToString();
    }

    /// <summary>Draws what both painters made of one prompt, and keeps it beside the run; gives the path.</summary>
    private static string WriteSheet(ScoreReport report, Painter[] painters, string run, string prompt)
    {
        // Painted again and not read from the files: a painter gives the same image for the same seed.
        var sheet = ContactSheet.Draw(
            prompt,
            [
                .. painters.Select(painter => new ContactRow(
                    painter.Model,
                    Note(painter),
                    [
                        .. Enumerable
                            .Range(0, Seeds)
                            .Select(seed => painter.Paint(new ImageRequest(prompt, seed, Side, Side))),
                    ]
                )),
            ]
        );
        var path = Path.Combine(run, SheetName);
        ResultOutput.ToFile(sheet, path);
        return path;

        string Note(Painter painter) =>
            report.Sets.FirstOrDefault(set => set.Model == painter.Model && set.Prompt == prompt) is { } set
                ? string.Create(CultureInfo.InvariantCulture, $"SCS {set.Scs:F2} (builtin encoder)")
                : "";
    }

    private sealed class Progress(Action<StageCount> report) : IProgress<GenerateProgress>
    {
        public void Report(GenerateProgress value) => report(new StageCount(value.Done, value.Total));
    }
}
