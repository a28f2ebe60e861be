using System.Globalization;
using Semblance.Agreement;
using Semblance.Comparison;
using Semblance.Reports.Content;
using Semblance.Runs.Agreeing;
using Semblance.Runs.Comparing;

namespace Semblance.Reports.Tests;

/// <summary>Contents of reports from tables of scores, made for a test.</summary>
internal static class Contents
{
    /// <summary>Scores that differ by model and prompt, the same every time.</summary>
    public static double Score(int model, int prompt) =>
        70
        + (6 * Math.Sin((prompt * 1.7) + 0.3))
        + (20 * (1 - Math.Pow(0.8, model)))
        + (2 * Math.Cos((prompt * 2.3) + model));

    public static ReportContent Of(
        IReadOnlyList<string> models,
        IReadOnlyList<string> prompts,
        int raters = 0,
        double slope = 0.6
    )
    {
        using var folder = new TemporaryFolder();
        var lines = models.SelectMany(
            (model, m) =>
                prompts.Select(
                    (prompt, p) =>
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"{Quoted(model)},{Quoted(prompt)},{Score(m, p):F6},clip,20,{1 + (0.1 * (p % 7)):F2}"
                        )
                )
        );
        var table = folder.Write(
            "model,prompt,scs,encoder,seed_count,standard_error\n" + string.Join('\n', lines) + "\n",
            "scores.csv"
        );
        using var input = CompareInput.Read([table], null);
        var content = ContentReader.Read(
            "scores.csv",
            input,
            new MatchOptions(),
            new ComparisonOptions(),
            TestContext.Current.CancellationToken
        );
        return raters == 0
            ? content
            : content with
            {
                Human = AgreementStage.Run(
                    AgreementInput.Read(
                        new AgreementSource(table)
                        {
                            Votes = folder.Write(Votes(models, prompts, raters, slope), "votes.csv"),
                        }
                    ),
                    new AgreementOptions { Resamples = 200 }
                ),
            };
    }

    /// <summary>Votes of raters who name the second model more often the more it leads; the same every time.</summary>
    /// <param name="models">The first two are voted on.</param>
    /// <param name="prompts">All of them.</param>
    /// <param name="raters">How many.</param>
    /// <param name="slope">Logits per point of difference, from the mean of all differences.</param>
    public static string Votes(IReadOnlyList<string> models, IReadOnlyList<string> prompts, int raters, double slope)
    {
        var mean = prompts.Select((_, p) => Score(1, p) - Score(0, p)).Average();
        var lines = prompts.SelectMany(
            (prompt, p) =>
                Enumerable
                    .Range(0, raters)
                    .Select(r =>
                    {
                        var share = 1 / (1 + Math.Exp(-slope * (Score(1, p) - Score(0, p) - (mean / 2))));
                        var draw = ((p * 0.618034) + (r * 0.414214)) % 1;
                        var answer = draw < share ? "right" : "left";
                        return string.Create(
                            CultureInfo.InvariantCulture,
                            $"rater {r},{Quoted(prompt)},{Quoted(models[0])},{Quoted(models[1])},{answer}"
                        );
                    })
        );
        return "rater,prompt,left_model,right_model,answer\n" + string.Join('\n', lines) + "\n";
    }

    /// <summary>The page of a content without images.</summary>
    public static string PageOf(ReportContent content) =>
        HtmlReport.Of(content, cancellationToken: TestContext.Current.CancellationToken).Text;

    public static string[] Prompts(int count) =>
        [.. Enumerable.Range(1, count).Select(i => $"prompt number {i.ToString(CultureInfo.InvariantCulture)}")];

    private static string Quoted(string text) => $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
