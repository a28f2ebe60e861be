using System.Globalization;
using Semblance.Cli.Terminal;
using Semblance.Models.Hub;
using Semblance.Studies;

namespace Semblance.Cli.Progress;

/// <summary>How fast a stage goes and how long it will take, from the last 15 seconds of it.</summary>
/// <param name="alreadyDone">Pieces that took work before the start.</param>
internal sealed class Pace(long alreadyDone)
{
    private const double WindowSeconds = 15;
    private readonly Queue<(double Seconds, long Done)> _window = new([(0, alreadyDone)]);
    private long _free;

    /// <summary>
    /// Notes that <paramref name="done"/> pieces are finished after <paramref name="elapsed"/>, of which
    /// <paramref name="free"/> took no work and say nothing of the speed.
    /// </summary>
    public void Note(TimeSpan elapsed, long done, long free = 0)
    {
        (_free, done) = (free, done - free);
        // A download that starts again has no speed yet.
        if (done < _window.Last().Done)
        {
            _window.Clear();
        }

        _window.Enqueue((elapsed.TotalSeconds, done));
        while (_window.Count > 2 && _window.Peek().Seconds < elapsed.TotalSeconds - WindowSeconds)
        {
            _window.Dequeue();
        }
    }

    /// <summary>For example <c>21.3 images/s</c> or <c>23.1 MB/s</c>; empty as long as it is not known.</summary>
    public string Speed(StageUnit unit) =>
        (Rate, unit) switch
        {
            (null, _) => "",
            ({ } rate, StageUnit.Bytes) => $"{ByteText.Of((long)rate)}/s",
            (< 0.5 and var rate, _) =>
                $"{(1 / rate).ToString("F1", CultureInfo.InvariantCulture)} s per {ProgressText.NameOf(unit).TrimEnd('s')}",
            ({ } rate, _) =>
                $"{rate.ToString(rate < 100 ? "F1" : "F0", CultureInfo.InvariantCulture)} {ProgressText.NameOf(unit)}/s",
        };

    /// <summary>For example <c>0:31 left</c>; empty at the end, and as long as it is not known.</summary>
    public string Left(long total) =>
        Rate is { } rate && _window.Last().Done + _free < total
            ? $"{Clock(TimeSpan.FromSeconds((total - _free - _window.Last().Done) / rate))} left"
            : "";

    /// <summary>Pieces a second, null as long as it is not known.</summary>
    private double? Rate
    {
        get
        {
            var (firstSeconds, firstDone) = _window.Peek();
            var (seconds, done) = _window.Last();
            return done > firstDone && seconds > firstSeconds ? (done - firstDone) / (seconds - firstSeconds) : null;
        }
    }

    /// <summary><c>0:31</c>, or from an hour on as <see cref="Figures.Hours"/>; rounded up to a second.</summary>
    internal static string Clock(TimeSpan time)
    {
        var seconds = (long)Math.Ceiling(time.TotalSeconds);
        return seconds >= 3600
            ? Figures.Hours(time)
            : string.Create(CultureInfo.InvariantCulture, $"{seconds / 60}:{seconds % 60:00}");
    }
}
