using Semblance.Remote.Calls;
using Semblance.Remote.Settings;

namespace Semblance.Remote.Tests;

/// <summary>A model on a fake server, with a ledger in a folder of its own, opened again as a new process would.</summary>
internal sealed class Trial : IDisposable
{
    public const int Side = 32;

    private readonly TemporaryFolder _folder = new();

    public required ServerSettings Server { get; init; }

    public ServerModel Model { get; init; } = new("m") { Width = Side, Height = Side };

    public Dictionary<string, string> Variables { get; } = [];

    public List<string> Warnings { get; } = [];

    public List<LostImage> Lost { get; } = [];

    public List<EncodedImage> Received { get; } = [];

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    public decimal? MaxCost { get; init; }

    public int? MaxImages { get; init; }

    public string Ledger => _folder.At("study", "calls.jsonl");

    /// <summary>What ended the last run: of the model, of the server, of the budget.</summary>
    public string? Closed { get; private set; }

    public static RetrySettings Quick { get; } =
        new()
        {
            MaxAttempts = 3,
            BaseDelay = TimeSpan.FromMilliseconds(5),
            MaxDelay = TimeSpan.FromMilliseconds(20),
        };

    public static ServerSettings Of(string kind, FakeServer server, string? dialect = null) =>
        new("fake", kind, server.Url)
        {
            Dialect = dialect,
            Retry = Quick,
            Timeout = TimeSpan.FromSeconds(20),
        };

    /// <summary>Makes the images of one prompt.</summary>
    public Task<IReadOnlyDictionary<long, byte[]>> RunAsync(string prompt, params long[] seeds) =>
        RunAsync(
            [.. seeds.Select(seed => new ImageRequest(prompt, seed, Side, Side) { IsRepetition = Model.HasNoSeeds })],
            before: null,
            TestContext.Current.CancellationToken
        );

    /// <summary>Makes images as a new process would, and gives them by seed.</summary>
    public async Task<IReadOnlyDictionary<long, byte[]>> RunAsync(
        IReadOnlyList<ImageRequest> requests,
        Func<ServerGenerator, Task>? before,
        CancellationToken cancellationToken
    )
    {
        using var ledger = CallLedger.Open(Ledger);
        using var server = ImageServer.Open(Server, Host());
        var generator = await server.OpenAsync(
            Model,
            new Budget(ledger) { MaxCost = MaxCost, MaxImages = MaxImages },
            new ImageReceiver { Lost = Lost.Add, Received = (_, sent) => Received.Add(sent) },
            TestContext.Current.CancellationToken
        );
        if (before is not null)
        {
            await before(generator);
        }

        var images = new Dictionary<long, byte[]>();
        try
        {
            await foreach (var image in generator.GenerateAsync(requests, cancellationToken))
            {
                images[image.Request.Seed] = ((EncodedImage)image.Content).Bytes.ToArray();
            }
        }
        finally
        {
            Closed = generator.Closed ?? server.Closed ?? generator.Limit?.Reason;
        }

        return images;
    }

    /// <summary>What the ledger says of a call.</summary>
    public CallRecord? Find(string prompt, string seed)
    {
        using var ledger = CallLedger.Open(Ledger);
        return ledger.Find(new CallKey(Model.Id, prompt, seed));
    }

    public decimal Cost()
    {
        using var ledger = CallLedger.Open(Ledger);
        return ledger.CostOf();
    }

    public ServerHost Host() =>
        new()
        {
            Warning = Warnings.Add,
            Variable = name => Variables.GetValueOrDefault(name),
            Clock = Clock,
        };

    /// <summary>The recipe, as a server gives it.</summary>
    public async Task<IReadOnlyDictionary<string, string>> RecipeAsync()
    {
        IReadOnlyDictionary<string, string> recipe = new Dictionary<string, string>();
        await RunAsync(
            [],
            before: generator =>
            {
                recipe = new Dictionary<string, string>(generator.Recipe);
                return Task.CompletedTask;
            },
            TestContext.Current.CancellationToken
        );
        return recipe;
    }

    public void Dispose() => _folder.Dispose();
}
