using System.CommandLine;
using Semblance.Cli.Options;
using Semblance.Cli.Progress;
using Semblance.Cli.Tables;
using Semblance.Cli.Terminal;
using Semblance.Cluster.Objects;
using Semblance.Comparison;
using Semblance.Models.Devices;
using Semblance.Studies.Files;
using Semblance.Studies.Running;

namespace Semblance.Cli.Commands;

/// <summary><c>semblance study</c>: from one file to a report.</summary>
internal static class StudyCommand
{
    private const string UsualFile = "study.yaml";

    public const string Examples = """
        Examples:
          semblance study init                  a commented study.yaml to begin with
          semblance study plan                  models x prompts x seeds, calls, cost, without a call
          semblance study run                   images, scores, comparison, report
          semblance study status                how far it is, and what was spent

        Interrupted at any moment, `study run` goes on where it stopped. All fields: docs/study.md.
        """;

    /// <summary>Examples of one of its commands.</summary>
    public static string ExamplesOf(string command) =>
        command switch
        {
            "init" => """
                Examples:
                  semblance study init
                  semblance study init paper.yaml --preset paper-main
                """,
            "plan" => """
                Examples:
                  semblance study plan
                  semblance study plan other.yaml --format json
                """,
            "run" => """
                Examples:
                  semblance study run
                  semblance study run --only sdxl       the images of one model
                  semblance study run --dry-run         the same as study plan
                  semblance study run --shard 0/8       an eighth of the images, made and embedded
                  semblance study run --shard 0/8 --mirror s3://bucket/study    the same, held in a bucket
                """,
            "status" => """
                Examples:
                  semblance study status --format json
                """,
            _ => "",
        };

    public static Command Build(Messages messages) =>
        new("study", "A whole study from one file: images of models anywhere, scores, comparison, report")
        {
            Init(messages),
            Plan(messages),
            Run(messages),
            Status(messages),
        };

    private static Command Init(Messages messages)
    {
        var command = new Command("init", "Write a commented study file to begin with");
        var file = FileOf(command, "The file to write; one that exists is left alone");
        var preset = command.OneOf("--preset", "What it begins with", [.. StudyStarter.Names]);
        var quiet = command.Quiet();
        command.SetAction(parsed =>
        {
            var path = parsed.GetRequiredValue(file);
            if (Path.Exists(path))
            {
                throw new UsageException($"{path} exists and is left as it is; name another file.");
            }

            ResultOutput.ToFile(
                System.Text.Encoding.UTF8.GetBytes(StudyStarter.Of(parsed.GetRequiredValue(preset)) + "\n"),
                path
            );
            (messages with { Quiet = parsed.GetValue(quiet) }).Note(
                $"see what it would do: semblance study plan {path}"
            );
            ResultOutput.ToStandardOutput(path + "\n");
        });
        return command;
    }

    private static Command Plan(Messages messages)
    {
        var command = new Command(
            "plan",
            "What a run would do: models x prompts x seeds, calls, cost; no call is made"
        );
        var file = FileOf(command, "The study");
        var format = command.OneOf("--format", "How the plan is written", "table", "json");
        command.SetAction(parsed =>
            Show(Read(parsed.GetRequiredValue(file), messages), parsed.GetRequiredValue(format), StudyTable.Plan)
        );
        return command;
    }

    private static Command Status(Messages messages)
    {
        var command = new Command("status", "How far a study is: images there, filtered, failed; what was spent");
        var file = FileOf(command, "The study");
        var format = command.OneOf("--format", "How the status is written", "table", "json");
        command.SetAction(parsed =>
            Show(Read(parsed.GetRequiredValue(file), messages), parsed.GetRequiredValue(format), StudyTable.Status)
        );
        return command;
    }

