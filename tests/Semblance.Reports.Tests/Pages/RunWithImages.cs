using System.Globalization;
using Semblance.Comparison;
using Semblance.Consistency;
using Semblance.Reports.Content;
using Semblance.Runs.Comparing;
using Semblance.Runs.Embedding;
using Semblance.Runs.Folder;
using Semblance.Runs.Inputs;
using Semblance.Runs.Scoring;

namespace Semblance.Reports.Tests.Pages;

/// <summary>A scored run folder with images of two models, and its page.</summary>
public sealed class RunWithImages : IAsyncLifetime
{
    public const int Seeds = 6;

    public static string[] Prompts { get; } =
    ["a red fox", "a lighthouse at dusk", "an owl, ink drawing", "a blue teapot", "a windmill", "a yellow bicycle"];

    private readonly TemporaryFolder _folder = new();

    /// <summary>The run folder.</summary>
    public string Path => _folder.At("run");

    /// <summary>What its report shows.</summary>
    public ReportContent Content { get; private set; } = null!;

    /// <summary>What scoring it said.</summary>
    public ScoreReport Scores { get; private set; } = null!;

    /// <summary>Its page, as HTML.</summary>
    public string Page { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        for (var prompt = 0; prompt < Prompts.Length; prompt++)
        {
            for (var seed = 0; seed < Seeds; seed++)
            {
                var name = $"{seed.ToString(CultureInfo.InvariantCulture)}.png";
                TestImage.Write((prompt * 100) + seed, _folder.Path, "images", "loose", Prompts[prompt], name);
                TestImage.Write((prompt * 100) + (seed / 3), _folder.Path, "images", "steady", Prompts[prompt], name);
            }
        }

        var images = (ImageInput)InputReader.Read([_folder.At("images")]);
        var run = new RunFolder(Path);
        using var encoder = new FakeEncoder();
        using var embedded = await EmbedStage.RunAsync(run, encoder, images);
        Scores = ScoreStage.Run(embedded);
        ScoreStage.Keep(run, Scores);
        Content = Read();
        Page = HtmlReport.Of(Content).Text;
    }

    /// <summary>The content of the run folder as it is now, of all models or those named.</summary>
    public ReportContent Read(params string[] models)
    {
        using var input = CompareInput.Read([Path], null);
        return ContentReader.Read(
            "run",
            input,
            new MatchOptions { Models = models },
            new ComparisonOptions(),
            CancellationToken.None
        );
    }

    /// <summary>The file of an image.</summary>
    public string Image(string model, string prompt, int seed) =>
        _folder.At("images", model, prompt, $"{seed.ToString(CultureInfo.InvariantCulture)}.png");

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
