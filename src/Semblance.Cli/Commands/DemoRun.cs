using System.Globalization;
using Semblance.Cli.Progress;
using Semblance.Cli.Tables;
using Semblance.Cli.Terminal;
using Semblance.Comparison;
using Semblance.Consistency;
using Semblance.Imaging.Formats;
using Semblance.Painters;
using Semblance.Runs.Comparing;
using Semblance.Runs.Folder;
using Semblance.Runs.Generating;
using Semblance.Wording;

namespace Semblance.Cli.Commands;

/// <summary>The walk of <c>semblance demo</c>: paint, embed, score, compare, show.</summary>
internal static class DemoRun
{
    private const int Seeds = 8;
    private const int Side = 384;
    private const string SheetName = "contact-sheet.png";

    public static async Task<int> RunAsync(string run, bool quiet, CancellationToken cancellationToken)
    {
        Messages.Quiet = quiet;
        Painter[] painters = [Painter.Steady, Painter.Wanderer];
        var prompts = DemoPrompts.All;
        Messages.Note(
            $"Two built-in painters draw {prompts.Count} prompts with {Seeds} seeds each into {run} "
                + "(what is there already is kept)."
        );
        var folder = new RunFolder(run, Messages.Warning);
        await ProgressView.RunAsync(
            "painting",
            report =>
                GenerateStage.RunAsync(
                    folder,
                    painters,
                    new GeneratePlan(
                        prompts,
                        [.. Enumerable.Range(0, Seeds)],
                        Side,
                        Side,
                        "png",
                        (image, texts) => PngWriter.Write(image.Pixels, image.Width, image.Height, texts)
                    ),
                    new Progress(report),
                    cancellationToken
                )
        );
        var request = new ScoreRequest([run], Encoder: "builtin", Run: run, Quiet: quiet);
        (var report, var input, var caution) = await ScoreRun.ScoreAsync(request, cancellationToken);
        var sheet = WriteSheet(report, painters, run, prompts[0]);
        var surface = Surface.OfStandardOutput();
        var table = Tables.ScoreTable.Render(report, caution, perPrompt: false, explain: false, surface);
        using var scores = CompareSource.Of(report, input, run);
        var comparison = CompareStage.Run(
            scores,
            new MatchOptions { Models = [painters[1].Model, painters[0].Model] },
            new ComparisonOptions(),
            cancellationToken
        );
        CompareStage.Keep(folder, comparison);
        ResultOutput.ToStandardOutput(
            table + Closing(run, sheet, prompts[0], surface) + ComparisonTable.Short(comparison, surface)
        );
        return ExitCode.Done;
    }

    private static string Closing(string run, string sheet, string prompt, Surface surface)
    {
        var page = new Page(surface);
        page.EndLine().Heading("See for yourself");
        page.Sentence($"Both painters' pictures of {QuotedPrompt.Of(prompt)}:");
        page.Add($"  {sheet}").EndLine();
        page.EndLine().Heading("What this was");
        page.Sentence(
            "The painters are drawing programs and no diffusion model, and the builtin encoder is not CLIP: "
                + "this shows how the tool works and says nothing about any real model."
        );
        page.EndLine().Heading("The same on your own images");
        var quoted = run.Contains(' ', StringComparison.Ordinal) ? $"\"{run}\"" : run;
        (string Command, string Note)[] examples =
        [
            (
                $"semblance score {quoted} --encoder builtin --run {quoted}",
                "what the demo ran on these pictures; add --per-prompt or --explain"
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
        // Painted again and not read from the files: a painter gives the same picture for the same seed.
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

    private sealed class Progress(Action<int, int> report) : IProgress<GenerateProgress>
    {
        public void Report(GenerateProgress value) => report(value.Done, value.Total);
    }
}
