using System.Diagnostics;
using Spectre.Console;

namespace Semblance.Cli.Output;

/// <summary>Shows on standard error how far a countable job is: a live bar on a terminal, plain lines elsewhere.</summary>
internal static class ProgressView
{
    /// <summary>Runs the job under the view.</summary>
    /// <param name="what">For example <c>embedding</c>.</param>
    /// <param name="job">Gets a callback (done, total), or one that does nothing under <c>--quiet</c>.</param>
    /// <param name="unit">What is counted.</param>
    public static async Task<T> RunAsync<T>(string what, Func<Action<int, int>, Task<T>> job, string unit = "images")
    {
        if (Messages.Quiet)
        {
            return await job((_, _) => { });
        }

        Stopwatch clock = Stopwatch.StartNew();
        bool live = !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") is not "dumb";
        if (!live)
        {
            return await job(new ProgressLines(what, unit, clock, Messages.Note).Report);
        }

        LiveBar bar = new(what, unit, clock);
        try
        {
            return await job(bar.Report);
        }
        finally
        {
            await bar.StopAsync();
        }
    }

    /// <summary>
    /// A bar that comes only when there is something to wait for, so that a run with nothing to do does not pay for the
    /// terminal library.
    /// </summary>
    private sealed class LiveBar(string what, string unit, Stopwatch clock)
    {
        private readonly Lock one = new();
        private readonly TaskCompletionSource finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private Pace? pace;
        private Task? display;
        private int done;
        private int total;
        private string text = "";

        public void Report(int nowDone, int nowTotal)
        {
            lock (one)
            {
                (done, total) = (nowDone, nowTotal);
                pace ??= new Pace(nowDone);
                pace.Note(clock.Elapsed, nowDone);
                text = pace.Text(nowTotal, unit);
                if (nowDone < nowTotal)
                {
                    display ??= Task.Run(ShowAsync);
                }
            }
        }

        public async Task StopAsync()
        {
            finished.TrySetResult();
            if (display is not null)
            {
                await display;
            }
        }

        private async Task ShowAsync()
        {
            try
            {
                IAnsiConsole console = AnsiConsole.Create(
                    new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) }
                );
                await console
                    .Progress()
                    .AutoClear(true)
                    .HideCompleted(false)
                    .Columns(
                        new TaskDescriptionColumn { Alignment = Justify.Left },
                        new ProgressBarColumn { Width = 30 },
                        new SpinnerColumn(Spinner.Known.Dots)
                    )
                    .StartAsync(async context =>
                    {
                        ProgressTask task = context.AddTask(what);
                        do
                        {
                            lock (one)
                            {
                                task.MaxValue = Math.Max(1, total);
                                task.Value = done;
                                task.Description = Markup.Escape($"{what} {done}/{total} {unit}  {text}".TrimEnd());
                            }
                        } while (await Task.WhenAny(finished.Task, Task.Delay(100)) != finished.Task);
                    });
            }
            catch (Exception exception) when (exception is IOException or InvalidOperationException)
            {
                // A terminal that went away must not end the work.
            }
        }
    }
}
