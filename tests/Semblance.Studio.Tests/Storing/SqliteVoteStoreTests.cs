using Semblance.Studio.Storing;

namespace Semblance.Studio.Tests.Storing;

public sealed class SqliteVoteStoreTests : VoteStoreTests, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly CancellationToken _cancelled = TestContext.Current.CancellationToken;

    protected override string Place => _folder.At("votes.sqlite");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_database_in_use_and_a_file_that_is_none_are_refused_by_name()
    {
        await using (await VoteStore.OpenAsync(Place, _cancelled))
        {
            var used = await Assert.ThrowsAsync<ResourceException>(() => VoteStore.OpenAsync(Place, _cancelled));
            Assert.Contains("is in use by another process", used.Message, StringComparison.Ordinal);
        }

        var text = _folder.Write("this is not a database, and long enough to be seen as none at once", "x.sqlite");
        var fault = await Assert.ThrowsAsync<InputException>(() => VoteStore.OpenAsync(text, _cancelled));
        Assert.Contains("x.sqlite cannot be used for votes", fault.Message, StringComparison.Ordinal);
    }
}
