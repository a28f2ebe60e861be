using System.Globalization;
using Semblance.Cli.Terminal;
using Semblance.Models.Hub;

namespace Semblance.Cli.Progress;

/// <summary>What is said of a transfer that goes on: how much of how much, how fast, how long still.</summary>
internal sealed class TransferText
{
    private const double WindowSeconds = 15;
    private const string Gap = "  ";
    private readonly Queue<(double Seconds, long Done)> _window = new();

    /// <summary>Notes that so many bytes are here after so long.</summary>
    public void Note(TimeSpan elapsed, long done)
    {
        // What begins again, or was there before the first look, is no speed.
        if (_window.Count > 0 && done < _window.Last().Done)
        {
            _window.Clear();
        }

        _window.Enqueue((elapsed.TotalSeconds, done));
        while (_window.Count > 2 && _window.Peek().Seconds < elapsed.TotalSeconds - WindowSeconds)
        {
            _window.Dequeue();
        }
    }

    /// <summary>What is transferred and how far it is on one line; where that is too long the name gives way, then the end.</summary>
    public static string Fit(string what, string text, int width)
    {
        const int narrowest = 12;
        var room = Math.Max(narrowest, width - Gap.Length - Cells.Width(text));
        return Cells.Cut($"{Cells.Cut(what, room, "...")}{Gap}{text}", width, "...");
    }

    /// <summary>For example <c>45%  272 MB of 605 MB  23.1 MB/s  0:14 left</c>.</summary>
    public string Text(long done, long total)
    {
        var percent = string.Create(CultureInfo.InvariantCulture, $"{(total == 0 ? 100 : 100 * done / total)}%");
        var text = $"{percent}  {ByteText.Of(done)} of {ByteText.Of(total)}";
        if (_window.Count < 2)
        {
            return text;
        }

        (var firstSeconds, var first) = _window.Peek();
        (var seconds, var last) = _window.Last();
        if (last <= first || seconds <= firstSeconds)
        {
            return text;
        }

        var rate = (last - first) / (seconds - firstSeconds);
        text += $"  {ByteText.Of((long)rate)}/s";
        return done < total ? $"{text}  {Pace.Clock(TimeSpan.FromSeconds((total - done) / rate))} left" : text;
    }
}
