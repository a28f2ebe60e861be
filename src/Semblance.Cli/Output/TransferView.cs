using System.Diagnostics;

namespace Semblance.Cli.Output;

/// <summary>
/// Shows on standard error how far a transfer is: one line that is drawn again on a terminal, a line every few seconds
/// elsewhere.
/// </summary>
internal sealed class TransferView : IDisposable
{
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan BetweenDrawings = TimeSpan.FromMilliseconds(200);
    private readonly Lock one = new();
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private readonly TransferText pace = new();
    private readonly string what;
    private readonly bool live;
    private readonly Timer timer;
    private long done;
    private long total;
    private bool shown;

    public TransferView(string what)
    {
        this.what = what;
        live =
            !Messages.Quiet && !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") is not "dumb";
        TimeSpan between = live ? BetweenDrawings : BetweenLines;
        timer = new Timer(_ => Show(), null, Messages.Quiet ? Timeout.InfiniteTimeSpan : between, between);
    }

    /// <summary>Takes note; cheap, from any thread.</summary>
    public void Report(long nowDone, long nowTotal)
    {
        Interlocked.Exchange(ref done, nowDone);
        Interlocked.Exchange(ref total, nowTotal);
    }

    /// <summary>Says a sentence without tearing the line that is drawn.</summary>
    public void Note(string sentence)
    {
        lock (one)
        {
            Clear();
            Messages.Note(sentence);
        }
    }

    public void Dispose()
    {
        timer.Dispose();
        lock (one)
        {
            Clear();
        }
    }

    private void Show()
    {
        lock (one)
        {
            long all = Interlocked.Read(ref total);
            long now = Math.Min(Interlocked.Read(ref done), all);
            if (all == 0)
            {
                return;
            }

            pace.Note(clock.Elapsed, now);
            string text = pace.Text(now, all);
            if (!live)
            {
                Messages.Note($"{what}  {text}");
                return;
            }

            Clear();
            shown = true;
            Draw(TransferText.Fit(what, text, Surface.ReportedWidth() - 1));
        }
    }

    private void Clear()
    {
        if (shown)
        {
            shown = false;
            Draw("\r\u001b[K");
        }
    }

    private static void Draw(string text)
    {
        try
        {
            Console.Error.Write(text);
        }
        catch (IOException)
        {
            // A terminal that went away must not end the work.
        }
    }
}
