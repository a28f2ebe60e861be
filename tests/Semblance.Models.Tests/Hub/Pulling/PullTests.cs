using Semblance.Models.Hub;
using Semblance.Models.Hub.Cache;
using Semblance.Models.Hub.Pulling;

namespace Semblance.Models.Tests.Hub.Pulling;

public sealed class PullTests
{
    [Fact]
    public async Task A_pull_fills_the_cache_as_the_Python_library_does()
    {
        var repository = HubPlace.Small();
        await using var place = await HubPlace.WithAsync(repository);

        var snapshot = await place.PullAsync();

        Assert.Equal(Path.Combine(place.Model, "snapshots", HubPlace.Commit), snapshot);
        Assert.Equal(HubPlace.Commit, File.ReadAllText(Path.Combine(place.Model, "refs", "main")));
        string[] names =
        [
            .. Directory
                .EnumerateFileSystemEntries(snapshot)
                .Select(path => Path.GetFileName(path))
                .Order(StringComparer.Ordinal),
        ];
        Assert.Equal(["config.json", "model.safetensors", "preprocessor_config.json"], names);
        foreach (var name in names)
        {
            var (bytes, large) = repository.Files[name];
            Assert.Equal(bytes, File.ReadAllBytes(Path.Combine(snapshot, name)));
            Assert.Equal(
                Path.Combine("..", "..", "blobs", FakeRepository.BlobId(bytes, large)),
                new FileInfo(Path.Combine(snapshot, name)).LinkTarget
            );
        }

        Assert.DoesNotContain(
            Directory.EnumerateFiles(place.Model, "*", SearchOption.AllDirectories),
            path => path.EndsWith(".incomplete", StringComparison.Ordinal)
        );
        Assert.Equal(snapshot, HubCache.Find(HubRepository.Parse(HubPlace.Name), place.Cache)!.Folder);
    }

    [Fact]
    public async Task What_is_there_is_not_fetched_again()
    {
        await using var place = await HubPlace.WithAsync(HubPlace.Small());
        await place.PullAsync();
        var served = place.Hub.Served;

        await place.PullAsync();

        Assert.Equal(served, place.Hub.Served);
    }

    [Fact]
    public async Task A_plan_says_how_much_and_under_which_licence()
    {
        await using var place = await HubPlace.WithAsync(HubPlace.Small(300_000));
        using var client = new HubClient(place.Settings);
        var request = new PullRequest(new HubRepository(HubKind.Model, HubPlace.Name));

        var plan = await client.PlanAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(
            (HubPlace.Commit, "mit", 3, 300_014, 3, 300_014),
            (plan.Commit, plan.Licence, plan.Files, plan.TotalBytes, plan.MissingFiles, plan.MissingBytes)
        );
        await client.PullAsync(plan, null, TestContext.Current.CancellationToken);
        var after = await client.PlanAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal((3, 0, 0), (after.Files, after.MissingFiles, after.MissingBytes));
    }

    [Fact]
    public async Task Another_commit_lacks_only_what_it_changed()
    {
        const string next = "89abcdef0123456789abcdef0123456789abcdef";
        var old = HubPlace.Small();
        var changed = new FakeRepository(HubPlace.Name, next);
        foreach (var (path, (bytes, large)) in old.Files)
        {
            changed.With(path, bytes, large);
        }

        changed.With("config.json", "{\"a\":1}");
        await using var place = await HubPlace.WithAsync(old);
        await place.PullAsync();
        place.Hub.Add(changed);
        using var client = new HubClient(place.Settings);

        var plan = await client.PlanAsync(
            new PullRequest(new HubRepository(HubKind.Model, HubPlace.Name, "main")),
            TestContext.Current.CancellationToken
        );

        Assert.Equal((next, 3, 1, 7L), (plan.Commit, plan.Files, plan.MissingFiles, plan.MissingBytes));
    }

    [Fact]
    public async Task A_listing_without_hashes_is_completed_from_each_file()
    {
        await using var place = await HubPlace.WithAsync(HubPlace.Small());
        place.Hub.States = false;

        await place.PullAsync();

        place.AssertSound();
        Assert.Contains(place.Hub.Asked, asked => asked.Method == "HEAD");
    }

