using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Semblance.Runs.Embedding;
using Semblance.Runs.Folder;
using Semblance.Runs.Inputs;
using Semblance.Runs.Scoring;
using Semblance.Studio.Reading;
using Semblance.Studio.Serving;
using Semblance.Studio.Storing;

namespace Semblance.Studio.Tests;

/// <summary>A study of two models on a scored run folder, served on a free port.</summary>
internal sealed class ServedStudy : IAsyncDisposable
{
    public const string First = "hushed-model";
    public const string Second = "roaring-model";
    public const string Hostile = "<script>alert('prompt')</script> & \"quotes\"";

    private readonly TemporaryFolder _folder;
    private readonly HttpClient _client = new(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false });

    private ServedStudy(TemporaryFolder folder, VoteStore store, StudioServer server)
    {
        _folder = folder;
        Store = store;
        Server = server;
    }

    public VoteStore Store { get; private set; }

    public StudioServer Server { get; private set; }

    public string Folder => _folder.Path;

    public string Run => _folder.At("run");

    public static async Task<ServedStudy> StartAsync(
        Func<StudyRequest, StudyRequest>? request = null,
        Func<StudioOptions, StudioOptions>? options = null,
        int prompts = 6,
        int seeds = 4,
        bool inside = false
    )
    {
        var folder = new TemporaryFolder();
        await RunAsync(folder, prompts, seeds, inside ? "run/images" : "images");
        var asked = new StudyRequest(folder.At("run"));
        var store = await StudySetup.OpenAsync(request?.Invoke(asked) ?? asked, null, _ => { });
        var usual = new StudioOptions { Port = 0 };
        return new ServedStudy(
            folder,
            store,
            await StudioServer.StartAsync(store, folder.At("run"), options?.Invoke(usual) ?? usual)
        );
    }

    /// <summary>A run folder that is scored: images of one model vary with the seed, those of the other hardly.</summary>
    public static async Task RunAsync(TemporaryFolder folder, int prompts, int seeds, string images = "images")
    {
        for (var prompt = 0; prompt < prompts; prompt++)
        {
            var rows = new List<string>();
            for (var seed = 0; seed < seeds; seed++)
            {
                var name = $"{prompt}-{seed}.png".ToString(CultureInfo.InvariantCulture);
                TestImage.Write((prompt * 100) + seed, folder.Path, images, Second, name);
                TestImage.Write((prompt * 100) + (seed / 3), folder.Path, images, First, name);
            }
        }

        var table = new List<string> { "path,model,prompt,seed" };
        foreach (var model in new[] { First, Second })
        {
            for (var prompt = 0; prompt < prompts; prompt++)
            {
                for (var seed = 0; seed < seeds; seed++)
                {
                    var text = prompt switch
                    {
                        0 => Hostile,
                        1 => "=a prompt 1",
                        _ => $"a prompt {prompt}",
                    };
                    table.Add(
                        $"{images}/{model}/{prompt}-{seed}.png,{model},\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\",{seed}"
                    );
                }
            }
        }

        var file = folder.Write(string.Join('\n', table) + "\n", "images.csv");
        var input = (ImageInput)InputReader.Read([file]);
        var run = new RunFolder(folder.At("run"));
        using var encoder = new FakeEncoder();
        using var embedded = await EmbedStage.RunAsync(run, encoder, input);
        ScoreStage.Keep(run, ScoreStage.Run(embedded));
    }

    /// <summary>Stops the server and starts another one on the same store.</summary>
    public async Task RestartAsync(int port)
    {
        await Server.DisposeAsync();
        Server = await StudioServer.StartAsync(Store, Run, new StudioOptions { Port = port });
    }

    /// <summary>Goes on with a database that is full after so many pages of 4 KiB, or with one that is not.</summary>
    public async Task ReopenAsync(int? mostPages)
    {
        await Server.DisposeAsync();
        await Store.DisposeAsync();
        Store = await VoteStore.OpenAsync(
            SqliteDatabase.Take(Path.Combine(Run, StudySetup.FileName), mostPages),
            null,
            TestContext.Current.CancellationToken
        );
        Server = await StudioServer.StartAsync(Store, Run, new StudioOptions { Port = new Uri(Server.Address).Port });
    }

    public Task<HttpResponseMessage> GetAsync(string address) =>
        _client.GetAsync(new Uri(address), TestContext.Current.CancellationToken);

    public Task<string> TextAsync(string address) =>
        _client.GetStringAsync(new Uri(address), TestContext.Current.CancellationToken);

    public Task<HttpResponseMessage> PostAsync(string address, HttpContent? content = null) =>
        _client.PostAsync(new Uri(address), content, TestContext.Current.CancellationToken);

    public async Task<(HttpStatusCode Code, JsonElement Reply)> VoteAsync(
        string link,
        string id,
        int page,
        string answer,
        int replaces = 0
    )
    {
        using var content = JsonContent.Create(
            new
            {
                id,
                page,
                answer,
                replaces,
                viewSeconds = 1.5,
                ageSeconds = 0,
            }
        );
        using var reply = await PostAsync(link + "/votes", content);
        return (
            reply.StatusCode,
            await reply.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)
        );
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await Store.DisposeAsync();
        _client.Dispose();
        _folder.Dispose();
    }
}
