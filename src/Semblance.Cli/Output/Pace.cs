using System.Globalization;

namespace Semblance.Cli.Output;

/// <summary>How fast a countable job goes, and how long it will take, from the last few seconds of it.</summary>
internal sealed class Pace(int alreadyDone)
{
    private const double WindowSeconds = 15;
    private readonly Queue<(double Seconds, int Done)> window = new([(0, alreadyDone)]);

    /// <summary>Notes that <paramref name="done"/> pieces are finished after <paramref name="elapsed"/>.</summary>
    public void Note(TimeSpan elapsed, int done)
    {
        window.Enqueue((elapsed.TotalSeconds, done));
        while (window.Count > 2 && window.Peek().Seconds < elapsed.TotalSeconds - WindowSeconds)
        {
            window.Dequeue();
        }
    }

    /// <summary>For example <c>21.3 images/s, 0:31 left</c>; empty before there is anything to tell from.</summary>
    public string Text(int total, string unit = "images")
    {
        (double firstSeconds, int firstDone) = window.Peek();
        (double seconds, int done) = window.Last();
        if (done <= firstDone || seconds <= firstSeconds)
        {
            return "";
        }

        double rate = (done - firstDone) / (seconds - firstSeconds);
        // What takes longer than a second is told the other way round.
        string speed =
            rate < 0.5
                ? $"{(1 / rate).ToString("F1", CultureInfo.InvariantCulture)} s per {unit.TrimEnd('s')}"
                : $"{rate.ToString(rate < 100 ? "F1" : "F0", CultureInfo.InvariantCulture)} {unit}/s";
        return done >= total ? speed : $"{speed}, {Clock(TimeSpan.FromSeconds((total - done) / rate))} left";
    }

    internal static string Clock(TimeSpan time)
    {
        time = TimeSpan.FromSeconds(Math.Ceiling(time.TotalSeconds));
        return time.TotalHours >= 1
            ? string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours}:{time.Minutes:00}:{time.Seconds:00}")
            : string.Create(CultureInfo.InvariantCulture, $"{time.Minutes}:{time.Seconds:00}");
    }
}
