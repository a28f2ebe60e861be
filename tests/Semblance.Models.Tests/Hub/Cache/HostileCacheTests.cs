using Semblance.Models.Hub;
using Semblance.Models.Hub.Cache;

namespace Semblance.Models.Tests.Hub.Cache;

/// <summary>Caches are shared, and anybody who writes to one can lay links: nothing outside it is removed.</summary>
public sealed class HostileCacheTests : IDisposable
{
    private const string Commit = "0123456789abcdef0123456789abcdef01234567";
    private const string Other = "1123456789abcdef0123456789abcdef01234567";
    private const string Blob = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391";
    private readonly TemporaryFolder _folder = new();

    private string Cache => _folder.At("hub");

    private string Outside => _folder.At("outside", "precious");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("../../../../outside/precious")]
    [InlineData("ABSOLUTE")]
    [InlineData("../../blobs/../../../outside/precious")]
    public void A_link_of_a_snapshot_does_not_remove_its_target(string target)
    {
        Lay();
        File.CreateSymbolicLink(
            _folder.At("hub", "models--org--name", "snapshots", Commit, "weights"),
            target == "ABSOLUTE" ? Outside : target
        );
        Remove();
        Assert.True(File.Exists(Outside));
    }

    [Fact]
    public void What_a_snapshot_has_alone_is_removed_and_what_others_have_is_not()
    {
        Lay();
        _folder.Write("", "hub", "models--org--name", "blobs", Blob);
        _folder.Write("x", "hub", "models--org--name", "blobs", "mine");
        Link(Commit, "shared", $"../../blobs/{Blob}");
        Link(Other, "shared", $"../../blobs/{Blob}");
        Link(Commit, "alone", "../../blobs/mine");
        Remove();
        Assert.True(File.Exists(_folder.At("hub", "models--org--name", "blobs", Blob)));
        Assert.False(File.Exists(_folder.At("hub", "models--org--name", "blobs", "mine")));
        Assert.False(Directory.Exists(_folder.At("hub", "models--org--name", "snapshots", Commit)));
    }

    [Theory]
    [InlineData("snapshots")]
    [InlineData("refs")]
    [InlineData("blobs")]
    public void Folders_that_are_links_stop_the_removal(string name)
    {
        Lay();
        var folder = _folder.At("hub", "models--org--name", name);
        if (Directory.Exists(folder))
        {
            Directory.Move(folder, _folder.At("outside", name));
        }
        else
        {
            Directory.CreateDirectory(_folder.At("outside", name));
        }

        File.WriteAllText(_folder.At("outside", name, "mine"), Commit);
        Directory.CreateSymbolicLink(folder, _folder.At("outside", name));
        if (name == "blobs")
        {
            Link(Commit, "alone", "../../blobs/mine");
        }

        var before = Everything();
        var error = Assert.Throws<ResourceException>(Remove);
        Assert.Contains("is not removed", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, Everything());
    }

    [Fact]
    public void A_repair_removes_nothing_outside()
    {
        Lay();
        File.Move(Outside, _folder.At("outside", Blob));
        File.WriteAllText(_folder.At("outside", Blob), "not empty, as its name says");
        Link(Commit, "weights", $"../../../../outside/{Blob}");
        Link(Commit, "gone", "../../../../outside/none");
        var repository = Repository();
        var found = CacheCheck.Run(repository, null, TestContext.Current.CancellationToken);
        CacheCheck.Discard(repository, found);
        Assert.True(File.Exists(_folder.At("outside", Blob)));
        Assert.Equal(CheckResult.Unknown, found.Single(file => file.Path == "weights").Result);
        Assert.Equal(CheckResult.Missing, found.Single(file => file.Path == "gone").Result);
    }

    [Fact]
    public void A_whole_repository_that_is_a_link_loses_the_link_only()
    {
        Lay();
        Directory.Move(_folder.At("hub", "models--org--name"), _folder.At("outside", "model"));
        Directory.CreateSymbolicLink(_folder.At("hub", "models--org--name"), _folder.At("outside", "model"));
        CacheRemoval.Of(Repository()).Run();
        Assert.True(Directory.Exists(_folder.At("outside", "model", "snapshots", Commit)));
        Assert.False(Path.Exists(_folder.At("hub", "models--org--name")));
    }

    private string[] Everything() =>
        [.. Directory.EnumerateFileSystemEntries(_folder.At("outside"), "*", SearchOption.AllDirectories).Order()];

    private void Lay()
    {
        _folder.Write("keep me", "outside", "precious");
        foreach (var commit in (string[])[Commit, Other])
        {
            _folder.Write("{}", "hub", "models--org--name", "snapshots", commit, "config.json");
        }

        _folder.Write(Commit, "hub", "models--org--name", "refs", "main");
    }

    private void Link(string commit, string name, string target) =>
        File.CreateSymbolicLink(_folder.At("hub", "models--org--name", "snapshots", commit, name), target);

    private CachedRepository Repository() =>
        CachedRepository.Find(Cache, new HubRepository(HubKind.Model, "org/name"))!;

    private void Remove()
    {
        var repository = Repository();
        CacheRemoval.Of(repository, repository.Snapshot(Commit)!).Run();
    }
}
