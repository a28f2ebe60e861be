using System.Diagnostics;
using System.Globalization;
using System.Text;
using Semblance.Comparison;
using Semblance.Imaging.Formats;
using Semblance.Painters;
using Semblance.Reports;
using Semblance.Reports.Content;
using Semblance.Runs.Comparing;
using Semblance.Runs.Embedding;
using Semblance.Runs.Folder;
using Semblance.Runs.Inputs;
using Semblance.Runs.Scoring;

namespace Semblance.Bench;

/// <summary>Time, memory and size of a report: a study of the paper's size with its images, and 10,000 prompts as a table.</summary>
internal static class ReportBenchmark
{
    private const int Prompts = 100;
    private const int Seeds = 20;
    private const int Side = 768;

    public static async Task<int> RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("semblance-bench-").FullName;
        try
        {
            var run = await StudyAsync(folder);
            Console.WriteLine($"{Prompts} prompts x 2 models x {Seeds} seeds, {Side}x{Side} JPEG");
            Page("  thumbnails made", run, new ReportOptions());
            Page("  thumbnails kept", run, new ReportOptions());
            Page("  no images", run, new ReportOptions { Images = Reports.Images.ImageUse.None });
            Table(folder, 10_000);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        return 0;
    }

    private static void Page(string what, RunFolder run, ReportOptions options)
    {
        using var input = CompareInput.Read([run.Path], null);
        Measure(
            what,
            () =>
                HtmlReport.Of(ContentReader.Read("study", input, new MatchOptions(), new ComparisonOptions()), options)
        );
    }

    private static void Table(string folder, int prompts)
    {
        var random = new Random(1);
        var text = new StringBuilder("model,prompt,scs,encoder,seed_count\n");
        for (var i = 0; i < prompts; i++)
        {
            foreach (var model in (string[])["first", "second"])
            {
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"{model},a prompt of about the usual length that has number {i},{70 + (20 * random.NextDouble()):F6},clip,20\n"
                );
            }
        }

        var table = Path.Combine(folder, "scores.csv");
        File.WriteAllText(table, text.ToString());
        using var input = CompareInput.Read([table], null);
        Measure(
            $"{prompts:N0} prompts x 2 models, a table",
            () => HtmlReport.Of(ContentReader.Read("scores.csv", input, new MatchOptions(), new ComparisonOptions()))
        );
    }

    private static void Measure(string what, Func<HtmlReport> make)
    {
        using var own = Process.GetCurrentProcess();
        var watch = Stopwatch.StartNew();
        var before = own.TotalProcessorTime;
        var page = make();
        own.Refresh();
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{what}: {watch.Elapsed.TotalSeconds:F1} s, processor time {(own.TotalProcessorTime - before).TotalSeconds:F1} s, page {Encoding.UTF8.GetByteCount(page.Text) / 1e6:F2} MB, peak memory so far {own.PeakWorkingSet64 / 1e6:F0} MB"
            )
        );
        foreach (var note in page.Notes)
        {
            Console.WriteLine($"    {note}");
        }
    }

    /// <summary>A few painted images under many names, each with a byte of its own at the end, and vectors that need no network.</summary>
    private static async Task<RunFolder> StudyAsync(string folder)
    {
        foreach (var painter in (Painter[])[Painter.Steady, Painter.Wanderer])
        {
            for (var prompt = 0; prompt < Prompts; prompt++)
            {
                var text = DemoPrompts.All[prompt % DemoPrompts.All.Count];
                var painted = painter.Paint(new ImageRequest(text, prompt, Side, Side));
                var jpeg = JpegWriter.Write(painted.Pixels, Side, Side);
                var target = Path.Combine(folder, "images", painter.Model, $"{text} {prompt}");
                Directory.CreateDirectory(target);
                for (var seed = 0; seed < Seeds; seed++)
                {
                    File.WriteAllBytes(Path.Combine(target, $"{seed}.jpg"), [.. jpeg, (byte)seed]);
                }
            }
        }

        var run = new RunFolder(Path.Combine(folder, "run"));
        using var encoder = new HashEncoder();
        var images = (ImageInput)InputReader.Read([Path.Combine(folder, "images")]);
        using var embedded = await EmbedStage.RunAsync(run, encoder, images);
        ScoreStage.Keep(run, ScoreStage.Run(embedded));
        return run;
    }

    /// <summary>512 numbers from the bytes of a file: those of its beginning, and a little of its end.</summary>
    private sealed class HashEncoder : IImageEncoder
    {
        private const int Dimension = 512;

        public EncoderIdentity Identity { get; } = new("hash", "bench", "", "0", "none", "fp32", Dimension, "bench");

        public int InputLength => Dimension;

        public int BatchSize => 8;

        public int Lanes => 1;

        public bool HasText => false;

        public string? Caution => null;

        public double LowNorm => 0;

        public void Prepare(ReadOnlyMemory<byte> file, Span<float> pixels)
        {
            var random = new Random(file.Length);
            var own = new Random(file.Span[^1] + 1000);
            for (var i = 0; i < pixels.Length; i++)
            {
                pixels[i] = (float)(random.NextDouble() + (0.5 * own.NextDouble()));
            }
        }

        public void Encode(ReadOnlyMemory<float> pixels, int count, Memory<float> vectors) =>
            pixels[..(count * Dimension)].CopyTo(vectors);

        public IReadOnlyList<float[]> EncodeText(IReadOnlyList<string> texts) => [];

        public void Dispose() { }
    }
}
