using System.Diagnostics;

namespace Semblance.Cli.Output;

/// <summary>Progress where standard error is no terminal: a plain line every few seconds, none for what is quick.</summary>
internal sealed class ProgressLines(string what, Stopwatch clock, Action<string> write)
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
            pace ??= new Pace(done);
            pace.Note(now, done);
            if (now - last < Every)
            {
                return;
            }

            last = now;
            string text = pace.Text(total);
            write($"{what} {done}/{total}{(text.Length > 0 ? ", " : "")}{text}");
        }
    }
}
