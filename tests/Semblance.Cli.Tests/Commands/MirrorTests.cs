using Semblance.Cli.Terminal;

namespace Semblance.Cli.Tests.Commands;

/// <summary>
/// Workers in folders of their own that meet in a bucket: of the tests' own server, or of the one that <c>SEMBLANCE_S3</c> names
/// (its endpoint; the bucket <c>semblance</c> has to be there, and the variables of the AWS tools hold the credentials).
/// </summary>
[Trait("speed", "slow")]
public sealed class MirrorTests : IAsyncDisposable
{
    private const string Secret = "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY";

    private static readonly string[] Results =
    [
        "run.json",
        "images.parquet",
        "scores.csv",
        "scores.parquet",
        "comparison.json",
        "study-images.jsonl",
        "report.html",
    ];

    private readonly TemporaryFolder _folder = new();
    private readonly FakeS3 _server = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>A checkpoint and a painter: who makes an image slowly asks the bucket for it first.</summary>
    private static string Study { get; } =
        $$"""
            version: 1
            name: mirrored
            prompts: [a red fox, "what? a teapot"]
            seeds: 1..3
            defaults: { width: 64, height: 64 }
            models:
              - { id: steady, painter: steady }
              - { id: tiny, checkpoint: {{Fixtures.At("sdxl", "model")}}, steps: 2 }
            score: { encoders: [builtin] }
            output: { run: run }
            """;

    private Dictionary<string, string> Variables =>
        new()
        {
            ["AWS_ACCESS_KEY_ID"] = "AKIDEXAMPLE",
            ["AWS_SECRET_ACCESS_KEY"] = Secret,
            ["AWS_ENDPOINT_URL_S3"] = _server.Url.ToString(),
            ["AWS_MAX_ATTEMPTS"] = "2",
            ["AWS_EC2_METADATA_DISABLED"] = "true",
            ["AWS_CONFIG_FILE"] = _folder.At("no-config"),
            ["AWS_SHARED_CREDENTIALS_FILE"] = _folder.At("no-credentials"),
        };

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_worker_that_is_killed_and_others_come_to_what_one_process_does_to_the_bit()
    {
        await Done(Place("alone"), Variables, "study", "run");
        await KillAsync(Place("killed"), "study", "run", "--shard", "0/2", "--mirror", "s3://semblance/a study");
        var written = _server.Objects.Keys.ToArray();
        Assert.NotEmpty(written);

        // Another machine does what is left of its part, and leaves alone what is there.
        var again = await Done(
            Place("again"),
            Variables,
            "study",
            "run",
            "--shard",
            "0/2",
            "--mirror",
            "s3://semblance/a study"
        );
        Assert.DoesNotContain(Secret, again.Error, StringComparison.Ordinal);
        await Done(Place("other"), Variables, "study", "run", "--shard", "1/3", "--mirror", "s3://semblance/a study");
        var last = Place("last");
        await Done(last, Variables, "study", "run", "--mirror", "s3://semblance/a study");
        AssertSame("alone", "last", name => _server.Objects[$"a study/{name}"].Bytes);

        // In yet another folder the results are brought, and nothing is made.
        await Done(Place("later"), Variables, "study", "run", "--mirror", "s3://semblance/a study");
        AssertSame("alone", "later", null);
    }

