using System.Diagnostics;
using NetVips;
using Semblance.Models.Catalog;
using Semblance.Models.Encoders;
using Semblance.Runs.Embedding;
using Semblance.Runs.Folder;
using Semblance.Runs.Inputs;

namespace Semblance.Bench;

/// <summary>768x768 JPEG files to stored embeddings, against ONNX Runtime alone on pixels that are ready.</summary>
internal static class EmbedBenchmark
{
    private const int Images = 240;
    private const int Repetitions = 5;
    private const int Pairs = 3;

    public static async Task<int> RunAsync()
    {
        var scratch = Directory.CreateTempSubdirectory("semblance-bench-").FullName;
        try
        {
            var model = Path.Combine(scratch, "clip");
            RandomCheckpoint.Write(
                model,
                "clip-vit-base-patch32",
                name =>
                    name.StartsWith("vision_model", StringComparison.Ordinal)
                    || name.StartsWith("visual_projection", StringComparison.Ordinal)
            );
            var rows = WriteImages(Path.Combine(scratch, "images"));
            var pixels = await PrepareAsync(model, rows);

            var (best, fastest) = (new Way(4, 1), 0.0);
            foreach (var batch in new[] { 4, 8, 16 })
            {
                foreach (var lanes in new[] { 1, Environment.ProcessorCount })
                {
                    var way = new Way(batch, lanes);
                    var rate = (await BareAsync(model, way, pixels)).Rate;
                    Console.WriteLine($"ONNX Runtime alone, {way}    {rate:F1} images/s");
                    (best, fastest) = rate > fastest ? (way, rate) : (best, fastest);
                }
            }

            List<double> ratios = [];
            for (var repetition = 0; repetition < Repetitions; repetition++)
            {
                var bare = (await BareAsync(model, best, pixels)).Rate;
                var whole = (await WholeAsync([model], rows, Path.Combine(scratch, $"run{repetition}"))).Rate;
                ratios.Add(whole / bare);
                Console.WriteLine(
                    $"whole {whole:F1} images/s, alone ({best}) {bare:F1} images/s, ratio {whole / bare:F3}"
                );
            }

            Console.WriteLine($"median ratio {ratios.Order().ElementAt(Repetitions / 2):F3} (goal 0.9)");
            return 0;
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }

    /// <summary>
    /// Two encoders at once against the network of each alone on pixels that are ready: how much of the time is anything
    /// but inference. Processor time stands beside the time, since other programs add to the latter only.
    /// </summary>
    public static async Task<int> RunTwoAsync()
    {
        var scratch = Directory.CreateTempSubdirectory("semblance-bench-").FullName;
        try
        {
            string[] models = [Path.Combine(scratch, "clip"), Path.Combine(scratch, "other")];
            foreach (var model in models)
            {
                RandomCheckpoint.Write(
                    model,
                    "clip-vit-base-patch32",
                    name =>
                        name.StartsWith("vision_model", StringComparison.Ordinal)
                        || name.StartsWith("visual_projection", StringComparison.Ordinal)
                );
            }

            // The same weights after another scaling are another encoder.
            var scaling = Path.Combine(models[1], "preprocessor_config.json");
            await File.WriteAllTextAsync(
                scaling,
                (await File.ReadAllTextAsync(scaling)).Replace("0.48145466", "0.5", StringComparison.Ordinal)
            );
            var rows = WriteImages(Path.Combine(scratch, "images"));
            var pixels = await PrepareAsync(models[0], rows);
            var way = new Way(4, Environment.ProcessorCount);
            List<double> times = [];
            List<double> processors = [];
            for (var repetition = 0; repetition < Pairs; repetition++)
            {
                // One network before and one after, so that a machine that becomes faster or slower favours neither side.
                var alone = await BareAsync(models[0], way, pixels);
                var both = await WholeAsync(models, rows, Path.Combine(scratch, $"run{repetition}"));
                alone += await BareAsync(models[1], way, pixels);
                times.Add(both.Seconds / alone.Seconds);
                processors.Add(both.Processor / alone.Processor);
                Console.WriteLine($"both networks alone {alone}, both encoders {both}");
            }

            Console.WriteLine(
                $"median ratio {times.Order().ElementAt(Pairs / 2):F3}, processor {processors.Order().ElementAt(Pairs / 2):F3} (goal 1.1)"
            );
            return 0;
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }

    /// <summary>Seconds of a measured part, and of all processors during it.</summary>
    private readonly record struct Cost(double Seconds, double Processor)
    {
        public double Rate => Images / Seconds;

        public static async Task<Cost> OfAsync(Func<Task> work)
        {
            var before = Environment.CpuUsage.TotalTime;
            var clock = Stopwatch.StartNew();
            await work();
            return new Cost(clock.Elapsed.TotalSeconds, (Environment.CpuUsage.TotalTime - before).TotalSeconds);
        }

        public static Cost operator +(Cost left, Cost right) =>
            new(left.Seconds + right.Seconds, left.Processor + right.Processor);

        public override string ToString() => $"{Seconds:F1} s ({Processor:F1} s of processors)";
    }

    /// <summary>ONNX Runtime over all processors: one run after another, or several runs of fewer threads at once.</summary>
    private static async Task<Cost> BareAsync(string model, Way way, float[] pixels)
    {
        using var encoder = EncoderCatalog.Open(model, new EncoderOptions { Batch = way.Batch, Lanes = way.Lanes });
        var (length, dimension) = (encoder.InputLength, encoder.Identity.Dimension);
        var vectors = new float[Images * dimension];
        encoder.Encode(pixels, 2 * way.Batch, vectors);
        var next = -way.Batch;
        return await Cost.OfAsync(() =>
            Task.Run(() =>
                Parallel.For(
                    0,
                    way.Lanes,
                    new ParallelOptions { MaxDegreeOfParallelism = way.Lanes },
                    _ =>
                    {
                        for (int first; (first = Interlocked.Add(ref next, way.Batch)) < Images; )
                        {
                            encoder.Encode(
                                pixels.AsMemory(first * length),
                                Math.Min(way.Batch, Images - first),
                                vectors.AsMemory(first * dimension)
                            );
                        }
                    }
                )
            )
        );
    }

    private static async Task<Cost> WholeAsync(string[] models, IReadOnlyList<ImageRow> rows, string run)
    {
        IImageEncoder[] encoders = [.. models.Select(model => EncoderCatalog.Open(model))];
        foreach (var encoder in encoders)
        {
            // The network is loaded before the clock starts, as it is for the other side.
            encoder.Encode(new float[encoder.InputLength], 1, new float[encoder.Identity.Dimension]);
        }

        IReadOnlyList<EmbedResult> results = [];
        var cost = await Cost.OfAsync(async () =>
            results = await EmbedStage.RunAsync(
                new RunFolder(run),
                encoders,
                new ImageInput(rows, PromptsAreRaw: false),
                new EmbedOptions()
            )
        );
        foreach (var used in results.Cast<IDisposable>().Concat(encoders))
        {
            used.Dispose();
        }

        return cost;
    }

    private static async Task<float[]> PrepareAsync(string model, IReadOnlyList<ImageRow> rows)
    {
        using var encoder = EncoderCatalog.Open(model);
        var pixels = new float[rows.Count * encoder.InputLength];
        for (var i = 0; i < rows.Count; i++)
        {
            encoder.Prepare(
                await File.ReadAllBytesAsync(rows[i].Path),
                pixels.AsSpan(i * encoder.InputLength, encoder.InputLength)
            );
        }

        return pixels;
    }

    private sealed record Way(int Batch, int Lanes)
    {
        public override string ToString() => $"batch {Batch}, {Lanes} at once";
    }

    /// <summary>The coffee photograph with a little noise of its own per file: real entropy, distinct contents.</summary>
    private static List<ImageRow> WriteImages(string folder)
    {
        Directory.CreateDirectory(folder);
        using var photo = Image.NewFromFile(
            Path.Combine(RandomCheckpoint.Fixtures, "preprocess", "jpeg-420", "image.jpg")
        );
        List<ImageRow> rows = [];
        for (var i = 0; i < Images; i++)
        {
            using var noise = Image.Gaussnoise(photo.Width, photo.Height, sigma: 2, mean: 0, seed: i);
            using var picture = photo.Add(noise).Cast(Enums.BandFormat.Uchar);
            var path = Path.Combine(folder, $"{i}.jpg");
            picture.Jpegsave(path, q: 75);
            rows.Add(new ImageRow("model", $"prompt {i / 20}", $"{i % 20}", path));
        }

        return rows;
    }
}
