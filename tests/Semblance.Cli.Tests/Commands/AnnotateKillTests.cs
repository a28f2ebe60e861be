using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Npgsql;
using Semblance.Studio;
using Semblance.Studio.Storing;

namespace Semblance.Cli.Tests.Commands;

/// <summary>
/// The server is killed at random moments while raters vote. SEMBLANCE_KILLS says how often (3 without it). The votes on
/// PostgreSQL need SEMBLANCE_POSTGRES.
/// </summary>
[Trait("speed", "slow")]
public sealed partial class AnnotateKillTests
{
    private const int Raters = 6;
    private static readonly Dictionary<string, string> NoSettings = [];

    private readonly CancellationToken _cancelled = TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_acknowledged_vote_is_lost_in_SQLite()
    {
        using var folder = new TemporaryFolder();
        await KillAsync(folder, folder.At("votes.sqlite"));
    }

    [Fact]
    public async Task No_acknowledged_vote_is_lost_in_PostgreSQL()
    {
        var server = Environment.GetEnvironmentVariable("SEMBLANCE_POSTGRES");
        Assert.SkipWhen(string.IsNullOrEmpty(server), "SEMBLANCE_POSTGRES names no PostgreSQL server.");
        using var folder = new TemporaryFolder();
        await using var source = NpgsqlDataSource.Create(server!);
        var schema = $"kill_{Path.GetRandomFileName().Replace(".", "", StringComparison.Ordinal)}";
        await source.CreateCommand($"CREATE SCHEMA {schema}").ExecuteNonQueryAsync(_cancelled);
        try
        {
            await KillAsync(folder, $"postgres:{server};Search Path={schema}");
        }
        finally
        {
            await source.CreateCommand($"DROP SCHEMA {schema} CASCADE").ExecuteNonQueryAsync(_cancelled);
        }
    }

    private async Task KillAsync(TemporaryFolder folder, string place)
    {
        for (var i = 0; i < 32; i++)
        {
            TestImage.Write(i, folder.Path, "images", i % 2 == 0 ? "A" : "B", $"prompt {i / 8}", $"{i / 2 % 4}.png");
        }

        var scored = await ProgramRun.OfAsync(folder.Path, ["score", "images", "--encoder", "builtin", "--run", "run"]);
        Assert.True(scored.Code == 0, scored.Error);
        var kills = int.Parse(
            Environment.GetEnvironmentVariable("SEMBLANCE_KILLS") ?? "3",
            CultureInfo.InvariantCulture
        );
        var random = new Random(1);
        var votes = Enumerable.Range(0, Raters).Select(rater => new VotingRater(rater)).ToArray();
        for (var kill = 0; kill < kills; kill++)
        {
            var before = votes.Sum(rater => rater.Acknowledged.Count);
            var ready = new TaskCompletionSource();
            ConcurrentQueue<string> links = [];
            using var server = ProgramRun.Start(
                folder.Path,
                ["annotate", "run", "--port", "0", "--raters", $"{Raters}", "--db", place],
                NoSettings,
                line =>
                {
                    if (Link().Match(line) is { Success: true } link)
                    {
                        links.Enqueue(link.Groups["link"].Value);
                        if (links.Count == Raters)
                        {
                            ready.TrySetResult();
                        }
                    }
                }
            );
            await ready.Task.WaitAsync(TimeSpan.FromMinutes(1), _cancelled);
            var voting = votes.Zip(links, (rater, link) => rater.VoteUntilServerEndsAsync(link, _cancelled)).ToArray();
            // At least one vote of this life, and then any moment.
            while (votes.Sum(rater => rater.Acknowledged.Count) == before)
            {
                await Task.Delay(5, _cancelled);
            }

            await Task.Delay(random.Next(300), _cancelled);
            server.Kill();
            await Task.WhenAll(voting);
            await server.WaitForExitAsync(_cancelled);

            await using var store = await StudySetup.OpenBegunAsync(folder.At("run"), place, _cancelled);
            var kept = (await store.ReadVotesAsync(_cancelled)).Select(vote => vote.Id).ToHashSet();
            var acknowledged = votes.SelectMany(rater => rater.Acknowledged).ToArray();
            Assert.Empty(acknowledged.Except(kept));
            // At most the one that each rater had on the way.
            Assert.True(kept.Count <= acknowledged.Length + Raters);
            TestContext.Current.TestOutputHelper?.WriteLine(
                $"kill {kill + 1}: {acknowledged.Length} acknowledged, {kept.Count} kept"
            );
        }
    }

    [GeneratedRegex(@"^r\d+ (?<link>\S+)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Link();

    /// <summary>Sends one vote after the other, and one that was not acknowledged again, as the browser does.</summary>
    private sealed class VotingRater(int number)
    {
        private const int Pages = 4;
        private readonly int[] _answers = new int[Pages];
        private int _sent;

        public List<string> Acknowledged { get; } = [];

        public async Task VoteUntilServerEndsAsync(string link, CancellationToken cancellationToken)
        {
            using var client = new HttpClient();
            for (; ; )
            {
                var page = _sent % Pages;
                var vote = new
                {
                    id = $"{number}-{_sent}",
                    page = page + 1,
                    answer = "left",
                    replaces = _answers[page],
                };
                try
                {
                    using var reply = await client.PostAsJsonAsync(link + "/votes", vote, cancellationToken);
                    Assert.True(reply.IsSuccessStatusCode, $"{reply.StatusCode}");
                }
                catch (HttpRequestException)
                {
                    return;
                }

                Acknowledged.Add(vote.id);
                _answers[page]++;
                _sent++;
            }
        }
    }
}
