using System.Diagnostics;
using Semblance.Models.Hub;
using Semblance.Models.Hub.Cache;

namespace Semblance.Models.Tests.Hub.Pulling;

/// <summary>Disks that are full or forbidden, caches that others made or left half made, and other processes in them.</summary>
public sealed class DiskFaultTests
{
    [Fact]
    public async Task A_disk_without_room_is_noticed_before_anything_is_fetched()
    {
        await using var place = await HubPlace.WithAsync(HubPlace.Small(300_000));

        var error = await Assert.ThrowsAsync<ResourceException>(() =>
            place.PullAsync(place.Settings with { FreeSpace = _ => 200_000 })
        );

        Assert.Contains("needs 300 kB", error.Message, StringComparison.Ordinal);
        Assert.Contains("200 kB free", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, place.Hub.Served);
    }

    [Fact]
    public async Task A_disk_that_fills_up_on_the_way_keeps_what_fits()
    {
        using var disk = SmallDisk.Mount("size=1m");
        var repository = HubPlace.Small(3_000_000);
        await using var place = await HubPlace.WithAsync(repository);
        var settings = place.Settings with { CacheFolder = disk.Path };

        var before = await Assert.ThrowsAsync<ResourceException>(() => place.PullAsync(settings));
        var during = await Assert.ThrowsAsync<ResourceException>(() =>
            place.PullAsync(settings with { FreeSpace = _ => null })
        );

        Assert.Contains("make room", before.Message, StringComparison.Ordinal);
        Assert.Contains("no space is left. Make room. Point HF_HOME", during.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("model.safetensors", Names(Path.Combine(disk.Path, "models--org--name", "snapshots")));
        disk.Resize("10m");
        var snapshot = await place.PullAsync(settings);
        Assert.Equal(
            repository.Files["model.safetensors"].Bytes,
            File.ReadAllBytes(Path.Combine(snapshot, "model.safetensors"))
        );
    }

    [Fact]
    public async Task A_cache_on_a_disk_that_is_read_only_is_said()
    {
        using var disk = SmallDisk.Mount("size=1m,ro");
        await using var place = await HubPlace.WithAsync(HubPlace.Small(1000));

        var error = await Assert.ThrowsAsync<ResourceException>(() =>
            place.PullAsync(place.Settings with { CacheFolder = disk.Path })
        );

        Assert.Contains(
            "cannot be written: the file system is read-only. Point HF_HOME",
            error.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_file_where_the_cache_should_be_is_said()
    {
        await using var place = await HubPlace.WithAsync(HubPlace.Small());
        File.WriteAllText(place.Cache, "no folder");

        var error = await Assert.ThrowsAsync<ResourceException>(() => place.PullAsync());

        Assert.Contains(
            $"{place.Cache} is a file, not a folder. Move that file away. Point HF_HOME",
            error.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_link_that_leads_nowhere_is_mended()
    {
        var repository = HubPlace.Small();
        await using var place = await HubPlace.WithAsync(repository);
        var snapshot = await place.PullAsync();
        File.Delete(Path.Combine(place.Model, "blobs", HubPlace.Sha256(repository.Files["model.safetensors"].Bytes)));
        Assert.False(SnapshotFiles.IsWhole(snapshot, null));
        var held = CachedRepository.Find(place.Cache, new HubRepository(HubKind.Model, HubPlace.Name))!;
        Assert.Equal(
            CheckResult.Missing,
            CacheCheck
                .Run(held, null, TestContext.Current.CancellationToken)
                .Single(file => file.Path == "model.safetensors")
                .Result
        );

        await place.PullAsync();

        place.AssertSound();
        Assert.True(SnapshotFiles.IsWhole(snapshot, null));
    }

    [Fact]
    public async Task A_blob_that_was_cut_short_is_fetched_again()
    {
        var repository = HubPlace.Small();
        await using var place = await HubPlace.WithAsync(repository);
        await place.PullAsync();
        File.WriteAllBytes(
            Path.Combine(place.Model, "blobs", HubPlace.Sha256(repository.Files["model.safetensors"].Bytes)),
            new byte[10]
        );

        await place.PullAsync();

        place.AssertSound();
    }

    [Fact]
    public async Task A_cache_that_the_Python_library_made_is_used_and_completed()
    {
        var repository = HubPlace.Small(2_000_000);
        await using var place = await HubPlace.WithAsync(repository);
        // What huggingface_hub leaves when a snapshot_download was interrupted in the weights.
        var config = repository.Files["config.json"].Bytes;
        var weights = repository.Files["model.safetensors"].Bytes;
        var configId = FakeRepository.BlobId(config, large: false);
        Write(place, config, "models--org--name", "blobs", configId);
        Write(place, weights[..700_000], "models--org--name", "blobs", HubPlace.Sha256(weights) + ".incomplete");
        Write(place, [], ".locks", "models--org--name", configId + ".lock");
        Write(place, [], ".locks", "models--org--name", HubPlace.Sha256(weights) + ".lock");
        Write(place, [], "models--org--name", ".no_exist", HubPlace.Commit, "model.safetensors.index.json");
        Write(place, "{}"u8.ToArray(), "models--org--name", "trees", HubPlace.Commit + ".json");
        Write(place, "x"u8.ToArray(), "version.txt");
        Write(place, "Signature: 8a477f597d28d172789f06886806bc55"u8.ToArray(), "CACHEDIR.TAG");
        Write(place, System.Text.Encoding.ASCII.GetBytes(HubPlace.Commit), "models--org--name", "refs", "main");
        var snapshot = Path.Combine(place.Model, "snapshots", HubPlace.Commit);
        Directory.CreateDirectory(snapshot);
        File.CreateSymbolicLink(Path.Combine(snapshot, "config.json"), $"../../blobs/{configId}");
        Assert.False(SnapshotFiles.IsWhole(snapshot, null));

        await place.PullAsync();

        place.AssertSound();
        Assert.True(SnapshotFiles.IsWhole(snapshot, null));
        Assert.DoesNotContain(place.Hub.Asked, asked => asked.Path.EndsWith("/config.json", StringComparison.Ordinal));
        Assert.Contains(place.Hub.Asked, asked => asked.Range == "bytes=700000-");
        var held = Assert.Single(CachedRepository.All(place.Cache));
        Assert.Equal(("org/name", 0L), (held.Name, held.UnfinishedBytes));
        Assert.All(
            CacheCheck.Run(held, null, TestContext.Current.CancellationToken),
            file => Assert.Equal(CheckResult.Right, file.Result)
        );
    }

    [Fact]
    public async Task A_blob_that_is_a_link_to_a_store_shared_by_repositories_counts()
    {
        var repository = HubPlace.Small();
        await using var place = await HubPlace.WithAsync(repository);
        var weights = repository.Files["model.safetensors"].Bytes;
        Write(place, weights, "blobs", "ab", "abcdef");
        Directory.CreateDirectory(Path.Combine(place.Model, "blobs"));
        File.CreateSymbolicLink(
            Path.Combine(place.Model, "blobs", HubPlace.Sha256(weights)),
            Path.Combine("..", "..", "blobs", "ab", "abcdef")
        );

        var snapshot = await place.PullAsync();

        Assert.Equal(weights, File.ReadAllBytes(Path.Combine(snapshot, "model.safetensors")));
        Assert.DoesNotContain(place.Hub.Asked, asked => asked.Host == place.Hub.StoreAddress.Authority);
        var held = CachedRepository.Find(place.Cache, new HubRepository(HubKind.Model, HubPlace.Name))!;
        Assert.All(
            CacheCheck.Run(held, null, TestContext.Current.CancellationToken),
            file => Assert.Equal(CheckResult.Right, file.Result)
        );
        CacheRemoval.Of(held).Run();
        Assert.True(File.Exists(Path.Combine(place.Cache, "blobs", "ab", "abcdef")), "others may still use it");
    }

    [Fact]
    public async Task Another_process_in_the_same_blob_is_waited_for()
    {
        var repository = HubPlace.Small();
        await using var place = await HubPlace.WithAsync(repository);
        var weights = repository.Files["model.safetensors"].Bytes;
        var id = HubPlace.Sha256(weights);
        Write(place, [], ".locks", "models--org--name", id + ".lock");
        Task<string> pull;
        using (
            new FileStream(
                Path.Combine(place.Cache, ".locks", "models--org--name", id + ".lock"),
                FileMode.Open,
                FileAccess.ReadWrite,
                FileShare.None
            )
        )
        {
            pull = place.PullAsync();
            await Task.Delay(500, TestContext.Current.CancellationToken);
            Assert.False(pull.IsCompleted);
            // The other one ends its work.
            Write(place, weights, "models--org--name", "blobs", id);
        }

        await pull;

        place.AssertSound();
        Assert.Contains(place.Notes, note => note.Contains("another process is fetching", StringComparison.Ordinal));
        Assert.DoesNotContain(place.Hub.Asked, asked => asked.Host == place.Hub.StoreAddress.Authority);
    }

    [Fact]
    public async Task Two_pulls_at_once_fetch_each_file_once()
    {
        await using var place = await HubPlace.WithAsync(HubPlace.Small(1_000_000));
        place.Hub.Slowness = TimeSpan.FromMilliseconds(5);

        await Task.WhenAll(place.PullAsync(), place.PullAsync());

        place.AssertSound();
        Assert.Equal(1_000_000 + 14, place.Hub.Served);
    }

    [Fact]
    public async Task The_lock_is_the_one_that_other_programs_take()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/flock"), "There is no flock program here.");
        var repository = HubPlace.Small();
        await using var place = await HubPlace.WithAsync(repository);
        var path = Path.Combine(
            place.Cache,
            ".locks",
            "models--org--name",
            HubPlace.Sha256(repository.Files["model.safetensors"].Bytes) + ".lock"
        );
        Write(place, [], Path.GetRelativePath(place.Cache, path).Split(Path.DirectorySeparatorChar));
        using var other = Process.Start("/usr/bin/flock", [path, "sleep", "1"]);
        await Task.Delay(200, TestContext.Current.CancellationToken);

        var pull = place.PullAsync();
        await Task.Delay(300, TestContext.Current.CancellationToken);
        var waited = !pull.IsCompleted;
        await pull;

        Assert.True(waited);
        await other.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task One_snapshot_is_removed_and_the_others_keep_their_blobs()
    {
        const string other = "ffffffffffffffffffffffffffffffffffffffff";
        var first = HubPlace.Small();
        var second = new FakeRepository(HubPlace.Name, other);
        second.Revisions.Clear();
        second.Revisions.Add("next");
        second.With("config.json", "{}").With("model.safetensors", HubPlace.Noise(500_000, 3), large: true);
        await using var place = await HubPlace.WithAsync(first, second);
        await place.PullAsync();
        await place.PullAsync(request: new PullRequest(new HubRepository(HubKind.Model, HubPlace.Name, "next")));
        var held = CachedRepository.Find(place.Cache, new HubRepository(HubKind.Model, HubPlace.Name))!;

        var removal = CacheRemoval.Of(held, held.Snapshot("next")!);
        removal.Run();

        Assert.Equal(500_000, removal.Bytes);
        place.AssertSound();
        Assert.True(SnapshotFiles.IsWhole(Path.Combine(place.Model, "snapshots", HubPlace.Commit), null));
        Assert.False(Directory.Exists(Path.Combine(place.Model, "snapshots", other)));
        Assert.False(File.Exists(Path.Combine(place.Model, "refs", "next")));
    }

    [Fact]
    public async Task What_was_copied_into_the_cache_has_no_locks_and_is_removed_all_the_same()
    {
        await using var place = await HubPlace.WithAsync(HubPlace.Small());
        await place.PullAsync();
        Directory.Delete(Path.Combine(place.Cache, ".locks"), recursive: true);

        CacheRemoval.Of(CachedRepository.Find(place.Cache, new HubRepository(HubKind.Model, HubPlace.Name))!).Run();

        Assert.False(Directory.Exists(place.Model));
    }

    private static void Write(HubPlace place, byte[] bytes, params string[] parts)
    {
        var path = Path.Combine([place.Cache, .. parts]);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
    }

    private static IEnumerable<string> Names(string folder) =>
        Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(path => Path.GetFileName(path))
            : [];
}
