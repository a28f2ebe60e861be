using Amazon.Runtime;
using Semblance.Cluster.Objects;
using Semblance.Runs.Sharding;
using Semblance.Studies;
using Semblance.Studies.Files;
using Semblance.Studies.Running;

namespace Semblance.Cluster.Tests.Objects;

/// <summary>A small study in folders of their own, which meet in a bucket alone.</summary>
internal sealed class MirroredStudy(TemporaryFolder folder, FakeS3 server)
{
    /// <summary>What the study comes to. Chunks of embeddings are cut otherwise, and hold the same vectors.</summary>
    public static IReadOnlyList<string> Results { get; } =
    ["run.json", "images.parquet", "scores.csv", "scores.parquet", "comparison.json", "study-images.jsonl"];

    public static BucketAddress Address { get; } = BucketAddress.Parse($"s3://{FakeS3.Bucket}/studies/foxes");

    /// <summary>Sentences that were said.</summary>
    public List<string> Said { get; } = [];

    public StudyHost Host =>
        new()
        {
            Note = Said.Add,
            Warning = Said.Add,
            Offline = true,
        };

    /// <summary>How the server is spoken to; without waits between attempts that a test has no use for.</summary>
    public static BucketSettings Settings(FakeS3 server, int attempts = 3) =>
        new()
        {
            Endpoint = server.Url,
            Credentials = new BasicAWSCredentials("AKIDEXAMPLE", "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY"),
            Attempts = attempts,
            Variable = _ => null,
        };

    /// <summary>The study in a folder of its own.</summary>
    public StudyFile In(string place) =>
        StudyFileReader.Read(
            folder.Write(
                """
                version: 1
                name: foxes
                prompts: [a red fox, a harbour at dawn, "what? a teapot"]
                seeds: 1..3
                defaults: { width: 32, height: 32 }
                models:
                  - { id: steady, painter: steady }
                  - { id: wanderer, painter: wanderer, seeds: 1..2 }
                score: { encoders: [builtin] }
                report: { images: none }
                output: { run: run }
                """,
                place,
                "study.yaml"
            )
        );

    /// <summary>Does a shard's part, in a folder of its own.</summary>
    public Task<int> ShardAsync(
        string place,
        string shard,
        CancellationToken cancellationToken,
        ShardWork work = ShardWork.All
    )
    {
        var study = In(place);
        return Mirror.RunAsync(
            Address,
            Settings(server),
            study.Run,
            work == ShardWork.Images ? MirrorPart.Images : MirrorPart.Embeddings,
            Host,
            async (host, stop) => (await StudyShard.RunAsync(study, Shard.Parse(shard), work, host, stop)).Count,
            cancellationToken
        );
    }

    /// <summary>Does what is left, in a folder of its own.</summary>
    public Task<StudyOutcome> FinishAsync(string place, CancellationToken cancellationToken)
    {
        var study = In(place);
        return Mirror.RunAsync(
            Address,
            Settings(server),
            study.Run,
            MirrorPart.Embeddings | MirrorPart.Results,
            Host,
            (host, stop) => StudyRun.RunAsync(study, [], host, servers: null, stop),
            cancellationToken
        );
    }

    /// <summary>Does all of it without a bucket. Paths are in the results, so it is done where the others end, and moved.</summary>
    public async Task AloneAsync(string place, string moved, CancellationToken cancellationToken)
    {
        await StudyRun.RunAsync(In(place), [], Host, servers: null, cancellationToken);
        Directory.Move(folder.At(place), folder.At(moved));
    }

    /// <summary>The results of two folders are the same to the bit.</summary>
    public void AssertSame(string one, string other) =>
        Assert.All(
            Results,
            name =>
                Assert.Equal(
                    File.ReadAllText(folder.At(one, "run", name)),
                    File.ReadAllText(folder.At(other, "run", name))
                )
        );

    /// <summary>The images in a folder.</summary>
    public IReadOnlyList<string> Images(string place)
    {
        var images = folder.At(place, "run", "images");
        return Directory.Exists(images)
            ?
            [
                .. Directory
                    .EnumerateFiles(images, "*.png", SearchOption.AllDirectories)
                    .Select(path => Path.GetRelativePath(images, path))
                    .Order(StringComparer.Ordinal),
            ]
            : [];
    }
}
