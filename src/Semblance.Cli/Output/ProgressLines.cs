using System.Diagnostics;

namespace Semblance.Cli.Output;

/// <summary>Progress where standard error is no terminal: a plain line every few seconds, one at the start.</summary>
internal sealed class ProgressLines(string what, string unit, Stopwatch clock, Action<string> write)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);
    private readonly Lock one = new();
    private TimeSpan last;
    private Pace? pace;

    public void Report(int done, int total)
    {
        lock (one)
        {
            TimeSpan now = clock.Elapsed;
            if (pace is null)
            {
                pace = new Pace(done);
                if (done < total)
                {
                    write($"{what} {done}/{total} {unit}");
                }
            }

            pace.Note(now, done);
            if (now - last < Every)
            {
                return;
            }

            last = now;
            string text = pace.Text(total, unit);
            write($"{what} {done}/{total} {unit}{(text.Length > 0 ? ", " : "")}{text}");
        }
    }
}
