using System.Security.Cryptography;
using Semblance.Cluster.Objects;

namespace Semblance.Cluster.Tests.Objects;

public sealed class BucketTests : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeS3 _server = new();
    private readonly BucketAddress _address = BucketAddress.Parse($"s3://{FakeS3.Bucket}/a/b");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task What_is_written_is_listed_in_pages_and_read_again()
    {
        _server.PageSize = 2;
        using var bucket = Open();
        string[] names = ["x/1 & 2.png", "x/ä.png", "y.json", "z/\U0001F98A.txt", "empty"];
        foreach (var name in names)
        {
            File.WriteAllText(_folder.For("in", name), name == "empty" ? "" : name);
            Assert.True((await bucket.PutAsync(name, _folder.At("in", name), isOnce: true, Token)).IsWritten);
        }

        Assert.Equal(names.Order(StringComparer.Ordinal), (await ListAsync(bucket)).Select(one => one.Name));
        foreach (var one in await ListAsync(bucket))
        {
            await bucket.GetAsync(one.Name, _folder.At("out", one.Name), one.Length, Token);
            Assert.Equal(File.ReadAllText(_folder.At("in", one.Name)), File.ReadAllText(_folder.At("out", one.Name)));
            Assert.Equal(one.Length, (await bucket.AskAsync(one.Name, Token))?.Length);
        }

        Assert.Null(await bucket.AskAsync("nothing", Token));
        Assert.All(_server.Objects.Keys, key => Assert.StartsWith("a/b/", key, StringComparison.Ordinal));
        // No temporary file is left.
        Assert.Equal(
            names.Length,
            Directory.EnumerateFiles(_folder.At("out"), "*", SearchOption.AllDirectories).Count()
        );
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_is_there_is_left_alone_where_the_server_takes_conditions(bool isConditional)
    {
        _server.IsConditional = isConditional;
        using var bucket = Open();
        var (one, other) = (_folder.Write("one", "one"), _folder.Write("other", "other"));
        Assert.True((await bucket.PutAsync("o", one, isOnce: true, Token)).IsWritten);
        Assert.NotEqual(isConditional, (await bucket.PutAsync("o", other, isOnce: true, Token)).IsWritten);
        Assert.Equal(isConditional ? "one" : "other", Text("o"));
        // A server that does not know conditions is asked for one once.
        Assert.Equal(isConditional ? 2 : 3, _server.Count("PUT"));
        Assert.True((await bucket.PutAsync("o", other, isOnce: false, Token)).IsWritten);
        Assert.Equal("other", Text("o"));
    }

    [Fact]
    public async Task What_another_is_writing_just_now_is_written_unless_that_one_is_done()
    {
        _server.Fail(FakeS3.Error(409, "ConditionalRequestConflict"));
        using var bucket = Open();
        Assert.True((await bucket.PutAsync("o", _folder.Write("one", "one"), isOnce: true, Token)).IsWritten);
        Assert.Equal((2, "one"), (_server.Count("PUT"), Text("o")));
    }

    [Fact]
    public async Task A_long_file_goes_in_parts_and_is_whole()
    {
        using var bucket = Open(partBytes: 1000);
        var path = _folder.Write(new string('x', 2500), "long");
        var put = await bucket.PutAsync("long", path, isOnce: true, Token);
        Assert.Equal(2500, _server.Objects["a/b/long"].Bytes.Length);
        Assert.Equal((3, put.ETag), (_server.Count("PUT"), _server.Objects["a/b/long"].ETag));
        Assert.Equal(SHA256.HashData(File.ReadAllBytes(path)), put.Sha256);
        Assert.Empty(_server.Uploads);
        Assert.False((await bucket.PutAsync("long", path, isOnce: true, Token)).IsWritten);
        Assert.Empty(_server.Uploads);
    }

    [Fact]
    public async Task Parts_of_a_file_that_cannot_be_written_are_given_up()
    {
        using var bucket = Open(partBytes: 1000);
        _server.Fail(
            FakeS3.Error(403, "AccessDenied"),
            one => one.Query.Contains("partNumber=2", StringComparison.Ordinal)
        );
        var error = await Assert.ThrowsAsync<ResourceException>(() =>
            bucket.PutAsync("long", _folder.Write(new string('x', 2500), "long"), isOnce: true, Token)
        );
        Assert.Contains("(403 AccessDenied)", error.Message, StringComparison.Ordinal);
        Assert.Contains(_server.Heard, one => one.Method == "DELETE");
        Assert.Empty(_server.Uploads);
        Assert.Empty(_server.Objects);
    }

    [Fact]
    public async Task Parts_that_killed_processes_have_left_are_given_up_after_a_day()
    {
        var now = TimeProvider.System.GetUtcNow();
        _server.Uploads["old"] = new FakeUpload("a/b/embeddings/clip/x.safetensors", now.AddDays(-2));
        _server.Uploads["new"] = new FakeUpload("a/b/embeddings/clip/y.safetensors", now.AddHours(-2));
        _server.Uploads["of others"] = new FakeUpload("a/b/backup.tar", now.AddDays(-2));
        using var bucket = Open();
        await bucket.AbortOldAsync(Token);
        Assert.Equal(["new", "of others"], _server.Uploads.Keys.Order());

        // Whoever may not list them need not.
        _server.Fail(FakeS3.Error(403, "AccessDenied"));
        await bucket.AbortOldAsync(Token);
    }

    [Fact]
    public async Task A_body_that_is_cut_or_damaged_is_asked_for_again()
    {
        _server.Put("a/b/o", [.. Enumerable.Range(0, 100_000).Select(i => (byte)i)]);
        (_server.CutBodies, _server.DamagedBodies) = (2, 1);
        using var bucket = Open();
        await bucket.GetAsync("o", _folder.At("o"), 100_000, Token);
        Assert.Equal(_server.Objects["a/b/o"].Bytes, File.ReadAllBytes(_folder.At("o")));
        Assert.Equal(4, _server.Count("GET"));
    }

    [Fact]
    public async Task A_body_is_held_against_its_checksum_where_the_store_has_a_name_of_its_own_for_it()
    {
        byte[] bytes = [.. Enumerable.Range(0, 1000).Select(i => (byte)i)];
        _server.Objects["a/b/o"] = new FakeObject(bytes, "of-kms", Convert.ToBase64String(SHA256.HashData(bytes)));
        _server.DamagedBodies = 1;
        using var bucket = Open();
        await bucket.GetAsync("o", _folder.At("o"), 1000, Token);
        Assert.Equal(bytes, File.ReadAllBytes(_folder.At("o")));
        Assert.Equal(2, _server.Count("GET"));
    }

    [Theory]
    [InlineData(100, 0, "cannot be reached, or ends the connection")]
    [InlineData(0, 100, "does not arrive as it was written")]
    public async Task A_body_that_never_comes_whole_leaves_no_file(int cut, int damaged, string message)
    {
        _server.Put("a/b/o", new byte[100_000]);
        (_server.CutBodies, _server.DamagedBodies) = (cut, damaged);
        using var bucket = Open();
        var error = await Assert.ThrowsAsync<ResourceException>(() =>
            bucket.GetAsync("o", _folder.At("out", "o"), null, Token)
        );
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.At("out")));
    }

    [Theory]
    [InlineData(500, "InternalError")]
    [InlineData(503, "SlowDown")]
    [InlineData(503, "ServiceUnavailable")]
    public async Task A_server_that_is_busy_is_asked_again(int status, string code)
    {
        _server.Fail(FakeS3.Error(status, code));
        using var bucket = Open();
        await bucket.PutAsync("o", _folder.Write("one", "one"), isOnce: true, Token);
        Assert.Equal((2, "one"), (_server.Count("PUT"), Text("o")));
    }

    [Fact]
    public async Task A_connection_that_is_cut_before_the_answer_is_tried_again_and_no_second_object_is_made()
    {
        _server.Fail(new Fault { CutsBefore = true });
        _server.Fail(new Fault { CutsAfter = true });
        using var bucket = Open();
        var put = await bucket.PutAsync("o", _folder.Write("one", "one"), isOnce: true, Token);
        // The second attempt wrote it, and the third was told so.
        Assert.False(put.IsWritten);
        Assert.Equal((3, "one"), (_server.Count("PUT"), Text("o")));
    }

    [Theory]
    [InlineData(403, "AccessDenied", "does not let these credentials write (403 AccessDenied); they need s3:PutObject")]
    [InlineData(400, "ExpiredToken", "have expired (400 ExpiredToken); renew them")]
    [InlineData(403, "RequestTimeTooSkewed", "The clock of this machine and that of 127.0.0.1:")]
    [InlineData(403, "InvalidAccessKeyId", "does not know the credentials")]
    [InlineData(403, "SignatureDoesNotMatch", "does not accept the signature")]
    [InlineData(404, "NoSuchBucket", "There is no bucket semblance at 127.0.0.1:")]
    [InlineData(301, "PermanentRedirect", "is in another region")]
    [InlineData(400, "BadDigest", "did not arrive as it was (400 BadDigest)")]
    [InlineData(500, "InternalError", "failed (500 InternalError), and went on to for all that it was asked again")]
    [InlineData(503, "SlowDown", "asks for fewer requests (503 SlowDown)")]
    [InlineData(418, "Teapot", "refused to write in s3://semblance/a/b (418 Teapot): Something is wrong.")]
    public async Task A_fault_is_one_sentence_without_a_secret(int status, string code, string message)
    {
        for (var i = 0; i < 4; i++)
        {
            _server.Fail(FakeS3.Error(status, code));
        }

        using var bucket = Open(attempts: 2);
        var error = await Assert.ThrowsAsync<ResourceException>(() =>
            bucket.PutAsync("o", _folder.Write("one", "one"), isOnce: true, Token)
        );
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("AKID", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("wJalr", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public async Task A_bucket_of_another_region_is_named_with_its_region()
    {
        _server.Fail(
            FakeS3.Error(
                400,
                "AuthorizationHeaderMalformed",
                "The authorization header is malformed; the region 'us-east-1' is wrong; expecting 'eu-west-1'"
            )
        );
        using var bucket = Open();
        var error = await Assert.ThrowsAsync<ResourceException>(() => ListAsync(bucket));
        Assert.EndsWith("set AWS_REGION to eu-west-1.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_that_is_denied_says_which_permission_is_needed()
    {
        _server.Fail(FakeS3.Error(403, "AccessDenied"));
        using var bucket = Open();
        var error = await Assert.ThrowsAsync<ResourceException>(() => ListAsync(bucket));
        Assert.Contains("they need s3:ListBucket", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bucket_that_is_not_there_is_named()
    {
        using var bucket = new Bucket(BucketAddress.Parse("s3://nowhere/x"), MirroredStudy.Settings(_server));
        var error = await Assert.ThrowsAsync<ResourceException>(() => ListAsync(bucket));
        Assert.StartsWith("There is no bucket nowhere at ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_named()
    {
        await using var gone = new FakeS3();
        await gone.DisposeAsync();
        using var bucket = new Bucket(_address, MirroredStudy.Settings(gone, attempts: 1));
        var error = await Assert.ThrowsAsync<ResourceException>(() => ListAsync(bucket));
        Assert.Contains("cannot be reached", error.Message, StringComparison.Ordinal);
    }

    private static async Task<List<BucketObject>> ListAsync(Bucket bucket)
    {
        List<BucketObject> found = [];
        await foreach (var one in bucket.ListAsync("", Token))
        {
            found.Add(one);
        }

        return found;
    }

    private Bucket Open(int attempts = 3, int partBytes = 16 << 20) =>
        new(_address, MirroredStudy.Settings(_server, attempts) with { PartBytes = partBytes });

    private string Text(string name) => System.Text.Encoding.UTF8.GetString(_server.Objects[$"a/b/{name}"].Bytes);
}
