using System.Globalization;
using System.Text;
using Semblance.Cluster.Jobs;

namespace Semblance.Cluster.Slurm;

/// <summary>The job files of a study for <c>sbatch</c>: a plain function of the plan.</summary>
public static class SlurmScripts
{
    /// <summary>The code by which a shard asks to be queued again (EX_TEMPFAIL).</summary>
    private const string Requeue = "75";

    /// <summary>The text of a stage's job file.</summary>
    /// <exception cref="UsageException">A path holds a line break, which no job file can hold.</exception>
    public static string Of(ClusterPlan plan, ClusterStage stage)
    {
        ArgumentNullException.ThrowIfNull(plan);
        (var settings, var name) = (plan.Settings, stage.Name());
        var isArray = stage != ClusterStage.Finish;
        var task = isArray ? "%a" : "0";
        var text = new StringBuilder();
        Line("#!/bin/bash");
        Line(
            stage switch
            {
                ClusterStage.Images =>
                    $"# The images of the study {plan.JobName}, shared out among {settings.Shards} tasks.",
                ClusterStage.Embeddings =>
                    $"# The embeddings of the study {plan.JobName}, shared out among {settings.Shards} tasks.",
                _ =>
                    $"# What follows when all images of the study {plan.JobName} are embedded: scores, comparison, report.",
            }
        );
        Line("# Written by `semblance cluster submit`, which leaves this file alone once it was edited.");
        Option("job-name", $"{plan.JobName}-{name}");
        if (isArray)
        {
            var most = settings.AtOnce is { } number ? Invariant($"%{number}") : "";
            Option("array", Invariant($"0-{settings.Shards - 1}{most}"));
        }

        Option("output", Pattern(plan.Log(stage, "")).Replace(".log", $"{task}.log", StringComparison.Ordinal));
        Option("open-mode", "append", "a task that is queued again goes on in its log");
        Option("requeue", null, "also where the cluster does not by itself");
        Option("signal", "B:TERM@120", "two minutes before the time is over");
        Option("time", settings.Time);
        Option("mem", settings.Memory);
        Option("cpus-per-task", settings.Processors?.ToString(CultureInfo.InvariantCulture));
        Option("gres", stage == ClusterStage.Images && settings.Gpus is { } gpus ? Invariant($"gpu:{gpus}") : null);
        Option("partition", settings.Partition);
        Option("account", settings.Account);
        Line("");
        Line("# What the machines need first, such as: module load dotnet");
        Line("");
        Line($"semblance=({string.Join(' ', settings.Program.Select(Quoted))})");
        Line($"study={Quoted(Path.GetFileName(plan.StudyPath))}");
        Line($"ended={Quoted(Path.GetDirectoryName(plan.Code(stage, "0"))!)}");
        Line(isArray ? "task=$SLURM_ARRAY_TASK_ID" : "task=0");
        Line("");
        // Paths in tables are then as they are where the study's owner runs it.
        Line($"cd {Quoted(Path.GetDirectoryName(plan.StudyPath)!)} || exit 4");
        Line("");
        Line("# Time is over, or the machine is wanted: the worker keeps what it has finished, and ends.");
        Line("told=");
        Line("worker=");
        Line("trap 'told=1; [ -n \"$worker\" ] && kill -TERM \"$worker\" 2>/dev/null' TERM");
        var mirror = string.Concat(settings.Mirror.Select(word => $" {Quoted(word)}"));
        var scratch = isArray && plan.ScratchOf("$task") is { } folder ? $" --run \"{Plain(folder)}\"" : "";
        Line(
            isArray
                ? Invariant(
                    $"\"${{semblance[@]}}\" study run \"$study\" --yes --shard \"$task/{settings.Shards}\" --step {name}{settings.RunOptions}{mirror}{scratch} &"
                )
                : $"\"${{semblance[@]}}\" study run \"$study\" --yes{settings.RunOptions}{mirror} &"
        );
        Line("worker=$!");
        Line("wait \"$worker\"");
        Line("code=$?");
        Line("if [ -n \"$told\" ] && [ \"$code\" -ge 128 ]; then");
        Line("  wait \"$worker\" # the first wait ended with the signal");
        Line("  code=$?");
        // A run that is no shard says 130 when it is told to end; one that has hardly begun is ended by the signal itself.
        Line($"  case $code in 127 | 130 | 143) code={Requeue} ;; esac");
        Line("fi");
        Line("");
        Line("mkdir -p \"$ended\"");
        Line($"echo \"$code\" > \"$ended/{name}-$task.new\" && mv \"$ended/{name}-$task.new\" \"$ended/{name}-$task\"");
        Line($"# {Requeue}: told to end before it was done. It goes on where it stopped.");
        Line($"if [ \"$code\" -eq {Requeue} ]; then");
        Line("  scontrol requeue \"$SLURM_JOB_ID\"");
        Line("fi");
        Line("exit \"$code\"");
        return text.ToString();

        void Line(string line) => text.Append(line).Append('\n');

        void Option(string option, string? value, string? why = null)
        {
            if (value is not null || why is not null)
            {
                var given = value is null ? "" : $"={value}";
                Line($"#SBATCH --{option}{given}{(why is null ? "" : $"  # {why}")}");
            }
        }
    }

    /// <summary>A path as <c>--output</c> takes it: % begins a number of the job there.</summary>
    private static string Pattern(string path) => $"\"{Plain(path).Replace("%", "%%", StringComparison.Ordinal)}\"";

    private static string Quoted(string word) => $"'{Plain(word).Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static string Plain(string text) =>
        text.AsSpan().IndexOfAny('\n', '\r', '"') < 0
            ? text
            : throw new UsageException($"No job file can name {text}: it holds a quotation mark or a line break.");

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