    private static Command Run(Messages messages)
    {
        var command = new Command("run", "Make what is missing, score, compare, report");
        var file = FileOf(command, "The study");
        var only = command.Texts("--only", "Make images of this model only, and score nothing (repeatable)", "MODEL");
        var shard = command.Shard("Make and embed only a part of the images, and score nothing");
        var step = command
            .Text("--step", "With --shard, only this part of its work [default: both]", "images|embeddings")
            .Restrict("images", "embeddings");
        var run = command.Text("--run", "Run folder in place of the one that the study names", "DIR");
        var mirror = new MirrorOption(command);
        var device = new DeviceOptions(command, "the study's, else cpu", "the study's, else fp32");
        var dryRun = command.Flag("--dry-run", "Say what would be done, and do nothing");
        var yes = command.Yes();
        var offline = command.Offline();
        var quiet = command.Quiet();
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                var heard = messages with { Quiet = parsed.GetValue(quiet) };
                var path = parsed.GetRequiredValue(file);
                if (parsed.GetValue(dryRun))
                {
                    Show(Read(path, heard), "table", StudyTable.Plan);
                    return ExitCode.Done;
                }

                var host = StudyView.Of(heard, parsed.GetValue(yes), parsed.GetValue(offline));
                var models = parsed.GetValue(only) ?? [];
                if (shard.Read(parsed) is { } part)
                {
                    if (models.Length > 0)
                    {
                        throw new UsageException(
                            "--only and --shard do not go together: a shard has a part of every model."
                        );
                    }

                    var work = parsed.GetValue(step) switch
                    {
                        "images" => ShardWork.Images,
                        "embeddings" => ShardWork.Embeddings,
                        _ => ShardWork.All,
                    };
                    var own = On(
                        StudyFileReader.Read(path),
                        device.DeviceName(parsed),
                        device.Precision(parsed),
                        parsed.GetValue(run)
                    );
                    return await mirror.RunAsync(
                        parsed,
                        own.Run,
                        work == ShardWork.Images ? MirrorPart.Images : MirrorPart.Embeddings,
                        host,
                        async (mirrored, stop) =>
                        {
                            var failed = await StudyShard.RunAsync(own, part, work, mirrored, stop);
                            heard.Warnings(failed);
                            return failed.Count == 0 ? ExitCode.Done : ExitCode.BadInput;
                        },
                        cancellationToken
                    );
                }

                if (parsed.GetValue(step) is not null)
                {
                    throw new UsageException("--step is a part of a shard's work: give --shard I/N.");
                }

                try
                {
                    var study = On(
                        StudyFileReader.Read(path),
                        device.DeviceName(parsed),
                        device.Precision(parsed),
                        parsed.GetValue(run)
                    );
                    return await mirror.RunAsync(
                        parsed,
                        study.Run,
                        MirrorPart.Embeddings | MirrorPart.Results,
                        host,
                        async (mirrored, stop) =>
                            Tell(await StudyRun.RunAsync(study, models, mirrored, servers: null, stop), heard),
                        cancellationToken
                    );
                }
                catch (ResourceException fault)
                    when (fault.Remedies.Any(remedy => remedy.Kind == RemedyKind.OtherRunFolder))
                {
                    // Other commands have an option for it.
                    throw new ResourceException(
                        $"{fault.Message} Or name another folder with output: {{ run: ... }} in {path}.",
                        fault
                    );
                }
            }
        );
        return command;
    }

    private static int Tell(StudyOutcome outcome, Messages heard)
    {
        var page = new Page(Surface.OfStandardOutput());
        foreach (var sentence in outcome.Choices.Prepend(outcome.Verdict).OfType<string>())
        {
            page.Sentence(sentence);
        }

        foreach (var gate in outcome.Gates)
        {
            page.Sentence($"gate {gate.Outcome.ToString().ToLowerInvariant()}: {gate.Sentence}");
        }

        if (outcome.Report is { } report)
        {
            page.Add(report).EndLine();
        }

        ResultOutput.ToStandardOutput(page.ToString());
        if (outcome.Lost.Count > 0)
        {
            heard.Warning(
                $"{Figures.Count(outcome.Lost.Count, "image")} did not come; `study status` counts them, and the next run asks again for those that failed"
            );
        }

        return outcome.Gates.All(gate => gate.Outcome == GateOutcome.Pass) ? ExitCode.Done : ExitCode.GateFailed;
    }

    private static StudyFile On(StudyFile study, string? device, Precision? precision, string? run) =>
        study with
        {
            DeviceName = device ?? study.DeviceName,
            Precision = precision ?? study.Precision,
            Run = run ?? study.Run,
        };

    private static StudyFile Read(string path, Messages heard)
    {
        var study = StudyFileReader.Read(path);
        heard.Warnings(study.Warnings);
        return study;
    }

    private static void Show(StudyFile study, string format, Func<StudyState, Surface, string> table)
    {
        var state = StudyState.Of(study);
        ResultOutput.ToStandardOutput(
            format == "json" ? StudyStateJson.Of(state) : table(state, Surface.OfStandardOutput())
        );
    }

    private static Argument<string> FileOf(Command command, string description)
    {
        var file = new Argument<string>("FILE")
        {
            Description = $"{description} [default: {UsualFile}]",
            Arity = ArgumentArity.ZeroOrOne,
            DefaultValueFactory = _ => UsualFile,
        };
        command.Add(file);
        return file;
    }
}
