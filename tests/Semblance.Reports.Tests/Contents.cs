using System.Globalization;
using Semblance.Comparison;
using Semblance.Reports.Content;
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

    public static ReportContent Of(IReadOnlyList<string> models, IReadOnlyList<string> prompts)
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
        return ContentReader.Read(
            "scores.csv",
            input,
            new MatchOptions(),
            new ComparisonOptions(),
            TestContext.Current.CancellationToken
        );
    }

    /// <summary>The page of a content without images.</summary>
    public static string PageOf(ReportContent content) =>
        HtmlReport.Of(content, cancellationToken: TestContext.Current.CancellationToken).Text;

    public static string[] Prompts(int count) =>
        [.. Enumerable.Range(1, count).Select(i => $"prompt number {i.ToString(CultureInfo.InvariantCulture)}")];

    private static string Quoted(string text) => $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
