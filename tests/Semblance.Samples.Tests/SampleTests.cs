using System.Text.RegularExpressions;
using Semblance.Imaging;
using Semblance.Imaging.Formats;
using Semblance.Models.Catalog;

namespace Semblance.Samples.Tests;

/// <summary>Starts the samples as a user does, and computes what they print in another way.</summary>
public sealed class SampleTests : IDisposable
{
    // Two decimals are printed.
    private const double Printed = 0.0051;

    private readonly TemporaryFolder _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public async Task Own_embeddings_have_the_score_worked_out_by_hand()
    {
        // The cosines are 3/5, 4/5 and 24/25. Without one image after another, their score is 96, 80 and 60.
        var scs = (60 + 80 + 96) / 3.0;
        var error = Math.Sqrt(2 / 3.0 * (Square(96 - scs) + Square(80 - scs) + Square(60 - scs)));
        var run = await SampleRun.OfAsync("OwnEmbeddings", _place.Path);
        Assert.Equal(FormattableString.Invariant($"SCS {scs:F2}, standard error {error:F2}, 3 images\n"), run.Output);
    }

    [Fact]
    public async Task Own_encoder_scores_the_colours_of_a_folder()
    {
        (string Model, string Prompt)[] sets = [("one", "a cat"), ("one", "a dog"), ("two", "a cat")];
        for (var i = 0; i < sets.Length; i++)
        {
            foreach (var seed in Seeds(i))
            {
                TestImage.Write(seed, _place.At("images", sets[i].Model, sets[i].Prompt, $"{seed}.png"));
            }
        }

        var run = await SampleRun.OfAsync("OwnEncoder", _place.Path, "images", "run");
        Assert.Equal(sets, run.Scores.Select(score => (score.Model, score.Prompt)));
        Assert.All(run.Scores, (score, i) => Check([.. Seeds(i).Select(Histogram)], score));
        // The second time nothing is embedded, and the numbers are the same.
        Assert.Equal(run.Output, (await SampleRun.OfAsync("OwnEncoder", _place.Path, "images", "run")).Output);

        // Another sample scores the embeddings of the run folder again.
        var read = await SampleRun.OfAsync("ReadRun", _place.Path, "run");
        Assert.Equal(
            sets.Select(set => ($"colour-histogram, {set.Model}", set.Prompt)),
            read.Scores.Select(score => (score.Model, score.Prompt))
        );
        Assert.All(read.Scores, (score, i) => Check([.. Seeds(i).Select(Histogram)], score));

        static IEnumerable<int> Seeds(int set) => Enumerable.Range(10 * set, 3 + set);
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task Own_generators_fill_a_run_folder_that_is_scored()
    {
        var run = await SampleRun.OfAsync("OwnGenerator", _place.Path);
        Assert.StartsWith("16 images made now, 16 in sample-run\n", run.Output, StringComparison.Ordinal);
        Assert.Equal(
            [("mover", "a blue disc"), ("mover", "a red disc"), ("server", "a blue disc"), ("server", "a red disc")],
            run.Scores.Select(score => (score.Model, score.Prompt))
        );
        using var encoder = EncoderCatalog.Open(EncoderCatalog.Builtin);
        foreach (var score in run.Scores)
        {
            byte[][] files =
            [
                .. Enumerable
                    .Range(0, 4)
                    .Select(seed =>
                        File.ReadAllBytes(_place.At("sample-run", "images", score.Model, score.Prompt, $"{seed}.png"))
                    ),
            ];
            Check([.. files.Select(file => Embed(encoder, file))], score);
            Assert.All(files, (file, seed) => CheckDisc(file, score, seed));
        }

        var again = await SampleRun.OfAsync("OwnGenerator", _place.Path);
        Assert.Equal(run.Output.Replace("16 images made", "0 images made", StringComparison.Ordinal), again.Output);
        // The encoder of the other sample sees how many pixels the disc has, and not where it is.
        var colours = await SampleRun.OfAsync("OwnEncoder", _place.Path);
        Assert.Equal(
            [("mover", true), ("mover", true), ("server", false), ("server", false)],
            colours.Scores.Select(score => (score.Model, score.Scs > 99.9))
        );

        var before = Files();
        var read = await SampleRun.OfAsync("ReadRun", _place.Path);
        Assert.Equal(
            [
                "mover is made by mover 1, 96x96, png",
                "server is made by server 1, 96x96",
                .. run.Scores.Select(score =>
                    FormattableString.Invariant($"builtin scored {score.Model}, {score.Prompt}: SCS {score.Scs:F2}")
                ),
                "no comparison yet",
                .. run.Lines.Skip(1).Select(line => $"builtin, {line}"),
                .. colours.Lines.Select(line => $"colour-histogram, {line}"),
            ],
            read.Lines
        );
        Assert.Equal(before, Files());

        IEnumerable<(string, DateTime)> Files() =>
            [
                .. new DirectoryInfo(_place.At("sample-run"))
                    .EnumerateFiles("*", SearchOption.AllDirectories)
                    .Select(file => (file.FullName, file.LastWriteTimeUtc))
                    .Order(),
            ];
    }

    [Fact]
    public void The_page_and_the_solution_list_every_sample()
    {
        string[] samples =
        [
            .. Directory.EnumerateDirectories(Repository.At("samples")).Select(Path.GetFileName).Order()!,
        ];
        Assert.NotEmpty(samples);
        Assert.Equal(samples, Named("README.md", @"^dotnet run --project samples/(?<name>\w+)"));
        Assert.Equal(samples, Named("../Semblance.slnx", @"""samples/(?<name>\w+)/\k<name>\.csproj"""));

        static IEnumerable<string> Named(string page, string pattern) =>
            Regex
                .Matches(
                    File.ReadAllText(Repository.At("samples", page)),
                    pattern,
                    RegexOptions.Multiline | RegexOptions.ExplicitCapture,
                    TimeSpan.FromMinutes(1)
                )
                .Select(match => match.Groups["name"].Value)
                .Order(StringComparer.Ordinal);
    }

    private static void Check(float[][] vectors, PrintedScore printed)
    {
        Assert.Equal(PlainScore.Of(vectors), printed.Scs, Printed);
        Assert.Equal(PlainScore.StandardError(vectors), printed.StandardError, Printed);
    }

    /// <summary>How many blocks of an image have each of the 64 colours of the sample.</summary>
    private static float[] Histogram(int seed)
    {
        var counts = new float[64];
        foreach (var block in TestImage.Blocks(seed).Chunk(3))
        {
            counts[((block[0] >> 6) << 4) | ((block[1] >> 6) << 2) | (block[2] >> 6)]++;
        }

        return counts;
    }

    private static float[] Embed(IImageEncoder encoder, byte[] file)
    {
        var pixels = new float[encoder.InputLength];
        encoder.Prepare(file, pixels);
        var vector = new float[encoder.Identity.Dimension];
        encoder.Encode(pixels, 1, vector);
        return vector;
    }

    private static void CheckDisc(byte[] file, PrintedScore score, int seed)
    {
        var pixels = ImageDecoder
            .Decode(file)
            .Samples.Chunk(3)
            .Select(rgb => (Red: rgb[0], Green: rgb[1], Blue: rgb[2]));
        var inside = pixels.Count(pixel => pixel.Green < 128 && pixel.Red > pixel.Blue == score.Prompt.Contains("red"));
        var radius = score.Model == "mover" ? 30 : 40 / (1 + seed);
        Assert.Equal(1, inside / (Math.PI * radius * radius), 0.03);
    }

    private static double Square(double x) => x * x;
}
