using System.Text.Json.Nodes;

namespace Semblance.Cli.Tests.Commands;

public sealed class LintTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    [Trait("speed", "slow")]
    public async Task Findings_say_why_and_what_to_do_and_decide_the_exit_code()
    {
        for (var seed = 1; seed <= 3; seed++)
        {
            TestImage.Write(seed, _folder.For("images", "one", "a fox", $"{seed}.png"));
        }

        TestImage.Write(1, _folder.For("images", "one", "a fox", "4.png"));
        var table = await ProgramRun.OfAsync(_folder.Path, ["lint", "images"]);
        Assert.Equal(1, table.Code);
        Assert.Contains("error  equal-images", table.Output);
        Assert.Contains("Why: ", table.Output);
        Assert.Contains("Do: ", table.Output);
        var json = await ProgramRun.OfAsync(
            _folder.Path,
            ["lint", "images", "--format", "json", "--fail-on", "never", "--quiet"]
        );
        Assert.Equal((0, ""), (json.Code, json.Error));
        Assert.Equal("equal-images", $"{JsonNode.Parse(json.Output)!["lint"]!["findings"]![0]!["id"]}");
    }

    [Fact]
    public async Task What_is_not_there_is_a_sentence() =>
        Assert.Contains(
            "There is no file or folder gone",
            await RefusedRun.ErrorOfAsync(_folder.Path, 3, "lint", "gone")
        );

    public void Dispose() => _folder.Dispose();
}
