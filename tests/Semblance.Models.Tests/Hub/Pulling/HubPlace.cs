using System.Security.Cryptography;
using Semblance.Models.Hub;
using Semblance.Models.Hub.Pulling;

namespace Semblance.Models.Tests.Hub.Pulling;

/// <summary>An empty cache beside a hub, and clients between them that do not wait between attempts.</summary>
internal sealed class HubPlace(FakeHub hub) : IAsyncDisposable
{
    public const string Name = "org/name";
    public const string Commit = "0123456789abcdef0123456789abcdef01234567";
    private readonly TemporaryFolder _folder = new();

    public FakeHub Hub => hub;

    public string Cache => _folder.At("hub");

    public string Model => Path.Combine(Cache, "models--org--name");

    public List<TimeSpan> Waits { get; } = [];

    public List<string> Notes { get; } = [];

    public HubSettings Settings =>
        new()
        {
            Endpoint = hub.Address,
            CacheFolder = Cache,
            Stall = TimeSpan.FromSeconds(5),
            Wait = (time, cancel) =>
            {
                lock (Waits)
                {
                    Waits.Add(time);
                }

                return Task.Delay(TimeSpan.FromMilliseconds(1), cancel);
            },
        };

    /// <summary>A network of one configuration and weights that lie on the other origin.</summary>
    public static FakeRepository Small(int weightsBytes = 300_000, int seed = 1) =>
        new FakeRepository(Name, Commit)
            .With("config.json", "{}")
            .With("preprocessor_config.json", "{\"size\":224}")
            .With("model.safetensors", Noise(weightsBytes, seed), large: true)
            .With("pytorch_model.bin", Noise(1000, seed + 1), large: true)
            .With("README.md", "# A model");

    public static byte[] Noise(int bytes, int seed)
    {
        var noise = new byte[bytes];
        new Random(seed).NextBytes(noise);
        return noise;
    }

    public static async Task<HubPlace> WithAsync(params FakeRepository[] repositories) =>
        new(await FakeHub.StartAsync(repositories));

    public async Task<string> PullAsync(
        HubSettings? settings = null,
        PullRequest? request = null,
        CancellationToken? cancellationToken = null
    )
    {
        var cancel = cancellationToken ?? TestContext.Current.CancellationToken;
        using var client = new HubClient(settings ?? Settings, Note);
        var plan = await client.PlanAsync(request ?? new PullRequest(new HubRepository(HubKind.Model, Name)), cancel);
        return await client.PullAsync(plan, null, cancel);
    }

    public void Note(string note)
    {
        lock (Notes)
        {
            Notes.Add(note);
        }
    }

    /// <summary>Every blob has the bytes that its name says, and every file of a snapshot leads to bytes.</summary>
    public void AssertSound()
    {
        foreach (
            var repository in Directory
                .EnumerateDirectories(Cache)
                .Where(path => !path.EndsWith(".locks", StringComparison.Ordinal))
        )
        {
            foreach (
                var blob in Files(Path.Combine(repository, "blobs"))
                    .Where(path => !path.EndsWith(".incomplete", StringComparison.Ordinal))
            )
            {
                var name = Path.GetFileName(blob);
                Assert.Equal(name, FakeRepository.BlobId(File.ReadAllBytes(blob), large: name.Length == 64));
            }

            foreach (var pointer in Files(Path.Combine(repository, "snapshots")))
            {
                _ = File.ReadAllBytes(pointer);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await hub.DisposeAsync();
        _folder.Dispose();
    }

    public static string Sha256(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static IEnumerable<string> Files(string folder) =>
        Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories) : [];
}
