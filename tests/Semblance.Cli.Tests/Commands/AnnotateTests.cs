using System.Net.Http.Json;
using System.Text.RegularExpressions;

namespace Semblance.Cli.Tests.Commands;

/// <summary><c>annotate</c> and <c>agreement</c> as a user starts them.</summary>
public sealed partial class AnnotateTests
{
    [Theory]
    [InlineData(2, "is not a question", "--question", "nonsense")]
    [InlineData(2, "takes all, balanced or against:NAME", "--pairs", "some")]
    [InlineData(2, "takes an address such as https://", "--public", "study.example.org")]
    [InlineData(2, "is not https", "--public", "http://study.example.org")]
    [InlineData(2, "takes a share from 0 to 1", "--repeats", "2")]
    [InlineData(2, "takes a port from 0 to 65535", "--port", "70000")]
    [InlineData(3, "there.txt cannot be read", "--consent", "there.txt")]
    [InlineData(3, "there.json", "--exclusions", "there.json")]
    [InlineData(3, "There is no study yet", "--export")]
    [InlineData(3, "run lists no images")]
    public async Task A_mistake_is_one_sentence_and_leaves_no_database_behind(
        int code,
        string message,
        params string[] arguments
    )
    {
        using var folder = new TemporaryFolder();
        // Scores of a table: a run without images.
        folder.Write("model,prompt,scs\nA,p,80\nB,p,81\n", "scores.csv");
        folder.Write("""{"schema":"semblance.run/1"}""", "run", "run.json");
        folder.Write("model,prompt,scs\nA,p,80\nB,p,81\n", "run", "scores.csv");
        var error = await RefusedRun.ErrorOfAsync(
            folder.Path,
            code,
            ["annotate", "run", "--db", "new.sqlite", .. arguments]
        );
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.False(File.Exists(folder.At("new.sqlite")));
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task A_study_is_served_voted_on_ended_and_held_against_the_score()
    {
        using var folder = new TemporaryFolder();
        await ScoreAsync(folder);
        List<string> links = [];
        var ready = new TaskCompletionSource();
        using (
            var server = ProgramRun.Start(
                folder.Path,
                ["annotate", "run", "--port", "0", "--checks", "0", "--repeats", "0"],
                new Dictionary<string, string>(),
                line =>
                {
                    if (Link().Match(line) is { Success: true } link)
                    {
                        links.Add(link.Groups["link"].Value);
                        if (links.Count == 3)
                        {
                            ready.TrySetResult();
                        }
                    }
                }
            )
        )
        {
            await ready.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
            using var client = new HttpClient();
            for (var rater = 0; rater < 3; rater++)
            {
                for (var page = 1; page <= 6; page++)
                {
                    using var reply = await client.PostAsJsonAsync(
                        links[rater] + "/votes",
                        new
                        {
                            id = $"{rater}-{page}",
                            page,
                            answer = "left",
                        },
                        TestContext.Current.CancellationToken
                    );
                    reply.EnsureSuccessStatusCode();
                }
            }

            using var interrupt = System.Diagnostics.Process.Start("kill", ["-INT", $"{server.Id}"]);
            await server.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Equal(0, server.ExitCode);
        }

        Assert.Equal(19, File.ReadAllLines(folder.At("run", "votes.csv")).Length);
        Assert.True(File.Exists(folder.At("run", "events.jsonl")));
        Assert.True(File.Exists(folder.At("run", "exclusions.json")));
        var agreement = await ProgramRun.OfAsync(folder.Path, ["agreement", "run"]);
        Assert.True(agreement.Code == 0, agreement.Error);
        Assert.Contains("18 votes", agreement.Output, StringComparison.Ordinal);

        var taken = await ProgramRun.OfAsync(folder.Path, ["annotate", "run", "--import", "run/votes.csv"]);
        Assert.Equal(2, taken.Code);
        Assert.Contains("has votes already", taken.Error, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task Votes_of_Label_Studio_are_imported_once()
    {
        using var folder = new TemporaryFolder();
        await ScoreAsync(folder);
        folder.Write(
            "id,annotator,choice,lead_time,updated_at,prompt,left_model,right_model\n1,3,left,4.5,2026-03-01T12:00:03.123456Z,prompt 0,A,B\n2,3,right,5,2026-03-01T12:01:03.123456Z,prompt 1,B,A\n",
            "export.csv"
        );
        string[] import = ["annotate", "run", "--import", "export.csv", "--votes-from", "label-studio"];
        var imported = await ProgramRun.OfAsync(folder.Path, import);
        Assert.True(imported.Code == 0, imported.Error);
        Assert.Contains("2 votes of 1 rater are in", imported.Error, StringComparison.Ordinal);
        Assert.Contains(
            ",3,prompt 0,A,B,left,,,,4.5,2026-03-01T12:00:03.123Z,0,",
            File.ReadAllLines(folder.At("run", "votes.csv"))[1],
            StringComparison.Ordinal
        );
        Assert.Equal(2, (await ProgramRun.OfAsync(folder.Path, import)).Code);
        Assert.Equal(0, (await ProgramRun.OfAsync(folder.Path, ["agreement", "run", "--quiet"])).Code);
    }

    /// <summary>Six prompts of two models, four images each.</summary>
    private static async Task ScoreAsync(TemporaryFolder folder)
    {
        for (var i = 0; i < 48; i++)
        {
            TestImage.Write(i, folder.Path, "images", i % 2 == 0 ? "A" : "B", $"prompt {i / 8}", $"{i / 2 % 4}.png");
        }

        var scored = await ProgramRun.OfAsync(folder.Path, ["score", "images", "--encoder", "builtin", "--run", "run"]);
        Assert.True(scored.Code == 0, scored.Error);
    }

    [GeneratedRegex(@"^r\d+ (?<link>\S+)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Link();
}
