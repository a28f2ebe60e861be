using Semblance.Agreement;
using Semblance.Studio.Storing;

namespace Semblance.Studio.Tests.Storing;

/// <summary>What holds of votes, wherever they are kept.</summary>
public abstract class VoteStoreTests
{
    private readonly CancellationToken _cancelled = TestContext.Current.CancellationToken;

    /// <summary>A new place, the same one within a test.</summary>
    protected abstract string Place { get; }

    public static StoredVote Vote(
        string id,
        int page = 1,
        int replaces = 0,
        Answer answer = Answer.Left,
        int rater = 0
    ) =>
        new(
            id,
            rater,
            page,
            replaces,
            answer,
            $"prompt {page}",
            "A",
            "B",
            ["1", "2"],
            ["2", "1"],
            CheckKind.None,
            null,
            "sha256:1",
            DateTimeOffset.UnixEpoch,
            DateTimeOffset.UnixEpoch
        )
        {
            ViewSeconds = 2.5,
            Note = "a, \"quoted\" note",
        };

    [Fact]
    public async Task A_vote_that_arrives_twice_counts_once()
    {
        await using var store = await VoteStore.OpenAsync(Place, _cancelled);
        Assert.Equal(SaveOutcome.Final, await store.SaveAsync(Vote("a"), [], _cancelled));
        Assert.Equal(SaveOutcome.Known, await store.SaveAsync(Vote("a"), [], _cancelled));
        Assert.Single(await store.ReadVotesAsync(_cancelled));
    }

    [Fact]
    public async Task A_changed_answer_is_a_revision_and_the_last_one_is_final()
    {
        await using var store = await VoteStore.OpenAsync(Place, _cancelled);
        await store.SaveAsync(Vote("a"), [], _cancelled);
        Assert.Equal(
            SaveOutcome.Final,
            await store.SaveAsync(Vote("b", replaces: 1, answer: Answer.Right), [], _cancelled)
        );
        var (vote, revisions) = Assert.Single(VotesCsv.Final(await store.ReadVotesAsync(_cancelled)));
        Assert.Equal((Answer.Right, 1), (vote.Answer, revisions));
    }

    [Fact]
    public async Task An_answer_that_did_not_know_of_another_one_is_kept_and_does_not_count()
    {
        await using var store = await VoteStore.OpenAsync(Place, _cancelled);
        await store.SaveAsync(Vote("a"), [], _cancelled);
        Assert.Equal(SaveOutcome.Superseded, await store.SaveAsync(Vote("b", answer: Answer.Right), [], _cancelled));
        Assert.Equal("a", Assert.Single(await store.ReadVotesAsync(_cancelled)).Id);
    }

    [Fact]
    public async Task Votes_and_events_come_back_as_they_were()
    {
        await using (var store = await VoteStore.OpenAsync(Place, _cancelled))
        {
            await store.SaveAsync(
                Vote("a"),
                [new StoredEvent("a/0", 0, DateTimeOffset.UnixEpoch, "zoom", 1, "left set, image 1 of 2")],
                _cancelled
            );
        }

        await using var again = await VoteStore.OpenAsync(Place, _cancelled);
        var vote = Assert.Single(await again.ReadVotesAsync(_cancelled));
        Assert.Equivalent(Vote("a"), vote);
        Assert.Equal("zoom", Assert.Single(await again.ReadEventsAsync(_cancelled)).Kind);
    }

    [Fact]
    public async Task Fifty_raters_at_once_lose_nothing()
    {
        await using var store = await VoteStore.OpenAsync(Place, _cancelled);
        await Task.WhenAll(
            Enumerable
                .Range(0, 50)
                .Select(rater =>
                    Task.Run(
                        async () =>
                        {
                            for (var page = 1; page <= 4; page++)
                            {
                                await store.SaveAsync(Vote($"{rater}-{page}", page, rater: rater), [], _cancelled);
                            }
                        },
                        _cancelled
                    )
                )
        );
        Assert.Equal(200, (await store.ReadVotesAsync(_cancelled)).Count);
    }

