using Semblance.Cli.Commands;
using Semblance.Tensors;

namespace Semblance.Cli.Tests.Commands;

/// <summary>The walk of <c>score</c> within this process. No test that looks at standard error runs beside another.</summary>
[Collection(nameof(StandardError))]
public sealed class ScoreRunTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(ScoreRequest.DefaultRun, false)]
    [InlineData("mine", true)]
    public async Task A_run_folder_for_ready_embeddings_is_said_to_be_of_no_use(string run, bool said)
    {
        var path = folder.At("v.safetensors");
        SafeTensorsFile.Write(path, [new NamedTensor("m/fox", [2, 2], new float[] { 1, 0, 0, 1 })]);
        using var error = new StandardError();
        (var report, _, _) = await ScoreRun.ScoreAsync(
            new ScoreRequest([path], Run: run),
            TestContext.Current.CancellationToken
        );
        Assert.Equal("m", Assert.Single(report.Sets).Model);
        Assert.Equal(said, error.ToString().Contains("--run mine is not used", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(8, 0, 8, "8 images, 8 embedded now and kept in r")]
    [InlineData(8, 0, 3, "8 images, 3 embedded now and kept in r")]
    [InlineData(8, 0, 0, "8 images, all embedded before in r")]
    [InlineData(11, 3, 0, "8 images, all embedded before in r; 3 bad files left out")]
    [InlineData(2, 1, 1, "1 image, 1 embedded now and kept in r; 1 bad file left out")]
    [InlineData(1, 0, 0, "1 image, embedded before in r")]
    [InlineData(1, 1, 0, "0 images, nothing to embed; 1 bad file left out")]
    public void Bad_files_are_not_counted_as_embedded(int images, int bad, int embedded, string said) =>
        Assert.Equal(said, ScoreRun.EmbeddingNote(images, bad, embedded, "r"));
}
