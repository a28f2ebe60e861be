using System.Text.Json.Nodes;

namespace Semblance.Cli.Tests.Commands;

/// <summary>A whole study of checkpoints, one of them with several settings: to the report, once more, and killed in the middle.</summary>
[Trait("speed", "slow")]
public sealed class StudyOfCheckpointsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static string Study { get; } =
        $$"""
            name: checkpoints
            prompts: [a red fox, a harbour at dawn, a teapot]
            seeds: 1..2
            defaults: { width: 64, height: 64, steps: 2 }
            models:
              - { id: sdxl, checkpoint: {{Fixtures.At("sdxl", "model")}}, matrix: { guidance_scale: [1, 6] } }
              - { id: sd15, checkpoint: {{Fixtures.At("sd15", "model")}}, suffix: in oil }
              - { id: pixart, checkpoint: {{Fixtures.At("pixart", "model", "small")}} }
            matrix: { exclude: [{ model: pixart, seeds: 2 }], include: [{ model: pixart, seeds: 7 }] }
            score: { encoders: [{{Fixtures.At("clip", "vit224-files", "model")}}], alignment: true }
            choose: { alignment_loss: 100 }
            output: { run: run }
            """;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_study_goes_to_its_report_and_a_second_run_makes_nothing_anew()
    {
        var place = Place("one");
        var run = await DoneAsync(place);
        Assert.Contains("Of 2 settings of sdxl, sdxl guidance_scale=", run.Output);
        Assert.Contains("is picked: the most consistent one", run.Output);
        Assert.EndsWith("run/report.html\n", run.Output);
        var status = JsonNode.Parse((await ProgramRun.OfAsync(place, ["study", "status", "--format", "json"])).Output)!;
        Assert.Equal(
            [6, 6, 6, 6],
            status["study"]!["models"]!.AsArray().Select(model => model!["there"]!.GetValue<int>())
        );
        var page = await File.ReadAllTextAsync(Path.Combine(place, "run", "report.html"), Token);
        Assert.All(
            (string[])["sdxl guidance_scale=1", "sdxl guidance_scale=6", "sd15", "pixart", "is picked"],
            named => Assert.Contains(named, page)
        );
        Assert.Equal(["1.png", "7.png"], Images(place).Where(IsOf("pixart", "a teapot")).Select(Path.GetFileName));

        var before = Made(place);
        var again = await DoneAsync(place);
        Assert.Equal(before, Made(place));
        Assert.Equal(run.Output, again.Output);
        Assert.DoesNotContain("generating", again.Error);
        Assert.Contains("are current", again.Error);
        Assert.Contains("the comparison is current", again.Error);
        Assert.Contains("report.html is current", again.Error);
    }

    [Fact]
    public async Task A_killed_study_goes_on_where_it_stopped_and_comes_to_the_same()
    {
        (var whole, var killed) = (Place("whole"), Place("killed"));
        await DoneAsync(whole);
        using (var process = ProgramRun.Start(killed, ["study", "run"], new Dictionary<string, string>()))
        {
            while (!Images(killed).Any(IsOf("sd15", "")) && !process.HasExited)
            {
                await Task.Delay(20, Token);
            }

            process.Kill();
            await process.WaitForExitAsync(Token);
        }

        Assert.InRange(Images(killed).Count, 13, 23);
        var before = Made(killed);
        await DoneAsync(killed);
        Assert.All(before, file => Assert.Contains(file, Made(killed)));
        Assert.Equal(Images(whole), Images(killed));
        foreach (var file in Images(whole).Concat(["scores.csv", "comparison.json"]))
        {
            Assert.Equal(
                await File.ReadAllBytesAsync(Path.Combine(whole, "run", file), Token),
                await File.ReadAllBytesAsync(Path.Combine(killed, "run", file), Token)
            );
        }
    }

    private static Func<string, bool> IsOf(string model, string prompt) =>
        file => file.Contains(Path.Combine("images", model, prompt), StringComparison.Ordinal);

    private string Place(string name)
    {
        _folder.Write(Study, name, "study.yaml");
        return _folder.At(name);
    }

    private static async Task<ProgramRun> DoneAsync(string place)
    {
        var run = await ProgramRun.OfAsync(place, ["study", "run"]);
        Assert.True(run.Code == 0, run.Error);
        return run;
    }

    /// <summary>All images of the run folder, with when each was written.</summary>
    private static IReadOnlyList<(string File, DateTime Written)> Made(string place) =>
        [.. Images(place).Select(file => (file, File.GetLastWriteTimeUtc(Path.Combine(place, "run", file))))];

    private static IReadOnlyList<string> Images(string place)
    {
        var run = Path.Combine(place, "run");
        var images = Path.Combine(run, "images");
        return Directory.Exists(images)
            ?
            [
                .. Directory
                    .EnumerateFiles(images, "*.png", SearchOption.AllDirectories)
                    .Where(file => !Path.GetFileName(file).StartsWith('.'))
                    .Select(file => Path.GetRelativePath(run, file))
                    .Order(StringComparer.Ordinal),
            ]
            : [];
    }
}
