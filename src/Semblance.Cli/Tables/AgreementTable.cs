using Semblance.Agreement;
using Semblance.Cli.Terminal;
using Semblance.Runs.Agreeing;

namespace Semblance.Cli.Tables;

/// <summary>An agreement as a person reads it: the verdict first, then what it rests on.</summary>
internal static class AgreementTable
{
    /// <summary>Everything that agreement shows, as one text.</summary>
    public static string Render(AgreementResult result, Surface surface)
    {
        var page = new Page(surface);
        var report = result.Report;
        page.Heading(
            "Agreement",
            $"{Figures.Count(report.Figures.People.Votes, "vote")} of {Figures.Count(report.Figures.People.Raters, "rater")} on {Figures.Count(report.Figures.People.Prompts, "prompt")}"
        );
        page.Sentence(report.Verdict);
        page.Cautions(report.Warnings);
        foreach (var encoder in report.Figures.Encoders)
        {
            Headline(page, report, encoder);
            EncoderTable.Add(page, encoder);
        }

        PeopleTable.Add(page, report);
        RaterTable.Add(page, report);
        Paper(page, report, result.Options);
        page.EndLine().Note("What the lines mean: docs/agreement-json.md");
        return page.ToString();
    }

    /// <summary>A share with its limits, in percent.</summary>
    public static string[] Cells(VoteShare? share) =>
        share is null
            ? ["-", ""]
            :
            [
                Percent(share.Value),
                share is { Low: { } low, High: { } high } ? $"{Percent(low)} to {Percent(high)}" : "",
            ];

    public static string Percent(double? share) => share is { } known ? $"{Figures.Fixed(100 * known, 1)}%" : "-";

    private static void Headline(Page page, AgreementReport report, EncoderAgreement own)
    {
        page.EndLine().Heading("Score, baseline and ceiling", $"encoder: {own.Encoder ?? "unknown"}");
        var grid = new Grid("<agreement with the majority", "", "<", "~");
        void Row(string name, VoteShare? share, string note) => grid.Row([name, .. Cells(share), note]);
        var majority = own.Majority;
        Row("decided prompts only", majority.OfDecided, $"{majority.Agreements} of {majority.Decided}; Wilson");
        Row("  exact", majority.Exact, $"Clopper-Pearson; against a coin p {Figures.P(majority.P)}");
        if (majority.ByPrompt is not null)
        {
            Row("  pairs that share prompts", majority.ByPrompt, majority.ByPrompt.Method);
        }

        Row(
            "ties as half",
            majority.TiesHalf,
            $"of {majority.Items}; {majority.MajorityTies} without a majority for a model"
        );
        Row("undecided as disagreement", majority.UndecidedDisagree, $"{majority.Agreements} of {majority.Items}");
        grid.Row("balanced accuracy", Percent(majority.BalancedAccuracy), "", "mean of both models' recalls");
        foreach (var baseline in own.Baselines)
        {
            Row(
                baseline.Name,
                baseline.OfDecided,
                $"baseline; balanced {Percent(baseline.BalancedAccuracy)}; only score right {baseline.ScoreOnly}, only baseline {baseline.BaselineOnly}, McNemar p {Figures.P(baseline.P)}"
            );
        }

        if (report.Figures.People.Ceiling is { } ceiling)
        {
            Row(
                "a rater with the others",
                new VoteShare(ceiling.OneRater, ceiling.Interval?.Low, ceiling.Interval?.High, ""),
                $"ceiling; raters from {Percent(ceiling.Lowest)} to {Percent(ceiling.Highest)}"
            );
            grid.Row(
                "one half of raters with the other",
                Percent(ceiling.Panels),
                "",
                $"{ceiling.Splits} random halves"
            );
        }

        grid.AddTo(page, bold: 1);
        if (own.ShareOfCeiling is { } part)
        {
            page.Note(
                $"The score has {Percent(part)} of the agreement of a single rater. That is not a strict upper bound: a score can agree with the majority more often than one person does."
            );
        }

        foreach (var pair in own.Pairs)
        {
            page.Sentence(
                $"{pair.First} and {pair.Second}: {pair.Majority.Agreements} of {pair.Majority.Decided} decided prompts ({Percent(pair.Majority.OfDecided?.Value)})"
            );
        }

        if (report.Everyone?.Encoders.FirstOrDefault(one => one.Encoder == own.Encoder) is { } all)
        {
            page.Sentence(
                $"Without exclusions: {all.Majority.Agreements} of {all.Majority.Decided} decided prompts ({Percent(all.Majority.OfDecided?.Value)}), per vote {Percent(all.PerVoteShare?.Value)}. --format json has every figure both ways."
            );
        }
    }

    /// <summary>The fields that a paper should state, as far as the votes say them.</summary>
    private static void Paper(Page page, AgreementReport report, AgreementOptions options)
    {
        var study = report.Study;
        var people = report.Figures.People;
        page.EndLine().Heading("To be stated in a paper");
        var grid = new Grid("<", "~");
        grid.Row(
                "question (hash)",
                study.QuestionHashes.Count == 0 ? "not recorded" : string.Join(", ", study.QuestionHashes)
            )
            .Row("models", string.Join(", ", study.Models))
            .Row("prompts", Figures.Count(study.Prompts))
            .Row("raters", $"{study.RatersRecruited} voted, {study.RatersKept} kept; rule: {Rule(options.Exclusions)}")
            .Row(
                "votes a prompt",
                $"{people.FewestVotes} to {people.MostVotes}, median {Figures.Fixed(people.MedianVotes, 1)}"
            )
            .Row(
                "votes",
                $"{study.Votes}, and {study.CannotJudge} that could not be judged; ties {Percent(study.TieRate)}"
            )
            .Row("left among votes for a side", study.LeftShare is { } left ? Percent(left) : "sides not recorded")
            .Row("checks passed", study.ChecksPassed is { } checks ? Percent(checks) : "no checks")
            .Row(
                "time",
                study.MedianSeconds is { } seconds
                    ? $"{Figures.Fixed(seconds, 1)} seconds a page, {Figures.Fixed(study.MedianMinutes, 1)} minutes a rater (medians)"
                    : "not recorded"
            )
            .Row(
                "dates",
                study is { FirstVote: { } first, LastVote: { } last }
                    ? $"{first:yyyy-MM-dd} to {last:yyyy-MM-dd}"
                    : "not recorded"
            )
            .Row("to be added", "options, set and image size, pay, recruitment, devices, ethics")
            .AddTo(page, rule: false);
    }

    private static string Rule(ExclusionRules rules)
    {
        List<string> parts =
        [
            .. rules.LeastChecksPassed is { } checks
                ? [$"{Figures.Percent(checks)} of checks, at least {rules.FewestFailed} failed"]
                : (string[])[],
            .. rules.LeastMedianSeconds is { } seconds
                ? [$"median view of {Figures.Fixed(seconds, 1)} s"]
                : (string[])[],
            .. rules.LeastConsistency is { } share ? [$"{Figures.Percent(share)} of repeats alike"] : (string[])[],
            .. rules.Raters.Count > 0 ? [$"{rules.Raters.Count} by name"] : (string[])[],
        ];
        return parts.Count == 0 ? "none" : string.Join("; ", parts);
    }
}
