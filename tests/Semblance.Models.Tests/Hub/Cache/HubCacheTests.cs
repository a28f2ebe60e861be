using Semblance.Models.Hub;
using Semblance.Models.Hub.Cache;

namespace Semblance.Models.Tests.Hub.Cache;

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
    [InlineData("f", null, null, "HF_HUB_CACHE names {0}f, which is a file, not a folder")]
    [InlineData(null, "f", null, "HF_HOME names {0}f, which is a file, not a folder")]
    [InlineData(null, "f/below", null, "HF_HOME is {0}f/below, but {0}f is a file, not a folder")]
    [InlineData(null, "home", null, "HF_HOME is {0}home, but {0}home/hub is a file, not a folder")]
    [InlineData(null, null, "f", "XDG_CACHE_HOME names {0}f, which is a file, not a folder")]
    [InlineData(null, "gone", null, "HF_HOME names {0}gone, which is a link that leads nowhere")]
    [InlineData(
        "",
        "",
        "",
        "The Hugging Face cache cannot be {0}f/.cache/huggingface/hub: {0}f is a file, not a folder"
    )]
    public void A_file_in_the_place_of_the_cache_is_told_with_its_variable(
        string? cache,
        string? home,
        string? xdg,
        string expected
    )
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The separators are others.");
        File.WriteAllText(_folder.At("f"), "");
        File.WriteAllText(_folder.For("home", "hub"), "");
        File.CreateSymbolicLink(_folder.At("gone"), _folder.At("nowhere"));

        var fault = Assert.Throws<UsageException>(() =>
            new HubCacheLocation(Place(cache), Place(home), Place(xdg), _folder.At("f")).Checked()
        );

        var sentence = fault.Message.Replace(_folder.Path + "/", "{0}", StringComparison.Ordinal);
        Assert.StartsWith(expected, sentence, StringComparison.Ordinal);

        string? Place(string? name) => string.IsNullOrEmpty(name) ? name : Path.Combine(_folder.Path, name);
    }

    [Fact]
    public void A_cache_that_is_there_or_is_still_to_be_made_is_taken()
    {
        Assert.Equal(Location, Location.Checked());
        var later = new HubCacheLocation(null, _folder.At("not", "yet"), null, "/nobody");
        Assert.Equal(later, later.Checked());
    }

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
        Assert.Equal(expected, HubRepository.IsId(text));

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

        var found = HubCache.Find(HubRepository.Parse(id), _folder.Path)!;

        Assert.Equal(Commit, found.Commit);
        Assert.Equal("{}", File.ReadAllText(Path.Combine(found.Folder, "config.json")));
    }

    [Theory]
    [InlineData("org/none")]
    [InlineData("org/name@v2")]
    [InlineData("org/name@0123456")]
    [InlineData("org/name@012345")]
    [InlineData("org/name@main")]
    [InlineData("org/name@leaving")]
    public void What_is_not_there_or_could_be_either_of_two_is_not_found(string id)
    {
        Snapshot(Commit);
        Snapshot(Other);
        Reference("main", "ffffffffffffffffffffffffffffffffffffffff");
        Reference("leaving", "../../..");

        Assert.Null(HubCache.Find(HubRepository.Parse(id), _folder.Path));
    }

    [Fact]
    public void A_file_whose_bytes_are_gone_is_not_there()
    {
        Snapshot(Commit);
        var file = _folder.At("models--org--name", "snapshots", Commit, "config.json");
        Assert.True(SnapshotFiles.Leads(file));
        File.Delete(_folder.At("models--org--name", "blobs", "b" + Commit));
        Assert.False(SnapshotFiles.Leads(file));
    }

    [Fact]
    public void A_path_is_no_hub_id() => Assert.Throws<UsageException>(() => HubRepository.Parse("./folder/model"));

    private void Snapshot(string commit)
    {
        File.WriteAllText(_folder.For("models--org--name", "blobs", "b" + commit), "{}");
        File.CreateSymbolicLink(
            _folder.For("models--org--name", "snapshots", commit, "config.json"),
            Path.Combine("..", "..", "blobs", "b" + commit)
        );
    }

    private void Reference(string name, string commit = Commit) =>
        File.WriteAllText(_folder.For(["models--org--name", "refs", .. name.Split('/')]), commit);
}