    [Fact]
    public async Task A_database_of_the_first_version_is_migrated()
    {
        await using (var old = await VoteStore.OpenAsync(VoteStore.DatabaseOf(Place), 1, _cancelled))
        {
            await old.ConsentAsync(7, DateTimeOffset.UnixEpoch, _cancelled);
        }

        await using var store = await VoteStore.OpenAsync(Place, _cancelled);
        var rater = Assert.Single(await store.ReadRatersAsync(_cancelled));
        Assert.Equal((7, 7, DateTimeOffset.UnixEpoch), (rater.Rater, rater.Place, rater.ConsentedAt));
        await store.SaveAsync(Vote("a"), [], _cancelled);
        Assert.Single(await store.ReadVotesAsync(_cancelled));
        await store.AddAsync(new StoredEvent("e", 0, DateTimeOffset.UnixEpoch, "done", null, null), _cancelled);
        Assert.Single(await store.ReadEventsAsync(_cancelled));
    }

    [Fact]
    public async Task A_place_by_the_open_link_is_kept_by_its_name_and_there_are_only_so_many()
    {
        await using var store = await VoteStore.OpenAsync(Place, _cancelled);
        Assert.Equal(3, await Join(store, "x", 0));
        Assert.Equal(4, await Join(store, "y", 0));
        Assert.Equal(3, await Join(store, "x", 0));
        Assert.Null(await Join(store, "z", 0));
    }

    [Fact]
    public async Task The_place_of_a_rater_who_left_is_given_again_and_not_that_of_one_who_votes_or_is_done()
    {
        await using var store = await VoteStore.OpenAsync(Place, _cancelled);
        Assert.Equal(3, await Join(store, "x", 0));
        Assert.Equal(4, await Join(store, "y", 1));
        Assert.Null(await Join(store, "z", 59));
        // A vote keeps the place of x, so that y is the one who left.
        await store.SaveAsync(Vote("a", rater: 3) with { ReceivedAt = Minute(30) }, [], _cancelled);
        Assert.Equal(5, await Join(store, "z", 61));
        Assert.Equal(
            [(3, 3, false), (4, 4, true), (5, 4, false)],
            (await store.ReadRatersAsync(_cancelled)).Select(one => (one.Rater, one.Place, one.LeftAt is not null))
        );
        // Who is done keeps the place, and who lost it keeps the number.
        await store.FinishAsync(3, Minute(70), _cancelled);
        await store.FinishAsync(5, Minute(70), _cancelled);
        Assert.Null(await Join(store, "w", 1000));
        Assert.Equal(4, await Join(store, "y", 1000));
    }

    private static DateTimeOffset Minute(int minute) => DateTimeOffset.UnixEpoch.AddMinutes(minute);

    private Task<int?> Join(VoteStore store, string name, int minute) =>
        store.JoinAsync(name, 3, 2, Minute(minute), TimeSpan.FromHours(1), _cancelled);

    [Fact]
    public async Task The_table_has_a_row_for_each_final_vote_with_quotes_where_they_are_needed()
    {
        await using var store = await VoteStore.OpenAsync(Place, _cancelled);
        await store.SaveAsync(Vote("a"), [], _cancelled);
        await store.SaveAsync(Vote("b", replaces: 1), [], _cancelled);
        string[] lines = VotesCsv.Of(await store.ReadVotesAsync(_cancelled)).Split('\n');
        Assert.StartsWith(
            "vote_id,rater,prompt,left_model,right_model,answer,check,expected,",
            lines[0],
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            "b,r1,prompt 1,A,B,left,,,1,2.5,1970-01-01T00:00:00.000Z,1,sha256:1,1 2,2 1,,\"a, \"\"quoted\"\" note\",",
            lines[1],
            StringComparison.Ordinal
        );
        Assert.Equal(3, lines.Length);
    }
}
