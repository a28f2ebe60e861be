using System.Diagnostics;
using Semblance.Cli.Terminal;

namespace Semblance.Cli.Progress;

/// <summary>
/// Shows on standard error how far a transfer is: one line that is drawn again on a terminal, a line every few seconds
/// elsewhere.
/// </summary>
internal sealed class TransferView : IDisposable
{
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan BetweenDrawings = TimeSpan.FromMilliseconds(200);
    private readonly Lock _one = new();
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly TransferText _pace = new();
    private readonly Messages _messages;
    private readonly string _what;
    private readonly bool _live;
    private readonly Timer _timer;
    private long _done;
    private long _total;
    private bool _shown;

    public TransferView(Messages messages, string what)
    {
        (_messages, _what) = (messages, what);
        _live =
            !messages.Quiet && !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") is not "dumb";
        var between = _live ? BetweenDrawings : BetweenLines;
        _timer = new Timer(_ => Show(), null, messages.Quiet ? Timeout.InfiniteTimeSpan : between, between);
    }

    /// <summary>Takes note; cheap, from any thread.</summary>
    public void Report(long done, long total)
    {
        Interlocked.Exchange(ref _done, done);
        Interlocked.Exchange(ref _total, total);
    }

    /// <summary>Says a sentence without tearing the line that is drawn.</summary>
    public void Note(string sentence)
    {
        lock (_one)
        {
            Clear();
            _messages.Note(sentence);
        }
    }

    public void Dispose()
    {
        _timer.Dispose();
        lock (_one)
        {
            Clear();
        }
    }

    private void Show()
    {
        lock (_one)
        {
            var all = Interlocked.Read(ref _total);
            var now = Math.Min(Interlocked.Read(ref _done), all);
            if (all == 0)
            {
                return;
            }

            _pace.Note(_clock.Elapsed, now);
            var text = _pace.Text(now, all);
            if (!_live)
            {
                _messages.Note($"{_what}  {text}");
                return;
            }

            Clear();
            _shown = true;
            Draw(TransferText.Fit(_what, text, Surface.ReportedWidth() - 1));
        }
    }

    private void Clear()
    {
        if (_shown)
        {
            _shown = false;
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
