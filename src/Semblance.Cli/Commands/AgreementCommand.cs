using System.CommandLine;
using System.Text;
using Semblance.Agreement;
using Semblance.Cli.Options;
using Semblance.Cli.Progress;
using Semblance.Cli.Tables;
using Semblance.Cli.Terminal;
using Semblance.Runs.Agreeing;
using Semblance.Studies.Agreeing;

namespace Semblance.Cli.Commands;

/// <summary><c>semblance agreement</c>: do people see what the score says?</summary>
internal static class AgreementCommand
{
    public const string Examples = """
        Examples:
          semblance agreement                            votes.csv and scores in ./semblance-run
          semblance agreement run --encoder clip-vit-b32 --baseline histogram.csv
          semblance agreement scores.csv --votes votes.csv
          semblance agreement run --votes export.csv --votes-from label-studio
          semblance agreement run --votes rows.csv --column rater=who --column answer=pick
          semblance agreement run --curve curve.json     then: semblance compare run --human curve.json
          semblance agreement run --format json          every figure (schema semblance.agreement/1)
        """;

    public static Command Build(Messages messages)
    {
        var command = new Command(
            "agreement",
            "Compare the votes of people with the score: agreement, baseline, ceiling, and what people see"
        );
        var path = command.Paths(
            "A run folder with scores, or a table of scores\n[default: the run folder]",
            ArgumentArity.ZeroOrMore
        );
        var votes = command.Text(
            "--votes",
            "The table of votes (docs/votes.md)\n[default: votes.csv in the run]",
            "FILE"
        );
        var from = VoteFormOption.Add(command);
        var columns = VoteFormOption.AddColumns(command);
        var encoders = command.Texts(
            "--encoder",
            "Only this encoder's scores (repeatable; the first one has the verdict)",
            "NAME"
        );
        var baselines = command.Texts(
            "--baseline",
            "A table of other scores to compare with, such as of colour histograms (repeatable)",
            "FILE"
        );
        var exclusions = command.Text(
            "--exclusions",
            "Rules by which raters are left out\n[default: exclusions.json in the run]",
            "FILE"
        );
        var penalty = command.Number(
            "--penalty",
            "Of the alternative annotator test: 0.2 for experts, 0.15 skilled, 0.1 crowds [default: 0.1]"
        );
        var curve = command.Text("--curve", "Write the psychometric curve, for compare --human", "FILE");
        var level = command.Number("--level", "Level of the intervals\n[default: 0.95]");
        var resamples = command.Count<int>(
            "--resamples",
            "How often prompts and raters are resampled [default: 2000]",
            least: 100
        );
        var seed = command.Count<ulong>(
            "--seed",
            "The same seed gives the same numbers, to the bit [default: 1]",
            least: 0
        );
        var run = command.Run("Run folder: what is read without PATH");
        var written = new ResultOptions(command, "figures");
        var threads = command.Threads(". No number depends on it");
        var quiet = command.Quiet();
        command.SetAction(parsed =>
        {
            var heard = messages with { Quiet = parsed.GetValue(quiet) };
            var usual = new AgreementOptions();
            var outcome = AgreementStudy.Run(
                new AgreementSource(Only(parsed.GetValue(path) ?? []) ?? parsed.GetRequiredValue(run))
                {
                    Votes = parsed.GetValue(votes),
                    Form = VoteFormOption.Of(parsed.GetRequiredValue(from)),
                    Columns = parsed.GetValue(columns) ?? [],
                    Encoders = parsed.GetValue(encoders) ?? [],
                    Baselines = parsed.GetValue(baselines) ?? [],
                    Exclusions = parsed.GetValue(exclusions),
                },
                usual with
                {
                    Level = Share(level, parsed.GetValue(level) ?? usual.Level),
                    Penalty = Share(penalty, parsed.GetValue(penalty) ?? usual.Penalty),
                    Resamples = parsed.GetValue(resamples) ?? usual.Resamples,
                    Seed = parsed.GetValue(seed) ?? usual.Seed,
                    Threads = parsed.GetValue(threads) ?? 0,
                },
                StudyView.Of(heard)
            );
            var results = written.Read(parsed);
            results.Write(
                surface => AgreementTable.Render(outcome.Result, surface),
                () => AgreementJson.Of(outcome.Result),
                () => AgreementCsv.Of(outcome.Result)
            );
            heard.Warnings(results.IsTable ? [] : outcome.Result.Report.Warnings);
            Keep(outcome, parsed.GetValue(curve), heard);
        });
        return command;
    }

    /// <summary>The path, if there is one.</summary>
    private static string? Only(string[] paths) =>
        paths.Length < 2
            ? paths.FirstOrDefault()
            : throw new UsageException(
                $"One run folder or table of scores is read, not {paths[0]} and {paths[1]}; name other scores with --baseline."
            );

    private static double Share(Option option, double value) =>
        value is > 0 and < 1
            ? value
            : throw new UsageException($"Option '{option.Name}' takes a number between 0 and 1.");

    private static void Keep(AgreementOutcome outcome, string? file, Messages heard)
    {
        if (outcome.NotKept is not null)
        {
            heard.Warning($"{outcome.NotKept.Message} --format json -o FILE writes the same elsewhere.");
        }

        if (file is null)
        {
            return;
        }

        if (outcome.Curve is not { } curve)
        {
            var why = outcome
                .Result.Report.Figures.Encoders[0]
                .Undefined.FirstOrDefault(one => one.What == "psychometric curve")
                ?.Why;
            throw new InputException(
                $"There is no curve to write into {file}: {why ?? "votes do not grow with the difference of scores."}"
            );
        }

        ResultOutput.ToFile(Encoding.UTF8.GetBytes(HumanCurveJson.Of(curve)), file);
        heard.Note($"the curve is in {file}");
    }
}
