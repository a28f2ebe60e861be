namespace Semblance.Cluster.Tests.Objects;

[Trait("speed", "slow")]
public sealed class MirrorTests : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeS3 _server = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private MirroredStudy Study => new(_folder, _server);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Shards_in_three_folders_and_a_last_stage_in_a_fourth_come_to_what_one_process_does_to_the_bit()
    {
        await Study.AloneAsync("last", "alone", Token);
        foreach (var shard in new[] { 0, 1, 2 })
        {
            await Study.ShardAsync($"worker-{shard}", $"{shard}/3", Token);
        }

        var last = Study;
        await last.FinishAsync("last", Token);

        last.AssertSame("alone", "last");
        Assert.Contains(last.Said, said => said.Contains("all embedded before", StringComparison.Ordinal));
        // The last stage needs no image: hashes and embeddings are enough.
        Assert.Empty(last.Images("last"));
        Assert.Equal(15, Enumerable.Range(0, 3).Sum(shard => last.Images($"worker-{shard}").Count));
        Assert.All(
            MirroredStudy.Results,
            name =>
                Assert.Equal(
                    File.ReadAllBytes(_folder.At("last", "run", name)),
                    _server.Objects[$"studies/foxes/{name}"].Bytes
                )
        );
    }

    [Fact]
    public async Task A_shard_that_is_repeated_writes_nothing_twice_and_makes_nothing_again()
    {
        await Study.ShardAsync("first", "0/2", Token);
        var puts = _server.Count("PUT");
        var objects = _server.Objects.Keys.Order(StringComparer.Ordinal).ToArray();

        // In its own folder, and in a new one, as on another machine.
        await Study.ShardAsync("first", "0/2", Token);
        await Study.ShardAsync("second", "0/2", Token);

        Assert.Equal(puts, _server.Count("PUT"));
        Assert.Equal(objects, _server.Objects.Keys.Order(StringComparer.Ordinal));
        Assert.Empty(Study.Images("second"));
        // Each object once: images, their records, a chunk, a list of hashes, whose the run is.
        Assert.Equal(objects.Length, puts);
    }

    /// <summary>What docs/cluster.md counts with.</summary>
    [Fact]
    public async Task Requests_are_one_for_each_image_and_few_beside()
    {
        await Study.ShardAsync("worker", "0/1", Token);
        // A list at the start, and one for each of two models; 15 images; two records and whose the run is; a chunk; a list of hashes.
        Assert.Equal((3, 20, 0), Requests(0));

        var before = _server.Heard.Count;
        await Study.FinishAsync("last", Token);
        // A list, and one of parts; brought are a chunk, a list of hashes and three records; written are the results.
        var (lists, puts, gets) = Requests(before);
        Assert.Equal((2, 5), (lists, gets));
        Assert.InRange(puts, 8, 12);

        (int Lists, int Puts, int Gets) Requests(int from)
        {
            var heard = _server.Heard.Skip(from).ToArray();
            var listed = heard.Count(one => one.Method == "GET" && one.Path.Trim('/') == FakeS3.Bucket);
            return (
                listed,
                heard.Count(one => one.Method == "PUT"),
                heard.Count(one => one.Method is "GET" or "HEAD") - listed
            );
        }
    }

    [Fact]
    public async Task A_shard_that_dies_in_the_middle_leaves_what_it_finished_to_others()
    {
        await Study.AloneAsync("last", "alone", Token);
        using var kill = new CancellationTokenSource();
        var died = 0;
        _server.Fail(
            new Fault { HoldsAnswer = true },
            one =>
            {
                // Two images are there when the third is on its way, and nothing ends well any more.
                var dies =
                    one.Method == "PUT"
                    && _server.Count("PUT", "studies/foxes/images/") > 2
                    && Interlocked.Exchange(ref died, 1) == 0;
                if (dies)
                {
                    // Not on the server's thread, which would then do what follows.
                    _ = kill.CancelAsync();
                }

                return dies;
            }
        );
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Study.ShardAsync("dies", "0/1", kill.Token));
        var made = _server.Objects.Keys.Count(key => key.EndsWith(".png", StringComparison.Ordinal));
        Assert.InRange(made, 1, 15);

        await Study.ShardAsync("other", "1/2", Token);
        await Study.FinishAsync("last", Token);
        Study.AssertSame("alone", "last");
    }

    [Fact]
    public async Task Two_that_do_the_same_at_once_come_to_the_same()
    {
        await Study.AloneAsync("last", "alone", Token);
        await Task.WhenAll(
            Study.ShardAsync("one", "0/1", Token),
            Study.ShardAsync("other", "0/1", Token),
            Study.ShardAsync("third", "1/2", Token)
        );
        await Study.FinishAsync("last", Token);
        Study.AssertSame("alone", "last");
        Assert.Equal(15, _server.Objects.Keys.Count(key => key.EndsWith(".png", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Lists_that_are_late_cost_work_and_change_nothing()
    {
        await Study.AloneAsync("last", "alone", Token);
        await Study.ShardAsync("worker", "0/1", Token);
        var objects = _server.Objects.ToDictionary();

        // Of all that the shard wrote the list shows every other image, and neither hashes nor embeddings.
        _server.IsLate = key =>
            key.Contains("/hashes/", StringComparison.Ordinal)
            || key.Contains("/embeddings/", StringComparison.Ordinal)
            || key.EndsWith("2.png", StringComparison.Ordinal);
        await Study.FinishAsync("last", Token);

        Study.AssertSame("alone", "last");
        // What was there stays as it was.
        Assert.All(objects, one => Assert.Same(one.Value, _server.Objects[one.Key]));
        Assert.All(
            Study.Images("last"),
            image => Assert.True(File.Exists(_folder.At("worker", "run", "images", image)))
        );
    }

    [Fact]
    public async Task The_last_stage_again_in_another_folder_finds_the_results_and_writes_what_is_new()
    {
        await Study.FinishAsync("last", Token);
        Directory.Move(_folder.At("last"), _folder.At("before"));
        var puts = _server.Count("PUT");
        await Study.FinishAsync("last", Token);
        Study.AssertSame("before", "last");
        Assert.Empty(Study.Images("last"));
        // What the results were made from is noted with the times of files, which are others here.
        Assert.Subset(
            new HashSet<string> { "stages.json", "report.html", "comparison.json" },
            _server
                .Heard.Where(one => one.Method == "PUT")
                .Skip(puts)
                .Select(one => Path.GetFileName(one.Path))
                .ToHashSet()
        );
    }

    [Fact]
    public async Task A_bucket_that_denies_writes_ends_the_work_at_once_and_keeps_it_here()
    {
        DenyWrites("/images/");
        var error = await Assert.ThrowsAsync<ResourceException>(() => Study.ShardAsync("worker", "0/1", Token));
        Assert.Contains("they need s3:PutObject", error.Message, StringComparison.Ordinal);
        Assert.Contains("What is finished is kept", error.Message, StringComparison.Ordinal);
        Assert.NotEmpty(Study.Images("worker"));

        // What could not be written then is written by the next run, and not made again.
        await using var open = new FakeS3();
        var there = new MirroredStudy(_folder, open);
        await there.ShardAsync("worker", "0/1", Token);
        Assert.Equal(15, open.Objects.Keys.Count(key => key.EndsWith(".png", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Two_recipes_in_one_bucket_are_refused()
    {
        await Study.ShardAsync("worker", "0/2", Token);
        var record = _server.Objects.Keys.First(key => key.Contains("/shards/steady", StringComparison.Ordinal));
        var text = System.Text.Encoding.UTF8.GetString(_server.Objects[record].Bytes);
        Assert.Contains("32x32", text, StringComparison.Ordinal);
        _server.Objects.Remove(record);
        _server.Put(
            record,
            System.Text.Encoding.UTF8.GetBytes(text.Replace("32x32", "64x64", StringComparison.Ordinal))
        );
        var error = await Assert.ThrowsAsync<InputException>(() => Study.ShardAsync("other", "1/2", Token));
        Assert.Contains("32x32", error.Message, StringComparison.Ordinal);
        Assert.Contains("64x64", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_study_in_the_bucket_is_refused()
    {
        _server.Put(
            "studies/foxes/study/study.json",
            """{ "schema": "semblance.study/1", "name": "hares" }"""u8.ToArray()
        );
        var error = await Assert.ThrowsAsync<InputException>(() => Study.ShardAsync("worker", "0/2", Token));
        Assert.Contains("is the run of the study \"hares\"", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_folder_of_another_study_sends_nothing()
    {
        await Study.ShardAsync("worker", "0/2", Token);
        _server.Put(
            "studies/foxes/study/study.json",
            """{ "schema": "semblance.study/1", "name": "hares" }"""u8.ToArray()
        );
        var puts = _server.Count("PUT");
        var error = await Assert.ThrowsAsync<InputException>(() => Study.ShardAsync("worker", "1/2", Token));
        Assert.Contains("holds the run of another study than", error.Message, StringComparison.Ordinal);
        Assert.Equal(puts, _server.Count("PUT"));
    }

    [Theory]
    [InlineData("images/../../x.png")]
    [InlineData("shards/a\\..\\..\\b.json")]
    [InlineData("embeddings/../x.safetensors")]
    public async Task A_name_that_leads_out_of_the_folder_is_refused(string name)
    {
        _server.Put($"studies/foxes/{name}", [1]);
        var error = await Assert.ThrowsAsync<InputException>(() => Study.ShardAsync("worker", "0/2", Token));
        Assert.Contains("would not be a file in", error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.At("worker", "run")));
    }

    [Fact]
    public async Task What_is_not_of_a_run_is_left_alone()
    {
        string[] strange =
        [
            "readme.txt",
            "images/loose.png",
            "images/a/b/c/d.png",
            "votes.sqlite",
            "../x",
            ".cache/x.json",
        ];
        foreach (var name in strange)
        {
            _server.Put($"studies/foxes/{name}", [1]);
        }

        await Study.ShardAsync("worker", "0/1", Token);
        Assert.DoesNotContain(
            _server.Heard,
            one => one.Method == "GET" && strange.Any(name => one.Path.EndsWith($"/{name}", StringComparison.Ordinal))
        );
        Assert.All(strange, name => Assert.Equal([1], _server.Objects[$"studies/foxes/{name}"].Bytes));
    }

    private void DenyWrites(string part)
    {
        for (var i = 0; i < 50; i++)
        {
            _server.Fail(
                FakeS3.Error(403, "AccessDenied"),
                one => one.Method == "PUT" && one.Path.Contains(part, StringComparison.Ordinal)
            );
        }
    }
}
