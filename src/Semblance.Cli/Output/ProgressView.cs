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
    /// <param name="beside">What else is counted, such as <c>3/6 pictures</c>; asked at every look, from any thread.</param>
    public static async Task<T> RunAsync<T>(
        string what,
        Func<Action<int, int>, Task<T>> job,
        string unit = "images",
        Func<string>? beside = null
    )
    {
        if (Messages.Quiet)
        {
            return await job((_, _) => { });
        }

        Stopwatch clock = Stopwatch.StartNew();
        bool live = !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") is not "dumb";
        if (!live)
        {
            ProgressLines lines = new(TextOf, clock, Messages.Note);
            T result = await job(lines.Report);
            lines.Finish();
            return result;
        }

        LiveBar bar = new(TextOf, clock);
        try
        {
            return await job(bar.Report);
        }
        finally
        {
            await bar.StopAsync();
        }

        ProgressText TextOf(int done, int total, Pace? pace) =>
            new(
                what,
                beside?.Invoke() ?? "",
                $"{done}/{total} {unit}",
                pace?.Speed(unit) ?? "",
                pace?.Left(total) ?? ""
            );
    }

    /// <summary>
    /// A bar that comes only when there is something to wait for, so that a run with nothing to do does not pay for the
    /// terminal library.
    /// </summary>
    private sealed class LiveBar(Func<int, int, Pace?, ProgressText> textOf, Stopwatch clock)
    {
        // Below this width the text needs all the room.
        private const int NarrowestWithBar = 80;
        private const int ShortestBar = 10;

        // The spinner, and the space that the terminal library leaves behind every column.
        private const int Spinner = 4;
        private readonly Lock one = new();
        private readonly TaskCompletionSource finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private Pace? pace;
        private Task? display;
        private int done;
        private int total;

        public void Report(int nowDone, int nowTotal)
        {
            lock (one)
            {
                (done, total) = (nowDone, nowTotal);
                pace ??= new Pace(nowDone);
                pace.Note(clock.Elapsed, nowDone);
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
                bool withBar = Surface.ReportedWidth() >= NarrowestWithBar;
                ProgressColumn[] bar = withBar ? [new ProgressBarColumn { Width = 30 }] : [];
                IAnsiConsole console = AnsiConsole.Create(
                    new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) }
                );
                await console
                    .Progress()
                    .AutoClear(true)
                    .HideCompleted(false)
                    .Columns([
                        new TaskDescriptionColumn { Alignment = Justify.Left },
                        .. bar,
                        new SpinnerColumn(Spectre.Console.Spinner.Known.Dots),
                    ])
                    .StartAsync(async context =>
                    {
                        ProgressTask task = context.AddTask(Text(withBar));
                        do
                        {
                            lock (one)
                            {
                                task.MaxValue = Math.Max(1, total);
                                task.Value = done;
                                task.Description = Text(withBar);
                            }
                        } while (await Task.WhenAny(finished.Task, Task.Delay(100)) != finished.Task);
                    });
            }
            catch (Exception exception) when (exception is IOException or InvalidOperationException)
            {
                // A terminal that went away must not end the work.
            }
        }

        /// <summary>As much as the terminal has room for now; it may have become narrower.</summary>
        private string Text(bool withBar)
        {
            int room = Surface.ReportedWidth() - Spinner - (withBar ? ShortestBar + 1 : 0);
            lock (one)
            {
                return Markup.Escape(textOf(done, total, pace).Fit(room));
            }
        }
    }
}
