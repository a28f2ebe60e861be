using System.Text;
using Semblance.Models.Catalog;
using Semblance.Models.Hub;
using Semblance.Models.Hub.Pulling;
using Semblance.Studies.Fetching;

namespace Semblance.Studies.Tests.Fetching;

/// <summary>Downloads with consent, against a hub on 127.0.0.1.</summary>
public sealed class ModelFetchTests : IDisposable
{
    private const string Commit = "0123456789abcdef0123456789abcdef01234567";
    private readonly TemporaryFolder _folder = new();
    private readonly Heard _heard = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Cache => _folder.At("hub");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_is_lacking_is_asked_for_once()
    {
        await using var hub = await FakeHub.StartAsync(
            new FakeRepository("org/name", Commit)
                .With("config.json", "{}")
                .With("model.safetensors", new byte[200_000], large: true)
        );
        var first = await PullAsync(_heard.Host(Hub(hub)));
        var asked = Assert.Single(_heard.Asked);
        Assert.Equal(("org/name", "mit", "200 kB in 2 files"), (asked.Name, asked.Licence, asked.Size));
        Assert.Equal(["pulling org/name"], _heard.Stages);
        Assert.Equal((200_002, 200_002), (_heard.Counts[^1].Done, _heard.Counts[^1].Total));
        Assert.Contains($"org/name: 200 kB verified and in {first}", _heard.Notes);

        Assert.Equal(first, await PullAsync(_heard.Host(Hub(hub))));
        Assert.Single(_heard.Asked);
        Assert.Contains($"org/name: all of its 200 kB were there already, in {first}", _heard.Notes);
        Assert.Equal(first, await PullAsync(_heard.Host(Hub(hub)) with { Offline = true }));
    }

    [Fact]
    public async Task Without_consent_nothing_comes()
    {
        await using var hub = await FakeHub.StartAsync(TinyClip("org/name"));
        var heard = new Heard { Agrees = false };
        await Assert.ThrowsAsync<ResourceException>(() => PullAsync(heard.Host(Hub(hub))));
        await Assert.ThrowsAsync<ResourceException>(() => PullAsync(new StudyHost { Hub = Hub(hub) }));
        Assert.Single(heard.Asked);
        AssertNothingFetched(hub);
    }

    [Fact]
    public async Task Offline_nothing_is_asked_and_what_would_help_is_said()
    {
        await using var hub = await FakeHub.StartAsync(TinyClip("org/name"));
        var host = _heard.Host(Hub(hub));
        var asked = await Assert.ThrowsAsync<ResourceException>(() => PullAsync(host with { Offline = true }));
        var set = await Assert.ThrowsAsync<ResourceException>(() =>
            PullAsync(host with { Hub = host.Hub! with { Offline = true } })
        );
        Assert.Equal([RemedyKind.AllowDownload], asked.Remedies.Select(remedy => remedy.Kind));
        Assert.Contains("HF_HUB_OFFLINE is set", set.Message, StringComparison.Ordinal);
        Assert.Empty(hub.Asked);
        await ModelFetch.EncoderAsync("org/name", host with { Offline = true }, Token);
        Assert.Empty(hub.Asked);
    }

    [Theory]
    [InlineData("clip-vit-base-patch32")]
    [InlineData("openai/clip-vit-base-patch32")]
    public async Task An_encoder_is_pulled_where_it_is_lacking(string name)
    {
        await using var hub = await FakeHub.StartAsync(TinyClip("openai/clip-vit-base-patch32"));
        await ModelFetch.EncoderAsync(name, _heard.Host(Hub(hub)), Token);
        Assert.Equal(name, Assert.Single(_heard.Asked).Name);
        var asked = hub.Asked.Count;
        await ModelFetch.EncoderAsync(name, _heard.Host(Hub(hub)), Token);
        await ModelFetch.EncoderAsync(EncoderCatalog.Builtin, _heard.Host(Hub(hub)), Token);
        Assert.Equal(asked, hub.Asked.Count);
    }

