using System.Globalization;
using Semblance.Consistency;

namespace Semblance.Cli.Output;

/// <summary>Two models in plain words: which one is more consistent, by how much, and how many prompts agree.</summary>
internal static class Verdict
{
    /// <summary>Compares the two models over the prompts that both have, matched by key.</summary>
    /// <returns>Sentences; it is a description of these images and no test.</returns>
    public static string Of(ScoreReport report, string first, string second)
    {
        Dictionary<string, double> scores = report
            .Sets.Where(set => set.Model == second)
            .ToDictionary(set => set.PromptKey, set => set.Scs, StringComparer.Ordinal);
        double[] differences =
        [
            .. report
                .Sets.Where(set => set.Model == first && scores.ContainsKey(set.PromptKey))
                .Select(set => set.Scs - scores[set.PromptKey]),
        ];
        if (differences.Length == 0)
        {
            return $"{first} and {second} share no prompt, so they cannot be compared.";
        }

        double mean = differences.Average();
        (string more, string less) = mean >= 0 ? (first, second) : (second, first);
        int agree = differences.Count(difference => Math.Sign(difference) == Math.Sign(mean));
        string size = Math.Abs(mean).ToString("F2", CultureInfo.InvariantCulture);
        return mean == 0
            ? $"{first} and {second} are equally consistent over the prompts that both have."
            : $"{more} is more consistent than {less}: its images of one prompt are {size} points of SCS more alike, "
                + $"on average over {differences.Length} prompts; {agree} of the {differences.Length} prompts agree.";
    }
}
