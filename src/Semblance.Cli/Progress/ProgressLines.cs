using System.Diagnostics;
using Semblance.Studies;

namespace Semblance.Cli.Progress;

/// <summary>
/// Progress where standard error is not a terminal: a plain line every few seconds, and one at the start and one at the
/// end if there was anything to wait for.
/// </summary>
internal sealed class ProgressLines(StudyStage stage, Stopwatch clock, Action<string> write)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);
    private readonly Lock _one = new();
    private TimeSpan _last;
    private Pace? _pace;
    private StageCount _now;
    private string? _written;

    public void Report(StageCount count)
    {
        lock (_one)
        {
            _now = count;
            var elapsed = clock.Elapsed;
            if (_pace is null)
            {
                _pace = new Pace(count.Done - count.Free);
                if (count.Done < count.Total)
                {
                    Write(null);
                }
            }

            _pace.Note(elapsed, count.Done, count.Free);
            if (elapsed - _last >= Every)
            {
                _last = elapsed;
                Write(_pace);
            }
        }
    }

    /// <summary>The stage has ended well: writes the last line, if there was a first one.</summary>
    public void Finish()
    {
        lock (_one)
        {
            if (_written is not null)
            {
                Write(_pace);
            }
        }
    }

    private void Write(Pace? known)
    {
        var text = ProgressText.Of(stage, _now, known);
        if (text.Counts != _written)
        {
            _written = text.Counts;
            write(text.Whole);
        }
    }
}
