using System.CommandLine;
using Semblance.Cli.Options;
using Semblance.Cli.Progress;
using Semblance.Cli.Tables;
using Semblance.Cli.Terminal;
using Semblance.Cluster.Jobs;
using Semblance.Cluster.Kubernetes;
using Semblance.Cluster.Objects;
using Semblance.Cluster.Slurm;
using Semblance.Models.Devices;
using Semblance.Studies.Files;

namespace Semblance.Cli.Commands;

/// <summary><c>semblance cluster</c>: a study on many machines.</summary>
internal static class ClusterCommand
{
    private const int UsualShards = 8;

    public const string Examples = """
        Examples:
          semblance cluster submit study.yaml --engine slurm --shards 32 --time 8:00:00 --gpus 1
          semblance cluster submit study.yaml --engine slurm --render-only     write the job files, to read and edit
          semblance cluster status study.yaml                                  done, running, failed, missing
          semblance cluster retry study.yaml                                   submit what failed or is missing

        How shards work, and what they need: docs/cluster.md.
        """;

    /// <summary>Examples of one of its commands.</summary>
    public static string ExamplesOf(string command) =>
        command switch
        {
            "submit" => """
                Examples:
                  semblance cluster submit study.yaml --engine slurm --shards 32 --time 8:00:00 --memory 16G --gpus 1
                  semblance cluster submit study.yaml --engine slurm --shards 32 --mirror s3://bucket/foxes --scratch '$TMPDIR'
                  semblance cluster submit study.yaml --engine kubernetes --claim studies --image registry/semblance:1
                """,
            "status" => """
                Examples:
                  semblance cluster status study.yaml
                """,
            _ => "",
        };

    public static Command Build(Messages messages) =>
        new("cluster", "A study on many machines: jobs for Slurm or Kubernetes")
        {
            Submit(messages),
            Status(),
            Retry(messages),
            Cancel(messages),
        };

