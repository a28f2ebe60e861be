using Semblance.Statistics;

namespace Semblance.Agreement;

/// <summary>How often a single vote for a model is for the one that the score chooses.</summary>
/// <param name="Share">0 to 1.</param>
/// <param name="Votes">Votes for a model on items whose scores differ.</param>
/// <param name="Bootstrap">
/// Two-way ("pigeonhole") bootstrap: prompts and raters are both drawn again, for any prompts and raters like these (A. B.
/// Owen, Annals of Applied Statistics 1 (2007)). It is cautious: noise of single votes counts up to three times. Null for
/// one prompt or one rater.
/// </param>
/// <param name="Variance">What prompts, raters and single votes add to the variance; null where it cannot be told.</param>
public sealed record PerVoteAgreement(double Share, int Votes, Interval? Bootstrap, VoteVariance? Variance)
{
    /// <summary>Compares every vote with the score's choice.</summary>
    /// <param name="table">Votes.</param>
    /// <param name="differences">Second model's score minus first model's, an item each.</param>
    /// <param name="level">Of the interval.</param>
    /// <param name="resamples">How often prompts and raters are drawn.</param>
    /// <param name="seed">The same seed gives the same interval, to the bit.</param>
    /// <param name="threads">0 for all cores; the interval does not depend on it.</param>
    /// <exception cref="AssumptionException">LengthMismatch; Empty without a vote to compare; OutOfRange.</exception>
    public static PerVoteAgreement Of(
        VoteTable table,
        IReadOnlyList<double> differences,
        double level = 0.95,
        int resamples = 2000,
        ulong seed = 1,
        Threads threads = default
    )
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(differences);
        Sample.RequireFraction(level);
        AssumptionException.ThrowUnless(
            table.Items.Count == differences.Count,
            Assumption.LengthMismatch,
            $"There are votes on {table.Items.Count} items and scores of {differences.Count}."
        );

        // Prompts are what is drawn: the pairs of models of one prompt stay together.
        string[] prompts = [.. table.Items.Select(item => item.Prompt).Distinct()];
        var places = prompts.Select((prompt, i) => (prompt, i)).ToDictionary(one => one.prompt, one => one.i);
        var right = new double[prompts.Length, table.Raters.Count];
        var count = new double[prompts.Length, table.Raters.Count];
        for (var i = 0; i < table.Items.Count; i++)
        {
            var selected = Majority.OfScore(differences[i]);
            for (var r = 0; r < table.Raters.Count && selected != Choice.Tie; r++)
            {
                if (table.Choices[i][r] is { } vote and not Choice.Tie)
                {
                    var prompt = places[table.Items[i].Prompt];
                    count[prompt, r]++;
                    right[prompt, r] += vote == selected ? 1 : 0;
                }
            }
        }

        var votes = count.Cast<double>().Sum();
        AssumptionException.ThrowUnless(
            votes > 0,
            Assumption.Empty,
            $"No vote is for a model on a prompt whose scores differ."
        );
        var interval =
            prompts.Length > 1 && table.Raters.Count > 1
                ? TwoWayBootstrap.Interval(right, count, level, resamples, seed, threads)
                : null;
        return new PerVoteAgreement(
            right.Cast<double>().Sum() / votes,
            (int)votes,
            interval,
            VoteVariance.Of(right, count)
        );
    }
}
