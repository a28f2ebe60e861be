using Semblance.Reports.Content;
using Semblance.Reports.Figures;
using Semblance.Statistics;
using Semblance.Wording;

namespace Semblance.Reports.Selection;

/// <summary>Does the difference hold for short and for long prompts? The prompts parted at their median number of words.</summary>
internal static class PromptHalves
{
    /// <summary>A half of fewer prompts than this says nothing.</summary>
    private const int Fewest = 8;

    public static IEnumerable<ForestPlot.Row> Of(
        ReportContent content,
        ModelScores first,
        ModelScores second,
        double level
    )
    {
        int[] words = [.. content.Prompts.Select(prompt => Words(prompt.Prompt))];
        if (words.Length < 2 * Fewest)
        {
            yield break;
        }

        var limit = (int)Math.Floor(Descriptive.Median(words.Select(count => (double)count)));
        double[] shorter = [.. Differences(count => count <= limit)];
        double[] longer = [.. Differences(count => count > limit)];
        if (shorter.Length < Fewest || longer.Length < Fewest)
        {
            yield break;
        }

        yield return Row($"prompts of {Plural.Of(limit, "word")} or fewer", shorter);
        yield return Row("longer prompts", longer);

        IEnumerable<double> Differences(Func<int, bool> isPart) =>
            Enumerable
                .Range(0, words.Length)
                .Where(i => isPart(words[i]))
                .Select(i => second.Scores[i] - first.Scores[i]);

        ForestPlot.Row Row(string label, double[] differences)
        {
            var interval = MeanInterval.Student(differences, level);
            return new ForestPlot.Row(
                $"{label} ({differences.Length})",
                new Estimate(Descriptive.Mean(differences), interval.Low, interval.High, level, "Student"),
                differences.Length
            );
        }
    }

    private static int Words(string prompt) =>
        prompt.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length;
}