    [Fact]
    public async Task An_encoder_that_cannot_be_had_has_remedies()
    {
        await using var hub = await FakeHub.StartAsync();
        var fault = await Assert.ThrowsAsync<ResourceException>(() =>
            ModelFetch.EncoderAsync("clip-vit-base-patch32", _heard.Host(Hub(hub)), Token)
        );
        Assert.Contains(new Remedy(RemedyKind.FetchFromHub, "clip-vit-base-patch32"), fault.Remedies);
        Assert.Contains(new Remedy(RemedyKind.BuiltinEncoder, EncoderCatalog.Builtin), fault.Remedies);
    }

    [Fact]
    public async Task A_pipeline_is_looked_at_without_fetching_it_and_then_fetched()
    {
        var sdxl = Pipeline("stabilityai/stable-diffusion-xl-base-1.0");
        await using var hub = await FakeHub.StartAsync(sdxl);
        var look = await PipelineAsync(hub, "sdxl", look: true);
        Assert.Equal((null, "sdxl"), (look.Folder, look.Name));
        AssertNothingFetched(hub);
        Assert.Empty(_heard.Asked);

        var made = await PipelineAsync(hub, "sdxl");
        Assert.Equal((look.Lacks!.Size, Commit), (Assert.Single(_heard.Asked).Size, look.Lacks.Plan.Commit));
        Assert.True(File.Exists(Path.Combine(made.Folder!, "model_index.json")));
        Assert.Equal(made, await PipelineAsync(hub, "sdxl", look: true));
    }

    [Fact]
    public async Task Another_revision_lacks_what_changed_and_a_tag_lacks_nothing()
    {
        const string next = "89abcdef0123456789abcdef0123456789abcdef";
        var old = Pipeline("org/tiny");
        var changed = new FakeRepository("org/tiny", next);
        foreach ((var path, (var bytes, var large)) in old.Files)
        {
            changed.With(path, bytes, large);
        }

        var config = Encoding.UTF8.GetString(changed.Files["unet/config.json"].Bytes);
        changed.With("unet/config.json", config + "\n").Revisions.Clear();
        old.Revisions.Add("v1");
        await using var hub = await FakeHub.StartAsync(old, changed);
        await PipelineAsync(hub, "org/tiny");

        var other = await PipelineAsync(hub, $"org/tiny@{next}", look: true);
        Assert.StartsWith(
            $"{ByteText.Of(config.Length + 1)} in 1 file still, of ",
            other.Lacks!.Size,
            StringComparison.Ordinal
        );
        Assert.EndsWith($" in {old.Files.Count - 1} files", other.Lacks.Size, StringComparison.Ordinal);
        var tag = await PipelineAsync(hub, "org/tiny@v1", look: true);
        Assert.True(Directory.Exists(tag.Folder));
    }

    [Theory]
    [InlineData("FluxPipeline", "FluxPipeline is not supported")]
    [InlineData("", "_class_name is missing or empty")]
    public async Task A_pipeline_that_is_not_known_is_refused_before_it_is_fetched(string name, string says)
    {
        var flux = Pipeline("org/flux");
        var index = Encoding.UTF8.GetString(flux.Files["model_index.json"].Bytes);
        flux.With("model_index.json", index.Replace("StableDiffusionXLPipeline", name, StringComparison.Ordinal));
        await using var hub = await FakeHub.StartAsync(flux);
        var fault = await Assert.ThrowsAsync<InputException>(() => PipelineAsync(hub, "org/flux"));
        Assert.Contains(says, fault.Message, StringComparison.Ordinal);
        AssertNothingFetched(hub);
    }

    [Fact]
    public async Task A_network_that_is_not_a_pipeline_is_refused_before_it_is_fetched()
    {
        await using var hub = await FakeHub.StartAsync(TinyClip("openai/clip-vit-base-patch32"));
        var fault = await Assert.ThrowsAsync<InputException>(() => PipelineAsync(hub, "clip-vit-base-patch32"));
        Assert.Contains("no model_index.json", fault.Message, StringComparison.Ordinal);
        AssertNothingFetched(hub);
    }