    [Fact]
    public async Task Generated_by_shards_and_scored_from_the_bucket()
    {
        string[] generate =
        [
            "generate",
            "--model",
            Fixtures.At("sdxl", "model"),
            "--name",
            "tiny",
            "--prompt",
            "a fox",
            "--seeds",
            "1..4",
            "--steps",
            "1",
            "--size",
            "64x64",
        ];
        string[] score = ["score", "semblance-run", "--encoder", "builtin", "--format", "csv"];
        string[] mirror = ["--mirror", "s3://semblance/gen"];
        var alone = Place("alone");
        await Done(alone, Variables, generate);
        var expected = await Done(alone, Variables, score);
        foreach (var shard in new[] { "0/2", "1/2" })
        {
            var worker = Place($"worker-{shard[0]}");
            await Done(worker, Variables, [.. generate, "--shard", shard, .. mirror]);
            await Done(worker, Variables, [.. score, "--shard", shard, .. mirror]);
        }

        var last = Place("last");
        var made = await Done(last, Variables, [.. generate, .. mirror]);
        Assert.Contains("all made before", made.Error, StringComparison.Ordinal);
        Assert.Equal(expected.Output, (await Done(last, Variables, [.. score, .. mirror])).Output);
        Assert.False(Directory.Exists(Path.Combine(last, "semblance-run", "images")));

        // The images as a folder of prompts, wherever they are.
        var folder = await Done(
            Place("scores"),
            Variables,
            "score",
            "s3://semblance/gen/images",
            "--encoder",
            "builtin",
            "--format",
            "csv"
        );
        Assert.Contains("tiny,a fox", folder.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, ExitCode.Cancelled)]
    [InlineData(15, ExitCode.Requeue)]
    public async Task A_worker_that_is_told_to_end_writes_what_it_has_and_ends(int signal, int code)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There are no such signals.");
        var told = 0;
        using var process = new ManualResetEventSlim();
        var id = 0;
        // While the second image is on its way, which never ends.
        _server.Fail(
            new Fault { HoldsAnswer = true },
            one =>
                one.Method == "PUT"
                && one.Path.Contains("/images/", StringComparison.Ordinal)
                && _server.Count("PUT", "s/images/") == 2
                && Interlocked.Exchange(ref told, 1) == 0
                && process.Wait(TimeSpan.FromMinutes(1))
                && ProgramRun.Signal(id, signal) == 0
        );
        var place = Place("told");
        var run = await ProgramRun.OfAsync(
            place,
            ["study", "run", "--shard", "0/1", "--mirror", "s3://semblance/s"],
            Variables,
            (started, _) =>
            {
                id = started.Id;
                process.Set();
            }
        );
        Assert.True(run.Code == code, $"{run.Code}: {run.Error}");
        Assert.DoesNotMatch(ProgramRun.StackTrace, run.Error);
        await Done(place, Variables, "study", "run", "--shard", "0/1", "--mirror", "s3://semblance/s");
        Assert.Equal(12, _server.Objects.Keys.Count(key => key.EndsWith(".png", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(400, "ExpiredToken", "have expired")]
    [InlineData(403, "AccessDenied", "they need s3:ListBucket")]
    [InlineData(403, "RequestTimeTooSkewed", "The clock of this machine")]
    [InlineData(503, "SlowDown", "asks for fewer requests")]
    public async Task A_fault_is_one_sentence_and_code_4(int status, string fault, string message)
    {
        for (var i = 0; i < 6; i++)
        {
            _server.Fail(FakeS3.Error(status, fault));
        }

        var run = await ProgramRun.OfAsync(
            Place("worker"),
            ["study", "run", "--shard", "0/2", "--mirror", "s3://semblance/x"],
            Variables
        );
        Assert.True(run.Code == ExitCode.Resource, run.Error);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, run.Error, StringComparison.Ordinal);
        Assert.DoesNotMatch(ProgramRun.StackTrace, run.Error);
        Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task Without_credentials_it_is_said_how_to_give_some()
    {
        var variables = Variables;
        variables["AWS_ACCESS_KEY_ID"] = variables["AWS_SECRET_ACCESS_KEY"] = "";
        var run = await ProgramRun.OfAsync(
            Place("worker"),
            ["study", "run", "--shard", "0/2", "--mirror", "s3://semblance/x"],
            variables
        );
        Assert.True(run.Code == ExitCode.Resource, run.Error);
        Assert.Contains("There are no credentials for s3://semblance/x: set", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("study run --mirror semblance", "--mirror: a place in a bucket is s3://BUCKET/PREFIX")]
    [InlineData("study run --mirror s3://Pictures", "--mirror: 'Pictures' is no name of a bucket")]
    [InlineData("study run --mirror s3://semblance/../x", "names no folder in a bucket")]
    [InlineData(
        "study run --mirror s3://semblance --endpoint-url ftp://x",
        "--endpoint-url: an endpoint is of the form"
    )]
    [InlineData("cluster submit --engine slurm --scratch /tmp", "give --mirror s3://BUCKET/PREFIX")]
    [InlineData("score s3:/semblance", "There is no file or folder s3:/semblance")]
    public async Task What_is_no_bucket_is_a_usage_error(string line, string message)
    {
        var error = await RefusedRun.ErrorOfAsync(
            Place("worker"),
            line.StartsWith("score", StringComparison.Ordinal) ? ExitCode.BadInput : ExitCode.Usage,
            line.Split(' ')
        );
        Assert.Contains(message, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_others_wrote_holds_a_study()
    {
        var endpoint = Environment.GetEnvironmentVariable("SEMBLANCE_S3");
        Assert.SkipWhen(endpoint is null, "SEMBLANCE_S3 names no server that speaks S3.");
        Dictionary<string, string> variables = new()
        {
            ["AWS_ENDPOINT_URL_S3"] = endpoint,
            ["AWS_ACCESS_KEY_ID"] = Environment.GetEnvironmentVariable("AWS_ACCESS_KEY_ID") ?? "S3RVER",
            ["AWS_SECRET_ACCESS_KEY"] = Environment.GetEnvironmentVariable("AWS_SECRET_ACCESS_KEY") ?? "S3RVER",
        };
        var place = $"s3://semblance/{Path.GetRandomFileName()}";
        await Done(Place("alone"), variables, "study", "run");
        await Done(Place("worker"), variables, "study", "run", "--shard", "0/2", "--mirror", place);
        await Done(Place("other"), variables, "study", "run", "--shard", "1/2", "--mirror", place);
        await Done(Place("last"), variables, "study", "run", "--mirror", place);
        AssertSame("alone", "last", null);
        await Done(Place("later"), variables, "study", "run", "--mirror", place);
        AssertSame("alone", "later", null);
    }

    private void AssertSame(string one, string other, Func<string, byte[]>? there) =>
        Assert.All(
            Results,
            name =>
            {
                var expected = File.ReadAllBytes(_folder.At(one, "run", name));
                Assert.Equal(expected, File.ReadAllBytes(_folder.At(other, "run", name)));
                Assert.Equal(expected, there?.Invoke(name) ?? expected);
            }
        );

    private static Task<ProgramRun> Done(
        string place,
        IReadOnlyDictionary<string, string> variables,
        params string[] arguments
    ) => ProgramRun.DoneAsync(place, arguments, variables);

    /// <summary>Once the bucket has its first image.</summary>
    private Task KillAsync(string place, params string[] arguments) =>
        ProgramRun.KillAsync(
            place,
            arguments,
            Variables,
            () => _server.Objects.Keys.Any(key => key.EndsWith(".png", StringComparison.Ordinal))
        );

    private string Place(string name)
    {
        File.WriteAllText(_folder.For(name, "study.yaml"), Study);
        return _folder.At(name);
    }
}