    [Fact]
    public async Task A_data_set_comes_whole_and_with_its_folders()
    {
        var repository = new FakeRepository("runs/images", HubPlace.Commit, dataset: true)
            .With(".gitattributes", "x")
            .With("SDXL/a person_s eye/1.jpg", HubPlace.Noise(50, 1))
            .With("SDXL/a person_s eye/2.jpg", HubPlace.Noise(60, 2), large: true)
            .With("pixart/ä b %41/1.jpg", HubPlace.Noise(50, 1));
        await using var place = await HubPlace.WithAsync(repository);

        var snapshot = await place.PullAsync(
            request: new PullRequest(new HubRepository(HubKind.Dataset, "runs/images"))
        );

        Assert.StartsWith(Path.Combine(place.Cache, "datasets--runs--images"), snapshot, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(snapshot, ".gitattributes")));
        Assert.Equal(
            HubPlace.Noise(60, 2),
            File.ReadAllBytes(Path.Combine(snapshot, "SDXL", "a person_s eye", "2.jpg"))
        );
        Assert.Equal(HubPlace.Noise(50, 1), File.ReadAllBytes(Path.Combine(snapshot, "pixart", "ä b %41", "1.jpg")));
        Assert.Equal(
            Path.Combine("..", "..", "..", "..", "blobs", FakeRepository.BlobId(HubPlace.Noise(50, 1), false)),
            new FileInfo(Path.Combine(snapshot, "pixart", "ä b %41", "1.jpg")).LinkTarget
        );
    }

    [Theory]
    [InlineData(1001)]
    [InlineData(0)]
    [Trait("speed", "slow")]
    public async Task A_listing_that_may_be_cut_off_is_completed_from_the_tree(int siblings)
    {
        var repository = new FakeRepository("runs/images", HubPlace.Commit, dataset: true);
        for (var i = 0; i < 1200; i++)
        {
            repository.With($"SDXL/prompt {i / 20}/{i}.jpg", BitConverter.GetBytes(i), large: i % 100 == 0);
        }

        await using var place = await HubPlace.WithAsync(repository);
        place.Hub.Siblings = siblings;
        using var client = new HubClient(place.Settings);

        var plan = await client.PlanAsync(
            new PullRequest(new HubRepository(HubKind.Dataset, "runs/images")),
            TestContext.Current.CancellationToken
        );
        await client.PullAsync(plan, null, TestContext.Current.CancellationToken);

        Assert.Equal((1200, 4800L), (plan.Files, plan.TotalBytes));
        place.AssertSound();
        Assert.Equal(
            BitConverter.GetBytes(1199),
            File.ReadAllBytes(Path.Combine(plan.Snapshot, "SDXL", "prompt 59", "1199.jpg"))
        );
    }

    [Theory]
    [InlineData("refs/pr/15")]
    [InlineData("v1/branch")]
    public async Task A_revision_is_kept_as_a_reference(string revision)
    {
        var repository = HubPlace.Small();
        repository.Revisions.Add(revision);
        await using var place = await HubPlace.WithAsync(repository);

        await place.PullAsync(request: new PullRequest(new HubRepository(HubKind.Model, HubPlace.Name, revision)));

        Assert.Equal(HubPlace.Commit, File.ReadAllText(Path.Combine([place.Model, "refs", .. revision.Split('/')])));
        Assert.Equal(
            HubPlace.Commit,
            HubCache.Find(HubRepository.Parse($"{HubPlace.Name}@{revision}"), place.Cache)!.Commit
        );
    }

    [Fact]
    public async Task A_revision_that_a_mirror_lacks_gives_way_to_the_next_and_is_said()
    {
        await using var place = await HubPlace.WithAsync(HubPlace.Small());
        var request = new PullRequest(new HubRepository(HubKind.Model, HubPlace.Name, new string('f', 40)))
        {
            Otherwise = ["main"],
        };

        await place.PullAsync(request: request);

        Assert.Contains(place.Notes, note => note.Contains("using main instead", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_links_a_snapshot_holds_the_files_and_no_blob_is_left()
    {
        await using var place = await HubPlace.WithAsync(HubPlace.Small());

        var snapshot = await place.PullAsync(place.Settings with { Links = false });
        var served = place.Hub.Served;
        await place.PullAsync(place.Settings with { Links = false });

        Assert.Null(new FileInfo(Path.Combine(snapshot, "model.safetensors")).LinkTarget);
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(place.Model, "blobs")));
        Assert.Equal(served, place.Hub.Served);
    }

    [Fact]
    public async Task Progress_ends_at_the_whole()
    {
        await using var place = await HubPlace.WithAsync(HubPlace.Small(3_000_000));
        place.Hub.CutAfter = 1_000_000;
        using var client = new HubClient(place.Settings);
        var plan = await client.PlanAsync(
            new PullRequest(new HubRepository(HubKind.Model, HubPlace.Name)),
            TestContext.Current.CancellationToken
        );
        long most = 0;
        await client.PullAsync(
            plan,
            progress => InterlockedMax(ref most, progress.Done),
            TestContext.Current.CancellationToken
        );

        Assert.Equal(plan.TotalBytes, most);
    }

    [Fact]
    public async Task Offline_asks_nobody()
    {
        await using var place = await HubPlace.WithAsync(HubPlace.Small());

        var error = await Assert.ThrowsAsync<ResourceException>(() =>
            place.PullAsync(place.Settings with { Offline = true })
        );

        Assert.Contains("Offline", error.Message, StringComparison.Ordinal);
        Assert.Empty(place.Hub.Asked);
    }

    private static void InterlockedMax(ref long most, long value)
    {
        long seen;
        while (
            (seen = Interlocked.Read(ref most)) < value && Interlocked.CompareExchange(ref most, value, seen) != seen
        ) { }
    }
}
