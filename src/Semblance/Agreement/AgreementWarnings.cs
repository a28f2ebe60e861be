using Semblance.Wording;
using static System.FormattableString;

namespace Semblance.Agreement;

/// <summary>What a reader of an agreement should decide otherwise because of it.</summary>
internal static class AgreementWarnings
{
    private const int FewPrompts = 50;
    private const double SideShare = 0.1;

    public static IEnumerable<string> Of(AgreementReport report)
    {
        var people = report.Figures.People;
        if (people.Raters < AlternativeAnnotatorTest.FewestRaters)
        {
            yield return $"There {(people.Raters == 1 ? "is" : "are")} {Plural.Of(people.Raters, "rater")}; the majority is then one person's taste. Ask three or more.";
        }

        if (people.Prompts < FewPrompts)
        {
            yield return $"There {(people.Prompts == 1 ? "is" : "are")} {Plural.Of(people.Prompts, "prompt")}; 50 to 100 are usual, and fewer leave wide intervals.";
        }

        if (report.LeftOut.Count > 0)
        {
            yield return $"{Plural.Of(report.LeftOut.Count, "vote")} {(report.LeftOut.Count == 1 ? "is" : "are")} not used: the first is on {QuotedPrompt.Of(report.LeftOut[0].Prompt)} ({report.LeftOut[0].Reason}).";
        }

        if (report.Study.QuestionHashes.Count > 1)
        {
            yield return $"{report.Study.QuestionHashes.Count} different questions were asked; votes on different questions should not be pooled.";
        }

        if (
            report.Study.LeftShare is { } left
            && Math.Abs(left - 0.5) > SideShare
            && people.Strengths?.LeftEffectLow is > 1 or null
            && people.Strengths?.LeftEffectHigh is not null
        )
        {
            yield return Invariant($"{100 * left:0}% of the votes for a side are for the left; were the sides random?");
        }

        if (Math.Max(people.Shares[0], people.Shares[2]) > 0.9 && people.Votes > 1)
        {
            yield return "Over 90% of the votes are for one model: kappa and alpha are then low however much raters agree; look at AC1 and at the baseline.";
        }
    }
}
