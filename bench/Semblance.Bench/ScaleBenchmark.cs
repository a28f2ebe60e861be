using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Semblance.Comparison;
using Semblance.Runs.Comparing;
using Semblance.Runs.Embedding;
using Semblance.Runs.Folder;
using Semblance.Runs.Inputs;
using Semblance.Runs.Scoring;
using Semblance.Runs.Sharding;

namespace Semblance.Bench;

/// <summary>
/// The last stage of a large study: shards have embedded all images, and one process scores and compares. Embeddings are
/// made up; images are not there, so what it costs to ask for a million of them is not in it.
/// </summary>
internal static class ScaleBenchmark
{
    private const int Dimension = 512;
    private const int Models = 4;
    private const int Seeds = 50;
    private const int Rows = 512;

    private static readonly EncoderIdentity Identity = new(
        "made-up",
        "bench",
        "",
        "0",
        "none",
        "fp32",
        Dimension,
        "none"
    );

    public static int Run(string[] arguments)
    {
        switch (arguments)
        {
            case [var folder, var prompts, var shards]:
                Write(new RunFolder(folder), Number(prompts), Number(shards));
                return 0;
            case [var folder]:
                Read(new RunFolder(folder, Console.Error.WriteLine));
                return 0;
            default:
                Console.Error.WriteLine(
                    "scale FOLDER PROMPTS SHARDS writes a run, scale FOLDER scores and compares it"
                );
                return 2;
        }
    }

    /// <summary>As shards leave it: each has a part of every set, in chunks of its own.</summary>
    private static void Write(RunFolder run, int prompts, int shards)
    {
        List<ImageRecord> images = [];
        for (var model = 0; model < Models; model++)
        {
            for (var prompt = 0; prompt < prompts; prompt++)
            {
                for (var seed = 0; seed < Seeds; seed++)
                {
                    (var m, var p, var s) = ($"model {model}", $"prompt {prompt:D5}", $"{seed}");
                    images.Add(
                        new ImageRecord(m, p, s, $"images/{m}/{p}/{s}.png", HashOf(m, p, s).ToString(), 1024, 1024)
                    );
                }
            }
        }

        ManifestFile.Add(run, Identity, Enumerable.Range(0, Models).Select(model => $"model {model}"), true);
        ImageTable.Merge(run, images);
        Parallel.For(
            0,
            shards,
            new ParallelOptions { MaxDegreeOfParallelism = 2 },
            index =>
            {
                var shard = new Shard(index, shards);
                var store = EmbeddingStore.Open(run, Identity);
                foreach (
                    var chunk in images.Where(image => shard.Owns(image.Model, image.Prompt, image.Seed!)).Chunk(Rows)
                )
                {
                    var vectors = new float[chunk.Length * Dimension];
                    for (var row = 0; row < chunk.Length; row++)
                    {
                        Fill(chunk[row], vectors.AsSpan(row * Dimension, Dimension));
                    }

                    ImageHash[] hashes = [.. chunk.Select(image => HashOf(image.Model, image.Prompt, image.Seed!))];
                    store.Append(hashes, vectors, Enumerable.Repeat(1f, chunk.Length).ToArray());
                }
            }
        );
        Console.WriteLine($"{images.Count:N0} x {Dimension} in {Models * prompts:N0} sets, {shards} shards");
    }

    private static void Read(RunFolder run)
    {
        var total = Stopwatch.StartNew();
        var clock = Stopwatch.StartNew();
        var records = run.ReadImages();
        ImageRow[] rows =
        [
            .. records.Select(image => new ImageRow(image.Model, image.Prompt, image.Seed, run.PathOf(image))),
        ];
        var hashes = new ImageHash[rows.Length];
        for (var i = 0; i < rows.Length; i++)
        {
            _ = ImageHash.TryParse(records[i].Sha256, out hashes[i]);
        }

        records = [];
        Tell(clock, "images.parquet");
        var store = EmbeddingStore.Open(run, Identity);
        Tell(clock, "headers of all chunks");
        var missing = hashes.Count(hash => !store.Contains(hash));
        Tell(clock, $"checksums of all chunks ({missing} images missing)");
        using var encoder = new NoEncoder();
        using (var embedded = new EmbedResult(encoder, rows, hashes, store, [], [], 0))
        {
            var scores = ScoreStage.Run(embedded);
            Tell(clock, $"score ({scores.Sets.Count:N0} sets)");
            ScoreStage.Keep(run, scores);
            Tell(clock, "scores.csv, scores.parquet");
        }

        using var input = CompareInput.Read([run.Path], null);
        Tell(clock, "scores read again");
        var result = CompareStage.Run(input, new MatchOptions(), new ComparisonOptions());
        Tell(clock, "compare");
        CompareStage.Keep(run, result);
        Tell(clock, "comparison.json");
        Console.WriteLine($"{"all", -48} {total.Elapsed.TotalSeconds, 8:F1} s");
        Console.WriteLine(result.Report.Verdict);
    }

    private static void Tell(Stopwatch clock, string what)
    {
        using var process = Process.GetCurrentProcess();
        Console.WriteLine(
            $"{what, -48} {clock.Elapsed.TotalSeconds, 8:F1} s {process.TotalProcessorTime.TotalSeconds, 8:F1} s processor {process.PeakWorkingSet64 >> 20, 6:N0} MB at most"
        );
        clock.Restart();
    }

    /// <summary>A direction of the prompt, about 35 degrees around it, a little more for later models.</summary>
    private static void Fill(ImageRecord image, Span<float> vector)
    {
        var own = new Random(int.Parse(image.Prompt.AsSpan(7), CultureInfo.InvariantCulture));
        var noise = new Random(
            HashCode.Combine(0, BitConverter.ToInt32(SHA256.HashData(Encoding.UTF8.GetBytes(image.Path))))
        );
        var spread = 1.2f + (0.02f * (image.Model[^1] - '0'));
        double squares = 0;
        for (var k = 0; k < vector.Length; k++)
        {
            vector[k] = 0.5f + own.NextSingle() + (2 * spread * (noise.NextSingle() - 0.5f));
            squares += (double)vector[k] * vector[k];
        }

        var norm = (float)Math.Sqrt(squares);
        for (var k = 0; k < vector.Length; k++)
        {
            vector[k] /= norm;
        }
    }

    private static ImageHash HashOf(string model, string prompt, string seed) =>
        ImageHash.Of(Encoding.UTF8.GetBytes($"{model}/{prompt}/{seed}"));

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private sealed class NoEncoder : IImageEncoder
    {
        public EncoderIdentity Identity => ScaleBenchmark.Identity;

        public int InputLength => 1;

        public void Prepare(ReadOnlyMemory<byte> file, Span<float> pixels) => throw new NotSupportedException();

        public void Encode(ReadOnlyMemory<float> pixels, int count, Memory<float> vectors) =>
            throw new NotSupportedException();

        public void Dispose() { }
    }
}
