using Semblance.Cli.Terminal;
using Semblance.Comparison;

namespace Semblance.Cli.Tables;

/// <summary>What every encoder shows of the same models, and how alike they order the prompts.</summary>
internal static class EncodersTable
{
    public static void Add(Page page, EncoderComparison? encoders)
    {
        if (encoders is null)
        {
            return;
        }

        page.EndLine().Heading("Encoders");
        foreach (var own in encoders.Findings)
        {
            page.Sentence($"{own.Encoder}: {own.Verdict}");
        }

        page.EndLine();
        var grid = new Grid("=encoder", "=encoder", "<order of prompts by", "tau-b", "<");
        foreach (var ranks in encoders.Ranks)
        {
            grid.Row(
                ranks.First,
                ranks.Second,
                ranks.Model is { } model ? $"scores of {model}" : "differences",
                Figures.Fixed(ranks.TauB),
                ranks is { Low: { } low, High: { } high } ? $"{Figures.Fixed(low)} to {Figures.Fixed(high)}" : ""
            );
        }

        grid.AddTo(page, bold: 3, rule: false);
        page.Note(
            $"tau-b: Kendall's rank correlation over {Figures.Count(encoders.Prompts, "prompt")} with its {Figures.Percent(encoders.Ranks[0].Level)} interval; 1 is the same order, 0 none in common. All above is of {encoders.Findings[0].Encoder}."
        );
        page.Sentence(encoders.Sentence);
    }
}
