using Semblance.Wording;
using static System.FormattableString;

namespace Semblance.Agreement;

/// <summary>The agreement in one or two sentences: share, interval, baseline, ceiling, and what follows.</summary>
internal static class AgreementVerdict
{
    public static string Of(AgreementFigures figures, AgreementOptions options) =>
        Of(figures.People, figures.Encoders[0], options);

    private static string Of(PeopleAgreement people, EncoderAgreement own, AgreementOptions options)
    {
        var score = own.Encoder is null ? "The score" : $"The score of {own.Encoder}";
        var majority = own.Majority;
        var raters = people.Raters == 1 ? "the one rater" : $"most of {people.Raters} raters";
        if (majority.OfDecided is not { Low: { } low, High: { } high } share)
        {
            return $"Nothing can be said: on none of {Plural.Of(majority.Items, "prompt")} do {(people.Raters == 1 ? "the rater" : "most raters")} and the score both name a model ({majority.MajorityTies} without a majority for a model, {majority.ScoreTies} with equal scores).";
        }

        var (from, to) = majority.ByPrompt is { Low: { } l, High: { } h } ? (l, h) : (low, high);
        var constant = own.Baselines[0];
        var beside = constant.OfDecided is { } always
            ? Invariant($"; always naming the model with the higher mean has {Percent(always.Value)}")
            : "";
        var ceiling = people.Ceiling is { } human
            ? $"{(beside.Length > 0 ? ", and" : ";")} a single rater agrees with the others on {Percent(human.OneRater)}"
            : "";
        return Invariant(
                $"{score} names the model that {raters} name on {majority.Agreements} of {Plural.Of(majority.Decided, "decided prompt")} ({Percent(share.Value)}, {100 * options.Level:0.##}% interval {Percent(from)} to {Percent(to)}){beside}{ceiling}."
            )
            + Conclusion(majority, constant, options)
            + Annotator(own);
    }

    private static string Conclusion(MajorityFigures majority, BaselineFigures constant, AgreementOptions options)
    {
        var alpha = 1 - options.Level;
        return majority.P >= alpha ? " That is not shown to be better than a coin."
            : constant.P is null
                ? " It is right on the same prompts as that rule, so that these votes do not show that it judges single prompts."
            : constant.P < alpha && constant.ScoreOnly > constant.BaselineOnly
                ? " It is better than that rule: it judges single prompts, and not only models."
            : constant.P < alpha ? " It is worse than that rule."
            : Invariant($" It is not shown to be better than that rule (McNemar p = {constant.P:0.00#}).");
    }

    private static string Annotator(EncoderAgreement own) =>
        own.AnnotatorTest is { } test
            ? $" By the alternative annotator test it may {(test.Passes ? "" : "not ")}replace one of your raters (it beats {test.Rounds.Count(round => round.Replaced)} of {test.Rounds.Count})."
            : "";

    private static string Percent(double share) => Invariant($"{100 * share:0.0}%");
}
