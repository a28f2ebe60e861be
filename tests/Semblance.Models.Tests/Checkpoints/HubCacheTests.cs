using Semblance.Models.Checkpoints;

namespace Semblance.Models.Tests.Checkpoints;

public sealed class HubCacheTests : IDisposable
{
    private const string Commit = "0123456789abcdef0123456789abcdef01234567";
    private const string Other = "0123456fffffffffffffffffffffffffffffffff";
    private readonly TemporaryFolder _folder = new();

    private HubCacheLocation Location => new(_folder.Path, null, null, "/nobody");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("/a", "/b", "/c", "/a")]
    [InlineData(null, "/b", "/c", "/b/hub")]
    [InlineData("", "", "/c", "/c/huggingface/hub")]
    [InlineData(null, null, null, "/home/u/.cache/huggingface/hub")]
    [InlineData("~/models", null, null, "/home/u/models")]
    [InlineData(null, "~", null, "/home/u/hub")]
    public void The_variables_are_heeded_in_their_order(string? cache, string? home, string? xdg, string expected) =>
        Assert.Equal(expected, new HubCacheLocation(cache, home, xdg, "/home/u").Folder.Replace('\\', '/'));

    [Theory]
    [InlineData("org/name", true)]
    [InlineData("Org-1/na.me_2@main", true)]
    [InlineData("org/name@refs/pr/15", true)]
    [InlineData("org/name@v1.0", true)]
    [InlineData("name", false)]
    [InlineData("org/name/more", false)]
    [InlineData("org/", false)]
    [InlineData("../name", false)]
    [InlineData("org/..", false)]
    [InlineData("org/name@", false)]
    [InlineData("org/name@../../x", false)]
    [InlineData("org/name@/etc", false)]
    [InlineData("a--b/name", false)]
    [InlineData("/org/name", false)]
    [InlineData("org/na me", false)]
    public void A_hub_id_is_told_from_a_path(string text, bool expected) =>
        Assert.Equal(expected, HubCache.IsHubId(text));

    [Theory]
    [InlineData("org/name")]
    [InlineData("org/name@main")]
    [InlineData("org/name@v1/branch")]
    [InlineData("org/name@refs/pr/15")]
    [InlineData("org/name@" + Commit)]
    [InlineData("org/name@0123456789")]
    public void A_model_is_found_by_branch_pull_request_and_commit(string id)
    {
        Snapshot(Commit);
        Snapshot(Other);
        Reference("main");
        Reference("v1/branch");
        Reference("refs/pr/15");

        var found = HubCache.Find(id, Location);

        Assert.Equal(Commit, found.Commit);
        Assert.Equal("{}", File.ReadAllText(HubCache.FindFile(found, "config.json")!));
        Assert.Null(HubCache.FindFile(found, "other.json"));
    }

    [Theory]
    [InlineData("org/none", "org/none is not in the Hugging Face cache", "hf download org/none`")]
    [InlineData("org/name@v2", "revision v2", "hf download org/name --revision v2`")]
    [InlineData("org/name@0123456", "revision 0123456", Commit)]
    [InlineData("org/name@main", "without files", "hf download org/name`")]
    public void What_is_not_there_is_said_with_what_to_do(string id, string what, string advice)
    {
        Snapshot(Commit);
        Snapshot(Other);
        Reference("main", "ffffffffffffffffffffffffffffffffffffffff");

        var error = Assert.Throws<ResourceException>(() => HubCache.Find(id, Location));

        Assert.Contains(what, error.Message, StringComparison.Ordinal);
        Assert.Contains(advice, error.Message, StringComparison.Ordinal);
        Assert.Contains(_folder.Path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reference_that_names_no_commit_leads_nowhere()
    {
        Snapshot(Commit);
        Reference("main", "../../..");

        Assert.Throws<ResourceException>(() => HubCache.Find("org/name", Location));
    }

    [Fact]
    public void A_file_whose_bytes_are_gone_is_named()
    {
        Snapshot(Commit);
        Reference("main");
        var found = HubCache.Find("org/name", Location);
        File.Delete(_folder.At("models--org--name", "blobs", "b" + Commit));

        var error = Assert.Throws<ResourceException>(() => HubCache.FindFile(found, "config.json"));

        Assert.Contains("config.json", error.Message, StringComparison.Ordinal);
        Assert.Contains("fetch", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_path_is_no_hub_id() => Assert.Throws<UsageException>(() => HubCache.Find("./folder/model", Location));

    private void Snapshot(string commit)
    {
        File.WriteAllText(_folder.At("models--org--name", "blobs", "b" + commit), "{}");
        File.CreateSymbolicLink(
            _folder.At("models--org--name", "snapshots", commit, "config.json"),
            Path.Combine("..", "..", "blobs", "b" + commit)
        );
    }

    private void Reference(string name, string commit = Commit) =>
        File.WriteAllText(_folder.At(["models--org--name", "refs", .. name.Split('/')]), commit);
}
