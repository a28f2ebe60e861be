using Semblance.Studies.Scoring;
using Semblance.Tensors;

namespace Semblance.Studies.Tests.Scoring;

public sealed class ScoreStudyTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Heard _heard = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Images_are_embedded_once_and_scored_the_same_again()
    {
        Images("m", "foxes", 1, 2, 3);
        Images("m", "cats", 4, 5);
        var first = await ScoreAsync();
        Assert.Contains($"5 images, 5 embedded now and kept in {Run}", _heard.Notes);
        Assert.Equal(["embedding"], _heard.Stages);
        Assert.Equal((5, 5), (_heard.Counts[^1].Done, _heard.Counts[^1].Total));
        Assert.Contains("not the paper's CLIP score", first.Caution, StringComparison.Ordinal);

        _heard.Notes.Clear();
        var second = await ScoreAsync();
        Assert.Equal([$"5 images, all embedded before in {Run}"], _heard.Notes);
        Assert.Equal(first.Report.Sets, second.Report.Sets);
        Assert.Equal(["cats", "foxes"], second.Report.Sets.Select(set => set.Prompt));
        Assert.Empty(_heard.Warnings);
    }

    [Fact]
    public async Task What_the_run_keeps_beside_is_told()
    {
        Images("m", "foxes", 1, 2);
        await ScoreAsync();
        Directory.Move(_folder.At("images", "m", "foxes"), _folder.At("images", "m", "cats"));
        await ScoreAsync();
        Assert.Contains(
            $"{Path.Combine(Run, "scores.csv")} also keeps 1 prompt of the same models, scored before",
            _heard.Notes
        );
    }

    [Fact]
    public async Task A_set_of_one_image_is_left_out_and_told()
    {
        Images("m", "foxes", 1, 2);
        Images("m", "alone", 3);
        var outcome = await ScoreAsync();
        Assert.Equal("foxes", Assert.Single(outcome.Report.Sets).Prompt);
        Assert.Equal(outcome.Report.Skipped, _heard.LeftOut);
        Assert.EndsWith("0.png", Assert.Single(_heard.LeftOut).Path, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bad_images_fail_at_the_end_or_are_left_out()
    {
        Images("m", "foxes", 1, 2);
        _folder.Write("no image", "images", "m", "foxes", "x.png");
        var fault = await Assert.ThrowsAsync<InputException>(() => ScoreAsync());
        Assert.Contains("x.png", fault.Message, StringComparison.Ordinal);
        var outcome = await ScoreAsync(request => request with { SkipBad = true });
        Assert.Contains($"2 images, all embedded before in {Run}; 1 bad file left out", _heard.Notes);
        Assert.Equal(2, Assert.Single(outcome.Report.Sets).Images);
    }

    [Fact]
    public async Task Limits_of_images_are_kept()
    {
        Images("m", "foxes", 1, 2);
        var pixels = await Assert.ThrowsAsync<InputException>(() => ScoreAsync(ask => ask with { MaxPixels = 100 }));
        var bytes = await Assert.ThrowsAsync<InputException>(() => ScoreAsync(ask => ask with { MaxBytes = 100 }));
        Assert.Contains("4096 pixels", pixels.Message, StringComparison.Ordinal);
        Assert.Contains("bytes", bytes.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_text_tower_or_prompts_there_is_no_alignment()
    {
        Images("m", "foxes", 1, 2);
        await Assert.ThrowsAsync<UsageException>(() => ScoreAsync(request => request with { Alignment = true }));
        Assert.False(Directory.Exists(Run));
    }

    [Theory]
    [InlineData(ScoreRequest.DefaultRun, false)]
    [InlineData("mine", true)]
    public async Task A_run_folder_for_ready_embeddings_is_said_to_be_of_no_use(string run, bool said)
    {
        var outcome = await ScoreStudy.RunAsync(new ScoreRequest([Vectors()]) { Run = run }, _heard.Host(), Token);
        Assert.Equal("m", Assert.Single(outcome.Report.Sets).Model);
        Assert.Null(outcome.Run);
        Assert.Equal(said ? 1 : 0, _heard.Warnings.Count);
        Assert.All(
            _heard.Warnings,
            text => Assert.Contains("run folder mine is not used", text, StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task What_is_for_images_is_refused_for_ready_embeddings()
    {
        var request = new ScoreRequest([Vectors()]);
        foreach (
            var wrong in new[]
            {
                request with
                {
                    Encoders = ["builtin"],
                },
                request with
                {
                    Preprocessing = "hf",
                },
                request with
                {
                    Prompts = "prompts.txt",
                },
            }
        )
        {
            var fault = await Assert.ThrowsAsync<UsageException>(() =>
                ScoreStudy.RunAsync(wrong, _heard.Host(), Token)
            );
            Assert.Contains("is for images", fault.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_run_that_is_cancelled_goes_on_to_the_same_scores()
    {
        Images("m", "foxes", [.. Enumerable.Range(0, 40)]);
        using var stop = new CancellationTokenSource();
        var host = _heard.Host() with
        {
            Stage = (_, work) =>
                work(count =>
                {
                    if (count.Done > 0)
                    {
                        stop.Cancel();
                    }
                }),
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ScoreStudy.RunAsync(Request(), host, stop.Token));
        var resumed = await ScoreAsync();
        Assert.DoesNotContain($"40 images, 40 embedded now and kept in {Run}", _heard.Notes);
        var whole = await ScoreAsync(request => request with { Run = _folder.At("other") });
        Assert.Equal(whole.Report.Sets, resumed.Report.Sets);
    }

    [Theory]
    [InlineData(8, 0, 8, 8, "8 images, 8 embedded now and kept in r")]
    [InlineData(8, 0, 8, 3, "8 images, 3 embedded now and kept in r")]
    [InlineData(8, 0, 3, 3, "8 images (3 different), 3 embedded now and kept in r")]
    [InlineData(8, 0, 8, 0, "8 images, all embedded before in r")]
    [InlineData(11, 3, 8, 0, "8 images, all embedded before in r; 3 bad files left out")]
    [InlineData(2, 1, 1, 1, "1 image, 1 embedded now and kept in r; 1 bad file left out")]
    [InlineData(1, 0, 1, 0, "1 image, embedded before in r")]
    [InlineData(1, 1, 0, 0, "0 images, nothing to embed; 1 bad file left out")]
    public void Bad_files_are_not_counted_as_embedded(int images, int bad, int distinct, int embedded, string said) =>
        Assert.Equal(said, ScoreStudy.EmbeddingNote(images, bad, distinct, embedded, "r"));

    private string Run => _folder.At("run");

    private void Images(string model, string prompt, params int[] seeds)
    {
        for (var i = 0; i < seeds.Length; i++)
        {
            TestImage.Write(seeds[i], _folder.At("images", model, prompt, $"{i}.png"));
        }
    }

    private string Vectors()
    {
        var path = _folder.At("v.safetensors");
        SafeTensorsFile.Write(path, [new NamedTensor("m/fox", [2, 2], new float[] { 1, 0, 0, 1 })]);
        return path;
    }

    private ScoreRequest Request() => new([_folder.At("images")]) { Encoders = ["builtin"], Run = Run };

    private Task<ScoreOutcome> ScoreAsync(Func<ScoreRequest, ScoreRequest>? change = null) =>
        ScoreStudy.RunAsync(change is null ? Request() : change(Request()), _heard.Host(), Token);
}