    private static Command Submit(Messages messages)
    {
        var command = new Command("submit", "Write the job files of a study into its run folder, and submit them");
        var file = FileOf(command);
        var engine = command.Text("--engine", "What runs the jobs", "slurm|kubernetes").Restrict("slurm", "kubernetes");
        engine.Required = true;
        var shards = command.Count<int>("--shards", $"Tasks that share out the work [default: {UsualShards}]");
        var render = command.Flag("--render-only", "Write the job files, and submit nothing");
        var atOnce = command.Count<int>("--at-once", "Most tasks at a time");
        var time = command.Text(
            "--time",
            "Slurm: time of a task; one that is not done then is queued again",
            "H:MM:SS"
        );
        var memory = command.Text("--memory", "Of a task, as the engine writes it", "16G");
        var processors = command.Count<int>("--cpus", "Of a task");
        var gpus = command.Count<int>("--gpus", "Of a task that makes images");
        var device = new DeviceOptions(command, "the study's", "the study's");
        var partition = command.Text("--partition", "Slurm: where the jobs wait", "NAME");
        var account = command.Text("--account", "Slurm: who is charged", "NAME");
        var space = command.Text("--namespace", "Kubernetes: the namespace [default: default]", "NAME");
        var image = command.Text(
            "--image",
            "Kubernetes: the image with the program [default: semblance:latest]",
            "IMAGE"
        );
        var claim = command.Text("--claim", "Kubernetes: claim of the volume that holds the study's folder", "NAME");
        var mirror = new MirrorOption(command);
        var scratch = command.Text(
            "--scratch",
            "With --mirror: folder of each machine, such as $TMPDIR, where a task keeps its part of the run",
            "DIR"
        );
        var secret = command.Text(
            "--secret",
            "Kubernetes: secret whose entries the pods have as variables, such as AWS_ACCESS_KEY_ID",
            "NAME"
        );
        var program = command.Texts(
            "--program",
            "The program on the machines, each word by itself [default: this one]",
            "WORD"
        );
        var quiet = command.Quiet();
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                var heard = messages with { Quiet = parsed.GetValue(quiet) };
                var usual = new JobSettings(parsed.GetValue(shards) ?? UsualShards, []);
                var isSlurm = parsed.GetValue(engine) == "slurm";
                var plan = new ClusterPlan(
                    StudyFileReader.Read(parsed.GetRequiredValue(file)),
                    usual with
                    {
                        Program =
                            parsed.GetValue(program) is { Length: > 0 } words ? words
                            : isSlurm ? ThisProgram()
                            : ["semblance"],
                        AtOnce = parsed.GetValue(atOnce),
                        Time = parsed.GetValue(time),
                        Memory = parsed.GetValue(memory),
                        Processors = parsed.GetValue(processors),
                        Gpus = parsed.GetValue(gpus),
                        Device = device.DeviceName(parsed),
                        Precision = device.Precision(parsed)?.Word(),
                        Partition = parsed.GetValue(partition),
                        Account = parsed.GetValue(account),
                        Namespace = parsed.GetValue(space) ?? usual.Namespace,
                        Image = parsed.GetValue(image) ?? usual.Image,
                        Claim = parsed.GetValue(claim),
                        Mirror = mirror.Words(parsed),
                        Scratch = ScratchOf(parsed.GetValue(scratch), mirror.Address(parsed)),
                        Secret = parsed.GetValue(secret),
                    }
                );
                var host = StudyView.Of(heard);
                if (parsed.GetValue(render))
                {
                    var written = ClusterRun.Render(plan, EngineOf(parsed.GetValue(engine)!), host);
                    ResultOutput.ToStandardOutput(string.Concat(written.Select(path => path + "\n")));
                    return;
                }

                Tell(
                    await ClusterRun.SubmitAsync(plan, EngineOf(parsed.GetValue(engine)!), host, cancellationToken),
                    heard
                );
            }
        );
        return command;
    }

    private static string? ScratchOf(string? scratch, BucketAddress? mirror) =>
        scratch is null || mirror is not null
            ? scratch
            : throw new UsageException(
                "With --scratch each machine has its own part of the run, and they meet in a bucket: give --mirror s3://BUCKET/PREFIX."
            );

    private static Command Status()
    {
        var command = new Command("status", "What became of each task: done, running, waiting, failed, missing");
        var file = FileOf(command);
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                (var plan, var engine) = Submitted(parsed.GetRequiredValue(file));
                var state = await ClusterRun.StateAsync(plan, engine, cancellationToken);
                ResultOutput.ToStandardOutput(ClusterTable.Of(state, Surface.OfStandardOutput()));
            }
        );
        return command;
    }

    private static Command Retry(Messages messages)
    {
        var command = new Command("retry", "Submit again what failed or is missing");
        var file = FileOf(command);
        var quiet = command.Quiet();
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                var heard = messages with { Quiet = parsed.GetValue(quiet) };
                (var plan, var engine) = Submitted(parsed.GetRequiredValue(file));
                var jobs = await ClusterRun.RetryAsync(plan, engine, cancellationToken);
                if (jobs.Count == 0)
                {
                    heard.Note("nothing failed and nothing is missing");
                }

                Tell(jobs, heard);
            }
        );
        return command;
    }

    private static Command Cancel(Messages messages)
    {
        var command = new Command("cancel", "End all jobs of the study; what they have finished is kept");
        var file = FileOf(command);
        var quiet = command.Quiet();
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                (var plan, var engine) = Submitted(parsed.GetRequiredValue(file));
                var ids = await ClusterRun.CancelAsync(plan, engine, cancellationToken);
                (messages with { Quiet = parsed.GetValue(quiet) }).Note(
                    $"told to end: {string.Join(", ", ids)}; what is finished is kept, and `semblance cluster retry` goes on"
                );
            }
        );
        return command;
    }

    private static void Tell(IReadOnlyList<SubmittedJob> jobs, Messages heard)
    {
        foreach (var job in jobs)
        {
            heard.Note($"{job.Stage.Name()}: job {job.Id}, {Figures.Count(job.Tasks.Count, "task")}");
        }
    }

    private static (ClusterPlan Plan, ISchedulingEngine Engine) Submitted(string file)
    {
        (var plan, var engine) = ClusterRun.Submitted(StudyFileReader.Read(file));
        return (plan, EngineOf(engine));
    }

    private static ISchedulingEngine EngineOf(string name) =>
        name == "kubernetes" ? new KubernetesEngine() : new SlurmEngine();

    /// <summary>As it was started: by its launcher, or by <c>dotnet</c>.</summary>
    private static string[] ThisProgram()
    {
        var process = Environment.ProcessPath!;
        return Path.GetFileNameWithoutExtension(process) == "dotnet"
            ? [process, Path.Combine(AppContext.BaseDirectory, "Semblance.Cli.dll")]
            : [process];
    }

    private static Argument<string> FileOf(Command command)
    {
        var file = new Argument<string>("FILE")
        {
            Description = "The study [default: study.yaml]",
            Arity = ArgumentArity.ZeroOrOne,
            DefaultValueFactory = _ => "study.yaml",
        };
        command.Add(file);
        return file;
    }
}
