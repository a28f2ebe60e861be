using System.CommandLine;
using System.Globalization;
using Semblance.Cli.Options;
using Semblance.Cli.Progress;
using Semblance.Cli.Terminal;
using Semblance.Comparison;
using Semblance.Reports;
using Semblance.Studies.Reporting;

namespace Semblance.Cli.Commands;

/// <summary><c>semblance figures</c>: figures and tables for a paper.</summary>
internal static class FiguresCommand
{
    public const string Examples = """
        Examples:
          semblance figures --out figures/                       every figure of ./semblance-run, 84mm wide
          semblance figures runs/may --out figures/ --width cvpr --format pdf
          semblance figures scores.csv --out figures/ --figure differences --width 183mm --font-size 9

        Figures: box-plot, density, raincloud, differences, slope, forest, pairs, critical-difference,
          variance, half-width, alignment, agreement, psychometric-curve, heat-map, image-map,
          contact-sheet
        Widths by name: cvpr, icml, neurips, iclr, acl, acm, ieee, lncs, nature (cvpr-wide, icml-wide, acl-wide,
          acm-wide, ieee-wide and nature-wide span both columns)
        """;

    public static Command Build(Messages messages)
    {
        var command = new Command("figures", "Figures for papers as SVG, PDF and PNG, with data and tables");
        var folder = command.Added(
            new Option<string>("--out")
            {
                Description = "The folder to write into",
                HelpName = "DIR",
                Required = true,
            }.NotEmpty()
        );
        var formats = command.Text(
            "--format",
            "svg, pdf, png, with commas between them [default: svg,pdf,png]",
            "LIST"
        );
        var width = command.Text("--width", "A length, or a template's column by name [default: 84mm]", "LENGTH");
        var fontSize = command.Number("--font-size", "Of all texts, in points [default: 8]", "PT");
        var dpi = command.Count<int>("--dpi", "Dots per inch of PNG files [default: 300]", least: 36);
        var figures = command.Texts("--figure", "Only this figure (repeatable)", "NAME");
        var prompt = command.Text(
            "--prompt",
            "The prompt of the figures that are about one [default: that with the largest difference]",
            "TEXT"
        );
        var models = command.Texts("--model", "Only these models, in this order (repeatable)", "NAME");
        var shared = new SourceOptions(command, hasResults: false);
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                var heard = shared.Heard(parsed, messages);
                var target = parsed.GetRequiredValue(folder);
                ResultOutput.RequireFolder(target);
                var source = shared.Source(parsed, models);
                var usual = new FigureOptions();
                var size = parsed.GetValue(fontSize) ?? usual.FontSize;
                if (size is < 4 or > 48)
                {
                    throw new UsageException(
                        $"--font-size takes 4 to 48 points, not {size.ToString(CultureInfo.InvariantCulture)}."
                    );
                }

                var options = usual with
                {
                    Formats = parsed.GetValue(formats) is { } list ? Formats(list) : usual.Formats,
                    Width = parsed.GetValue(width) is { } text
                        ? NewOption.Read(width, text, FigureWidth.Parse)
                        : usual.Width,
                    FontSize = size,
                    Dpi = Math.Min(parsed.GetValue(dpi) ?? usual.Dpi, 1200),
                    Figures = parsed.GetValue(figures) ?? [],
                    Prompt = parsed.GetValue(prompt),
                };
                var outcome = await ReportStudy.RunAsync(
                    source,
                    new ComparisonOptions { Threads = source.Threads },
                    StudyView.Of(heard),
                    cancellationToken: cancellationToken
                );
                var made = FigureFiles.Of(outcome.Content, options, cancellationToken);
                ResultOutput.ToFolder(made.Files.Select(file => (file.Name, file.Bytes)), target);
                heard.Warnings(made.Notes);
                ResultOutput.ToStandardOutput(
                    string.Concat(made.Files.Select(file => Path.Combine(target, file.Name) + "\n"))
                );
            }
        );
        return command;
    }

    private static FigureFormat[] Formats(string list) =>
        [
            .. list.Split(',', StringSplitOptions.TrimEntries)
                .Select(word =>
                    word switch
                    {
                        "svg" => FigureFormat.Svg,
                        "pdf" => FigureFormat.Pdf,
                        "png" => FigureFormat.Png,
                        _ => throw new UsageException($"--format takes svg, pdf and png, not '{word}'."),
                    }
                ),
        ];
}
