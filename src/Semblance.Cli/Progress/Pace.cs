using System.Globalization;

namespace Semblance.Cli.Progress;

/// <summary>How fast a countable job goes, and how long it will take, from the last few seconds of it.</summary>
internal sealed class Pace(long alreadyDone)
{
    private const double WindowSeconds = 15;
    private readonly Queue<(double Seconds, long Done)> _window = new([(0, alreadyDone)]);

    /// <summary>Notes that <paramref name="done"/> pieces are finished after <paramref name="elapsed"/>.</summary>
    public void Note(TimeSpan elapsed, long done)
    {
        _window.Enqueue((elapsed.TotalSeconds, done));
        while (_window.Count > 2 && _window.Peek().Seconds < elapsed.TotalSeconds - WindowSeconds)
        {
            _window.Dequeue();
        }
    }

    /// <summary>For example <c>21.3 images/s</c>; empty before there is anything to tell from.</summary>
    public string Speed(string unit)
    {
        // What takes longer than a second is told the other way round.
        return Rate switch
        {
            null => "",
            < 0.5 and var slow =>
                $"{(1 / slow).ToString("F1", CultureInfo.InvariantCulture)} s per {unit.TrimEnd('s')}",
            { } rate => $"{rate.ToString(rate < 100 ? "F1" : "F0", CultureInfo.InvariantCulture)} {unit}/s",
        };
    }

    /// <summary>For example <c>0:31 left</c>; empty at the end, and before there is anything to tell from.</summary>
    public string Left(long total) =>
        Rate is { } rate && _window.Last().Done < total
            ? $"{Clock(TimeSpan.FromSeconds((total - _window.Last().Done) / rate))} left"
            : "";

    /// <summary>Pieces a second.</summary>
    private double? Rate
    {
        get
        {
            (var firstSeconds, var firstDone) = _window.Peek();
            (var seconds, var done) = _window.Last();
            return done > firstDone && seconds > firstSeconds ? (done - firstDone) / (seconds - firstSeconds) : null;
        }
    }

    internal static string Clock(TimeSpan time)
    {
        time = TimeSpan.FromSeconds(Math.Ceiling(time.TotalSeconds));
        return time.TotalHours >= 1
            ? string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours}:{time.Minutes:00}:{time.Seconds:00}")
            : string.Create(CultureInfo.InvariantCulture, $"{time.Minutes}:{time.Seconds:00}");
    }
}
