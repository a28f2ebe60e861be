using Semblance.Cli.Terminal;
using Semblance.Cluster.Jobs;

namespace Semblance.Cli.Tables;

/// <summary>How far the jobs of a study are, as a person reads it.</summary>
internal static class ClusterTable
{
    private const int Named = 10;

    public static string Of(ClusterState state, Surface surface)
    {
        var page = new Page(surface);
        var grid = new Grid("=stage", "tasks", "done", "running", "waiting", "failed", "missing");
        foreach (var stage in state.Tasks.GroupBy(task => task.Stage))
        {
            string Count(TaskState what) => Figures.Count(stage.Count(task => task.State == what));
            grid.Row(
                stage.Key.Name(),
                Figures.Count(stage.Count()),
                Count(TaskState.Done),
                Count(TaskState.Running),
                Count(TaskState.Waiting),
                Count(TaskState.Failed),
                Count(TaskState.Missing)
            );
        }

        grid.AddTo(page);
        page.EndLine();
        var failed = state.Tasks.Where(task => task.State == TaskState.Failed).ToArray();
        foreach (var task in failed.Take(Named))
        {
            page.Sentence(
                $"{task.Stage.Name()} {task.Task} failed{(task.Code is { } code ? $" with code {code}" : "")}{(task.Log.Count > 0 ? ":" : ".")}"
            );
            foreach (var line in task.Log)
            {
                page.Sentence(line, Ink.Faint, indent: 2);
            }
        }

        if (failed.Length > Named)
        {
            page.Sentence($"And {Figures.Count(failed.Length - Named, "task")} more.");
        }

        page.Sentence(
            state.IsDone ? "All is done."
            : failed.Length > 0 || state.Tasks.Any(task => task.State == TaskState.Missing)
                ? "`semblance cluster retry` submits again what failed or is missing."
            : "Nothing is missing; wait for the jobs."
        );
        return page.ToString();
    }
}
