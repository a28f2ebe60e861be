using System.Runtime.CompilerServices;
using System.Text;

namespace Semblance.Runs.Tests;

public sealed class GenerateStageTests : IDisposable
{
    private readonly Workplace _place = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _place.Dispose();

    [Fact]
    public async Task Images_are_named_by_model_prompt_and_seed_and_keep_their_raw_prompt()
    {
        FakeGenerator one = new("org/one");
        FakeGenerator two = new("two");
        ImageInput input = await Generate([one, two], ["a cat", "what?"], [1, 2]);
        Assert.True(input.PromptsAreRaw);
        Assert.Equal(8, input.Rows.Count);
        Assert.Equal(["a cat", "what?"], input.Rows.Select(row => row.Prompt).Distinct());
        string path = _place.At("run", "images", SafeName.Of("org/one"), SafeName.Of("what?"), "2.png");
        Assert.Equal("org/one what? 2", await File.ReadAllTextAsync(path, Token));

        ImageInput back = (ImageInput)InputReader.Read([_place.At("run")]);
        Assert.True(back.PromptsAreRaw);
        Assert.Equal(input.Rows.Select(Plain), back.Rows.Select(Plain));
    }

    [Fact]
    public async Task Only_what_is_missing_is_made()
    {
        FakeGenerator one = new("one");
        await Generate([one], ["a"], [1, 2]);
        ImageInput more = await Generate([one], ["a", "b"], [1, 2, 3]);
        Assert.Equal(["a 1", "a 2", "a 3", "b 1", "b 2", "b 3"], one.Made);
        Assert.Equal(6, more.Rows.Count);
    }

    [Fact]
    public async Task A_failing_generator_keeps_what_it_made()
    {
        FakeGenerator one = new("one") { FailAfter = 2 };
        await Assert.ThrowsAsync<ResourceException>(() => Generate([one], ["a"], [1, 2, 3, 4]));
        ImageInput kept = (ImageInput)InputReader.Read([_place.At("run")]);
        Assert.Equal(2, kept.Rows.Count);
        one.FailAfter = int.MaxValue;
        await Generate([one], ["a"], [1, 2, 3, 4]);
        Assert.Equal(["a 1", "a 2", "a 3", "a 4"], one.Made);
    }

    [Fact]
    public async Task Generated_images_can_be_embedded_and_scored_with_their_prompts()
    {
        ImageInput input = await Generate([new FakeGenerator("one")], ["a cat", "what?"], [1, 2, 3]);
        using FakeEncoder encoder = new() { HasText = true };
        ScoreStage.CheckAlignment(input, encoder);
        using EmbedResult embedded = await EmbedStage.RunAsync(
            _place.Run(),
            encoder,
            input.Rows,
            new EmbedOptions { PromptsAreRaw = input.PromptsAreRaw },
            Token
        );
        Assert.Equal(2, ScoreStage.Run(embedded, new ScoreSettings(Alignment: true), encoder).Sets.Count);
        ImageInput back = (ImageInput)InputReader.Read([_place.At("run")]);
        Assert.True(back.PromptsAreRaw);
        Assert.Equal(6, back.Rows.Count);
        Storage.ImageRecord record = Storage.ImageTable.Read(_place.Run())[0];
        Assert.Equal((16, 9, embedded.Sha256(0)), (record.Width, record.Height, record.Sha256));
        Assert.Equal("images/one/a cat/1.png", record.Path);
    }

    [Fact]
    public async Task Pictures_of_another_recipe_are_never_mixed_in()
    {
        await Generate([new FakeGenerator("one")], ["a"], [1]);
        FakeGenerator other = new("one") { Recipe = [new("scheduler", "euler"), new("steps", "30")] };
        InputException error = await Assert.ThrowsAsync<InputException>(() => Generate([other], ["a"], [1, 2]));
        Assert.Contains("one", error.Message, StringComparison.Ordinal);
        Assert.Contains("steps: 20 before, 30 now", error.Message, StringComparison.Ordinal);
        Assert.Empty(other.Made);
        FakeGenerator again = new("one");
        await Generate([again, new FakeGenerator("two") { Recipe = other.Recipe }], ["a"], [1, 2]);
        Assert.Equal(["a 2"], again.Made);
    }

    [Fact]
    public async Task The_recipe_stands_in_the_manifest_with_size_and_format()
    {
        await Generate([new FakeGenerator("one")], ["a"], [1]);
        using System.Text.Json.JsonDocument json = System.Text.Json.JsonDocument.Parse(
            await File.ReadAllTextAsync(_place.At("run", "run.json"), Token)
        );
        Assert.Equal(
            [("scheduler", "euler"), ("steps", "20"), ("size", "16x9"), ("format", "png")],
            json.RootElement.GetProperty("recipes")
                .GetProperty("one")
                .EnumerateObject()
                .Select(part => (part.Name, part.Value.GetString()!))
        );
    }

    private static (string, string, string?, string) Plain(ImageRow row) =>
        (row.Model, row.Prompt, row.Seed, Path.GetFullPath(row.Path));

    private Task<ImageInput> Generate(FakeGenerator[] generators, string[] prompts, long[] seeds) =>
        GenerateStage.RunAsync(
            _place.Run(),
            generators,
            new GeneratePlan(prompts, seeds, 16, 9, "png", image => image.Pixels),
            cancellationToken: Token
        );

    /// <summary>The "pixels" are a text that says what was asked for.</summary>
    private sealed class FakeGenerator(string model) : IImageGenerator
    {
        public List<string> Made { get; } = [];

        public int FailAfter { get; set; } = int.MaxValue;

        public string Model => model;

        public IReadOnlyList<KeyValuePair<string, string>> Recipe { get; set; } =
        [new("scheduler", "euler"), new("steps", "20")];

        public async IAsyncEnumerable<GeneratedImage> GenerateAsync(
            IReadOnlyList<ImageRequest> requests,
            [EnumeratorCancellation] CancellationToken cancellationToken = default
        )
        {
            foreach (ImageRequest request in requests)
            {
                await Task.Yield();
                if (Made.Count == FailAfter)
                {
                    throw new ResourceException("the model is gone");
                }

                Made.Add($"{request.Prompt} {request.Seed}");
                yield return new GeneratedImage(
                    request,
                    Encoding.UTF8.GetBytes($"{model} {request.Prompt} {request.Seed}")
                );
            }
        }
    }
}
