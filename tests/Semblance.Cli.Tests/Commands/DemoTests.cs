namespace Semblance.Cli.Tests.Commands;

/// <summary>The demo, from nothing to its verdict, and once more.</summary>
[Trait("speed", "slow")]
public sealed class DemoTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Demo_paints_scores_tells_and_can_be_run_again()
    {
        var first = await ProgramRun.OfAsync(folder.Path, ["demo"]);
        Assert.True(first.Code == 0, first.Error);
        Assert.Contains("is more consistent than", first.Output, StringComparison.Ordinal);
        Assert.Contains("steady-hand is higher on 12 of 12 prompts", OneLine(first.Output), StringComparison.Ordinal);
        Assert.Contains("not a diffusion model", OneLine(first.Output), StringComparison.Ordinal);
        Assert.Contains("not CLIP", OneLine(first.Output), StringComparison.Ordinal);
        var run = folder.At("semblance-demo");
        Assert.Equal(192, Directory.GetFiles(Path.Combine(run, "images"), "*.png", SearchOption.AllDirectories).Length);
        var sheet = Path.Combine("semblance-demo", "contact-sheet.png");
        Assert.Contains(sheet, first.Output, StringComparison.Ordinal);
        Assert.True(new FileInfo(folder.At(sheet)).Length > 10_000);

        var second = await ProgramRun.OfAsync(folder.Path, ["demo"]);
        Assert.Equal(0, second.Code);
        Assert.Contains("all embedded before", second.Error, StringComparison.Ordinal);
        Assert.Equal(first.Output, second.Output);

        // At the end stands the comparison's sentence. Prompts share their seeds, which p allows for.
        var verdict = OneLine(first.Output[first.Output.LastIndexOf("Verdict\n", StringComparison.Ordinal)..]);
        Assert.StartsWith("Verdict steady-hand is more consistent than wanderer: ", verdict, StringComparison.Ordinal);
        Assert.Matches(
            @"interval \+\d+\.\d\d to \+\d+\.\d\d; two-sided Wilcoxon p = 0\.0\d+; 12 prompts\)\. ",
            verdict
        );
        Assert.True(File.Exists(Path.Combine(run, "comparison.json")));

        // The command that the demo says it ran does what it says.
        var line = first
            .Output.Split('\n')
            .First(text => text.TrimStart().StartsWith("semblance score ./semblance-demo", StringComparison.Ordinal));
        var printed = await ProgramRun.OfAsync(folder.Path, line.Trim().Split(' ')[1..]);
        Assert.True(printed.Code == 0, printed.Error);
        Assert.StartsWith(printed.Output, first.Output, StringComparison.Ordinal);
    }

    private static string OneLine(string text) => text.Replace('\n', ' ');
}
