using System.Diagnostics;

namespace Semblance.Cli.Output;

/// <summary>
/// Progress where standard error is no terminal: a plain line every few seconds, and where there was anything to wait for
/// one at the start and one at the end.
/// </summary>
internal sealed class ProgressLines(Func<int, int, Pace?, ProgressText> textOf, Stopwatch clock, Action<string> write)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);
    private readonly Lock one = new();
    private TimeSpan last;
    private Pace? pace;
    private (int Done, int Total) now;
    private string? written;

    public void Report(int done, int total)
    {
        lock (one)
        {
            now = (done, total);
            TimeSpan elapsed = clock.Elapsed;
            if (pace is null)
            {
                pace = new Pace(done);
                if (done < total)
                {
                    Write(null);
                }
            }

            pace.Note(elapsed, done);
            if (elapsed - last >= Every)
            {
                last = elapsed;
                Write(pace);
            }
        }
    }

    /// <summary>The job has ended well: what it came to is told, if its beginning was.</summary>
    public void Finish()
    {
        lock (one)
        {
            if (written is not null)
            {
                Write(pace);
            }
        }
    }

    private void Write(Pace? known)
    {
        ProgressText text = textOf(now.Done, now.Total, known);
        if (text.Counts != written)
        {
            written = text.Counts;
            write(text.Whole);
        }
    }
}
