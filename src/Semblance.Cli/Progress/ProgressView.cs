using System.Diagnostics;
using Semblance.Cli.Terminal;
using Spectre.Console;

namespace Semblance.Cli.Progress;

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

        var clock = Stopwatch.StartNew();
        var live = !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") is not "dumb";
        if (!live)
        {
            var lines = new ProgressLines(TextOf, clock, Messages.Note);
            var result = await job(lines.Report);
            lines.Finish();
            return result;
        }

        var bar = new LiveBar(TextOf, clock);
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
        private readonly Lock _one = new();
        private readonly TaskCompletionSource _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private Pace? _pace;
        private Task? _display;
        private int _done;
        private int _total;

        public void Report(int nowDone, int nowTotal)
        {
            lock (_one)
            {
                (_done, _total) = (nowDone, nowTotal);
                _pace ??= new Pace(nowDone);
                _pace.Note(clock.Elapsed, nowDone);
                if (nowDone < nowTotal)
                {
                    _display ??= Task.Run(ShowAsync);
                }
            }
        }

        public async Task StopAsync()
        {
            _finished.TrySetResult();
            if (_display is not null)
            {
                await _display;
            }
        }

        private async Task ShowAsync()
        {
            try
            {
                var withBar = Surface.ReportedWidth() >= NarrowestWithBar;
                ProgressColumn[] bar = withBar ? [new ProgressBarColumn { Width = 30 }] : [];
                var console = AnsiConsole.Create(
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
                        var task = context.AddTask(Text(withBar));
                        do
                        {
                            lock (_one)
                            {
                                task.MaxValue = Math.Max(1, _total);
                                task.Value = _done;
                                task.Description = Text(withBar);
                            }
                        } while (await Task.WhenAny(_finished.Task, Task.Delay(100)) != _finished.Task);
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
            var room = Surface.ReportedWidth() - Spinner - (withBar ? ShortestBar + 1 : 0);
            lock (_one)
            {
                return Markup.Escape(textOf(_done, _total, _pace).Fit(room));
            }
        }
    }
}
