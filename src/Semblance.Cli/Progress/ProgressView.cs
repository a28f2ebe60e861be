using System.Diagnostics;
using Semblance.Cli.Terminal;
using Semblance.Studies;
using Spectre.Console;

namespace Semblance.Cli.Progress;

/// <summary>Shows on standard error how far a countable job is: a live bar on a terminal, plain lines elsewhere.</summary>
internal static class ProgressView
{
    /// <summary>Runs the job under the view.</summary>
    /// <param name="messages">Nothing is shown where they are quiet.</param>
    /// <param name="stage">What is counted.</param>
    /// <param name="job">Gets a callback that says how far it is.</param>
    public static async Task RunAsync(Messages messages, StudyStage stage, Func<Action<StageCount>, Task> job)
    {
        if (messages.Quiet)
        {
            await job(_ => { });
            return;
        }

        var unit = stage.Unit == StageUnit.Steps ? "steps" : "images";
        var clock = Stopwatch.StartNew();
        var live = !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") is not "dumb";
        if (!live)
        {
            var lines = new ProgressLines(TextOf, clock, messages.Note);
            await job(lines.Report);
            lines.Finish();
            return;
        }

        var bar = new LiveBar(TextOf, clock);
        try
        {
            await job(bar.Report);
        }
        finally
        {
            await bar.StopAsync();
        }

        ProgressText TextOf(StageCount count, Pace? pace) =>
            new(
                stage.What,
                count.OfImages > 0 ? $"{count.Images}/{Figures.Count(count.OfImages, "image")}" : "",
                $"{count.Done}/{count.Total} {unit}",
                pace?.Speed(unit) ?? "",
                pace?.Left(count.Total) ?? ""
            );
    }

    /// <summary>
    /// A bar that comes only when there is something to wait for, so that a run with nothing to do does not pay for the
    /// terminal library.
    /// </summary>
    private sealed class LiveBar(Func<StageCount, Pace?, ProgressText> textOf, Stopwatch clock)
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
        private StageCount _now;

        public void Report(StageCount count)
        {
            lock (_one)
            {
                _now = count;
                _pace ??= new Pace(count.Done);
                _pace.Note(clock.Elapsed, count.Done);
                if (count.Done < count.Total)
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
                                task.MaxValue = Math.Max(1, _now.Total);
                                task.Value = _now.Done;
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
                return Markup.Escape(textOf(_now, _pace).Fit(room));
            }
        }
    }
}
