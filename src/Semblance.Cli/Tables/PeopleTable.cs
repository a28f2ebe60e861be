using Semblance.Agreement;
using Semblance.Cli.Terminal;

namespace Semblance.Cli.Tables;

/// <summary>Agreement among raters, and the models by votes alone.</summary>
internal static class PeopleTable
{
    public static void Add(Page page, AgreementReport report)
    {
        var people = report.Figures.People;
        page.EndLine().Heading("Among raters");
        var grid = new Grid("<coefficient", "", "<", "~");
        foreach (var one in people.Coefficients)
        {
            grid.Row(
                one.Name,
                one.Value is { } value ? Figures.Fixed(value, 3) : "undefined",
                one is { Low: { } low, High: { } high } ? $"{Figures.Fixed(low, 3)} to {Figures.Fixed(high, 3)}" : "",
                one.Low is null ? "" : one.Method
            );
        }

        if (people.Ceiling?.Reliability is { } reliability)
        {
            grid.Row(
                "split half, Spearman-Brown",
                Figures.Fixed(reliability, 3),
                "",
                "reliability of the mean of all raters"
            );
        }

        grid.AddTo(page, bold: 1);
        page.Sentence(
            $"Votes: {AgreementTable.Percent(people.Shares[0])} for the first model of a pair, {AgreementTable.Percent(people.Shares[1])} ties, {AgreementTable.Percent(people.Shares[2])} for the second."
        );
        Strengths(page, people.Strengths);
        foreach (var one in people.Undefined)
        {
            page.Note($"no {one.What}: {one.Why}");
        }
    }

    private static void Strengths(Page page, ModelStrengths? strengths)
    {
        if (strengths is null)
        {
            return;
        }

        page.EndLine();
        var grid = new Grid("=model by votes (Davidson)", "log strength", "se", "share");
        foreach (var model in strengths.Models.OrderByDescending(one => one.LogStrength))
        {
            grid.Row(
                model.Model,
                Figures.Signed(model.LogStrength),
                Figures.Fixed(model.StandardError),
                AgreementTable.Percent(model.Strength)
            );
        }

        grid.AddTo(page, bold: 1, rule: false);
        var side = strengths.LeftEffect is { } left
            ? $"; the left side multiplies a strength by {Figures.Fixed(left)} ({Figures.Fixed(strengths.LeftEffectLow)} to {Figures.Fixed(strengths.LeftEffectHigh)})"
            : "";
        page.Note(
            $"Two equal models tie with a chance of {AgreementTable.Percent(strengths.TieStrength / (2 + strengths.TieStrength))}{side}."
        );
    }
}