    [Fact]
    public async Task The_half_precision_files_are_taken_where_only_those_were_pulled()
    {
        var both = Pipeline("org/tiny");
        foreach ((var path, (var bytes, _)) in both.Files.Where(file => file.Value.Large).ToArray())
        {
            // Other bytes, so that the plain files are not there already.
            both.With(
                path.Replace(".safetensors", ".fp16.safetensors", StringComparison.Ordinal),
                [.. bytes, 0],
                large: true
            );
        }

        await using var hub = await FakeHub.StartAsync(both);
        var half = await PipelineAsync(hub, "org/tiny", "fp16");
        var asked = hub.Asked.Count;
        Assert.Equal(half, await PipelineAsync(hub, "org/tiny"));
        Assert.Equal(asked, hub.Asked.Count);
        Assert.Null((await PipelineAsync(hub, "org/tiny", "fp32", look: true)).Folder);
    }

    [Fact]
    public async Task Arithmetic_in_half_takes_the_half_precision_files_where_there_are_any()
    {
        var both = Pipeline("org/both");
        foreach ((var path, (var bytes, _)) in both.Files.Where(file => file.Value.Large).ToArray())
        {
            both.With(
                path.Replace(".safetensors", ".fp16.safetensors", StringComparison.Ordinal),
                [.. bytes, 0],
                large: true
            );
        }

        await using var hub = await FakeHub.StartAsync(both, Pipeline("org/plain"));
        var half = await PipelineAsync(hub, "org/both", preferHalf: true);
        Assert.NotEmpty(Directory.GetFiles(half.Folder!, "*.fp16.safetensors", SearchOption.AllDirectories));
        // Not published in half: the plain ones are taken, and none is asked for again.
        var plain = await PipelineAsync(hub, "org/plain", preferHalf: true);
        Assert.Empty(Directory.GetFiles(plain.Folder!, "*.fp16.safetensors", SearchOption.AllDirectories));
        Assert.Equal(plain, await PipelineAsync(hub, "org/plain"));
    }

    [Fact]
    public async Task A_folder_is_taken_as_it_is()
    {
        var source = await ModelFetch.PipelineAsync(
            _folder.Path,
            null,
            preferHalf: false,
            look: false,
            new StudyHost(),
            Token
        );
        Assert.Equal(new PipelineSource(_folder.Path, Path.GetFileName(_folder.Path)), source);
    }

    private HubSettings Hub(FakeHub hub) => new() { CacheFolder = Cache, Endpoint = hub.Address };

    private static Task<string> PullAsync(StudyHost host) =>
        ModelFetch.PullAsync(KnownModel.Request("org/name"), "org/name", host, Token);

    private Task<PipelineSource> PipelineAsync(
        FakeHub hub,
        string model,
        string? variant = null,
        bool look = false,
        bool preferHalf = false
    ) => ModelFetch.PipelineAsync(model, variant, preferHalf, look, _heard.Host(Hub(hub)), Token);

    private static FakeRepository Pipeline(string name) => Repository(name, Fixtures.At("sdxl", "model"));

    private static FakeRepository TinyClip(string name) =>
        Repository(
            name,
            Directory
                .EnumerateDirectories(Fixtures.At("clip"))
                .Order(StringComparer.Ordinal)
                .Select(path => Path.Combine(path, "model"))
                .First(path => File.Exists(Path.Combine(path, "preprocessor_config.json")))
        );

    private static FakeRepository Repository(string name, string folder)
    {
        var repository = new FakeRepository(name, Commit);
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            repository.With(
                Path.GetRelativePath(folder, file).Replace('\\', '/'),
                File.ReadAllBytes(file),
                large: file.EndsWith(".safetensors", StringComparison.Ordinal)
            );
        }

        return repository;
    }

    private void AssertNothingFetched(FakeHub hub)
    {
        Assert.DoesNotContain(hub.Asked, request => request.Path.EndsWith(".safetensors", StringComparison.Ordinal));
        Assert.False(
            Directory.Exists(Cache) && Directory.EnumerateFiles(Cache, "*", SearchOption.AllDirectories).Any()
        );
    }
}
