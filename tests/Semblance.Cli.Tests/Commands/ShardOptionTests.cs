using Semblance.Cli.Terminal;

namespace Semblance.Cli.Tests.Commands;

public sealed class ShardOptionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("score x --shard 8/8", "--shard: there is no shard 8/8: the shards of 8 are 0/8 to 7/8.")]
    [InlineData("study run --shard 1of8", "--shard: a shard is I/N, such as 0/8 for the first of 8, not '1of8'.")]
    [InlineData("generate --model x --prompt y --shard 3/2", "--shard: there is no shard 3/2")]
    [InlineData("study run --step images", "--step is a part of a shard's work: give --shard I/N.")]
    [InlineData("study run --shard 0/2 --only m", "--only and --shard do not go together")]
    [InlineData("score x --shard auto", "This process is part of no job")]
    public async Task A_shard_that_does_not_exist_is_a_usage_error(string line, string message)
    {
        Study();
        var error = await RefusedRun.ErrorOfAsync(_folder.Path, ExitCode.Usage, line.Split(' '));
        Assert.Contains(message, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ready_embeddings_have_no_shards()
    {
        _folder.Write("prompt,embedding\na,\"[1, 0]\"\na,\"[0, 1]\"\n", "v.csv");
        var error = await RefusedRun.ErrorOfAsync(_folder.Path, ExitCode.Usage, "score", "v.csv", "--shard", "0/2");
        Assert.Contains("scored as they are, and have no shards", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("status")]
    [InlineData("retry")]
    [InlineData("cancel")]
    public async Task A_study_that_was_never_submitted_is_said_to_be_so(string command)
    {
        Study();
        var error = await RefusedRun.ErrorOfAsync(_folder.Path, ExitCode.BadInput, "cluster", command);
        Assert.Contains("was never submitted", error, StringComparison.Ordinal);
    }

    private void Study() =>
        _folder.Write(
            "name: s\nprompts: [a fox]\nseeds: 1..2\nmodels: [{ id: m, painter: steady }]\noutput: { run: run }\n",
            "study.yaml"
        );
}
