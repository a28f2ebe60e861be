using System.Diagnostics;
using Semblance.Cli.Terminal;
using Semblance.Studies;

namespace Semblance.Cli.Progress;

/// <summary>Progress on a terminal: one line, drawn again five times a second as long as there is something to wait for.</summary>
internal sealed class LiveLine : IDisposable
{
    private const int NarrowestWithBar = 80;
    private const int BarLength = 20;
    private static readonly TimeSpan BetweenDrawings = TimeSpan.FromMilliseconds(200);

    private readonly Lock _one = new();
    private readonly StudyStage _stage;
    private readonly Stopwatch _clock;
    private readonly TextWriter _writer;
    private readonly Func<int> _width;
    private readonly Timer _timer;
    private Pace? _pace;
    private StageCount _now;
    private bool _isDrawn;
    private bool _isClosed;

    /// <summary>Begins to draw, first after one pause between drawings.</summary>
    /// <param name="stage">What is counted.</param>
    /// <param name="clock">Since the stage began.</param>
    /// <param name="writer">The terminal.</param>
    /// <param name="width">Its cells in a line, which may change; null to ask it.</param>
    /// <param name="between">Two drawings; null for a fifth of a second.</param>
    public LiveLine(
        StudyStage stage,
        Stopwatch clock,
        TextWriter writer,
        Func<int>? width = null,
        TimeSpan? between = null
    )
    {
        (_stage, _clock, _writer, _width) = (stage, clock, writer, width ?? Surface.ReportedWidth);
        _timer = new Timer(_ => Draw(), null, between ?? BetweenDrawings, between ?? BetweenDrawings);
    }

    /// <summary>Records how far it is; cheap, from any thread.</summary>
    public void Report(StageCount count)
    {
        lock (_one)
        {
            _now = count;
            _pace ??= new Pace(count.Done - count.Free);
            _pace.Note(_clock.Elapsed, count.Done, count.Free);
        }
    }

    /// <summary>Runs what writes to the terminal while the line is away.</summary>
    public void Apart(Action say)
    {
        lock (_one)
        {
            Clear();
            say();
        }
    }

    public void Dispose()
    {
        lock (_one)
        {
            Clear();
            _isClosed = true;
        }

        _timer.Dispose();
    }

    /// <summary>Draws it as it is now, in the place of the last drawing; nothing where there is nothing to wait for.</summary>
    internal void Draw()
    {
        lock (_one)
        {
            if (_isClosed || _now.Done >= _now.Total)
            {
                return;
            }

            var width = _width() - 1;
            var bar = width < NarrowestWithBar - 1 ? "" : $"{Bar(_now)}  ";
            Clear();
            Write(bar + ProgressText.Of(_stage, _now, _pace).Fit(width - bar.Length));
            _isDrawn = true;
        }
    }

    private static string Bar(StageCount count)
    {
        var filled = (int)(BarLength * count.Done / count.Total);
        return new string('#', filled) + new string('.', BarLength - filled);
    }

    private void Clear()
    {
        if (_isDrawn)
        {
            _isDrawn = false;
            Write("\r\u001b[K");
        }
    }

    private void Write(string text)
    {
        try
        {
            _writer.Write(text);
        }
        catch (IOException)
        {
            // A terminal that went away must not end the work.
        }
    }
}
