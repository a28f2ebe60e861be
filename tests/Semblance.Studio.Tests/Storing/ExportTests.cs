using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Semblance.Runs.Agreeing;
using Semblance.Studio.Design;
using Semblance.Studio.Storing;

namespace Semblance.Studio.Tests.Storing;

/// <summary>What is exported is as its schemas say, and reads back.</summary>
public sealed class ExportTests
{
    private readonly CancellationToken _cancelled = TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_table_and_the_log_are_as_their_schemas_say()
    {
        await using var study = await VotedAsync();
        string[] lines = VotesCsv.Of(await study.Store.ReadVotesAsync(_cancelled)).TrimEnd('\n').Split('\n');
        var columns = lines[0].Split(',');
        var schema = Schema("votes.schema.json");
        Assert.Equal(
            schema.GetProperty("properties").EnumerateObject().Select(one => one.Name).Order(StringComparer.Ordinal),
            columns.Order(StringComparer.Ordinal)
        );
        foreach (var vote in await study.Store.ReadVotesAsync(_cancelled))
        {
            string[] cells = VotesCsv.Of([vote]).TrimEnd('\n').Split('\n')[1].Split(',');
            Assert.Equal(columns.Length, cells.Length);
            Assert.All(columns.Zip(cells), one => Fits(schema, one.First, one.Second));
        }

        var log = Schema("events.schema.json");
        string[] events = VotesCsv
            .Of(await study.Store.ReadEventsAsync(_cancelled))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
        HashSet<string> kinds = [];
        foreach (var text in events)
        {
            using var line = JsonDocument.Parse(text);
            foreach (var needed in log.GetProperty("required").EnumerateArray())
            {
                Assert.True(line.RootElement.TryGetProperty(needed.GetString()!, out _), text);
            }

            Assert.All(line.RootElement.EnumerateObject(), one => Fits(log, one.Name, one.Value.ToString()));
            kinds.Add(line.RootElement.GetProperty("kind").GetString()!);
        }

        Assert.Equal(["consent", "vote", "zoom"], kinds.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_table_reads_back_as_it_was_even_where_a_prompt_looks_like_a_formula()
    {
        await using var study = await VotedAsync();
        var stored = await study.Store.ReadVotesAsync(_cancelled);
        var table = Path.Combine(study.Run, VotesCsv.FileName);
        await File.WriteAllTextAsync(table, VotesCsv.Of(stored), _cancelled);
        Assert.Contains(",'=a prompt 1,", await File.ReadAllTextAsync(table, _cancelled), StringComparison.Ordinal);
        Assert.Equal(
            stored.Select(vote => VotesCsv.ToVote(vote with { AnsweredAt = Milliseconds(vote.AnsweredAt) })),
            AgreementInput.Read(new AgreementSource(study.Run)).Votes
        );
    }

    [Fact]
    public async Task Votes_of_unknown_sides_are_written_by_model_and_read_back_as_such()
    {
        await using var study = await ServedStudy.StartAsync();
        var given = Path.Combine(study.Folder, "given.csv");
        await File.WriteAllTextAsync(
            given,
            $"name,prompt,model\nann,a prompt 2,{ServedStudy.First}\nann,a prompt 3,{ServedStudy.Second}\n",
            _cancelled
        );
        var source = new AgreementSource(study.Run);
        var votes = AgreementInput.Read(source with { Votes = given, Form = VoteForm.Notebook }).Votes;
        await File.WriteAllTextAsync(Path.Combine(study.Run, VotesCsv.FileName), VotesCsv.Of(votes), _cancelled);
        Assert.Equal(votes, AgreementInput.Read(source).Votes);
        Assert.All(votes, vote => Assert.False(vote.Sided));
    }

    private static DateTimeOffset Milliseconds(DateTimeOffset time) =>
        DateTimeOffset.FromUnixTimeMilliseconds(time.ToUnixTimeMilliseconds());

    /// <summary>A study in which one rater consented, looked closely and voted on every page.</summary>
    private async Task<ServedStudy> VotedAsync()
    {
        var study = await ServedStudy.StartAsync();
        var link = study.Server.RaterLinks[0];
        await study.PostAsync(link + "/consent");
        var pages = RaterPages.Of((await study.Store.ReadStudyAsync(_cancelled))!, 0).Count;
        string[] answers = ["left", "same", "right", "cannot_judge"];
        for (var page = 1; page <= pages; page++)
        {
            using var content = JsonContent.Create(
                new
                {
                    id = $"v{page}",
                    page,
                    answer = answers[page % 4],
                    viewSeconds = 2.25,
                    ageSeconds = 0,
                    events = new[]
                    {
                        new
                        {
                            kind = "zoom",
                            before = 1.5,
                            detail = "left set, image 1 of 4",
                        },
                    },
                }
            );
            using var reply = await study.PostAsync(link + "/votes", content);
            reply.EnsureSuccessStatusCode();
        }

        return study;
    }

    private static JsonElement Schema(string name)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "docs", name)));
        return document.RootElement.Clone();
    }

    private static void Fits(JsonElement schema, string name, string text)
    {
        Assert.True(schema.GetProperty("properties").TryGetProperty(name, out var property), name);
        if (property.TryGetProperty("enum", out var words))
        {
            Assert.Contains(text, words.EnumerateArray().Select(word => word.GetString()));
            return;
        }

        if (text.Length == 0)
        {
            return;
        }

        switch (property.GetProperty("type").GetString())
        {
            case "integer":
                Assert.True(
                    int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _),
                    $"{name}: {text}"
                );
                break;
            case "number":
                Assert.True(
                    double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                        && number >= 0,
                    $"{name}: {text}"
                );
                break;
            default:
                if (property.TryGetProperty("format", out _))
                {
                    Assert.True(
                        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
                        $"{name}: {text}"
                    );
                }

                break;
        }
    }
}
