using System.Diagnostics;
using Semblance.Models.Diffusion.Texts;

namespace Semblance.Bench;

/// <summary>T5's encoder over the prompts of a run: time and peak memory.</summary>
internal static class T5Benchmark
{
    private const int Tokens = 120;

    /// <summary>Runs <c>t5 xxl PROMPTS</c> on a full-size encoder that is written for it and deleted afterwards.</summary>
    public static int RunXxl(int prompts)
    {
        var scratch = Directory.CreateTempSubdirectory("semblance-bench-").FullName;
        try
        {
            var path = HalfCheckpoint.Write(scratch, "pixart", "t5-v1_1-xxl.encoder");
            Console.WriteLine($"{new FileInfo(path).Length / 1e9:F2} GB of weights");
            var clock = Stopwatch.StartNew();
            using (var file = File.OpenRead(path))
            {
                var bytes = new byte[1 << 22];
                while (file.Read(bytes) > 0) { }
            }

            Console.WriteLine($"reading the file {clock.Elapsed.TotalSeconds:F1} s");
            return Run(scratch, prompts);
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }

    /// <summary>Runs <c>t5 FOLDER PROMPTS</c> on a text encoder's folder.</summary>
    public static int Run(string folder, int prompts)
    {
        var clock = Stopwatch.StartNew();
        var encoder = T5Encoder.Open(folder);
        int[][] texts =
        [
            .. Enumerable.Range(0, prompts).Select(i => Enumerable.Range(0, 20).Select(j => (i * 31) + j).ToArray()),
        ];
        var states = encoder.Encode(
            texts,
            Tokens,
            pad: 0,
            block =>
                Console.WriteLine(
                    $"block {block} of {encoder.Config.Layers}: {clock.Elapsed.TotalSeconds:F1} s, {Process.GetCurrentProcess().TotalProcessorTime.TotalSeconds:F1} s of processors, peak {Process.GetCurrentProcess().PeakWorkingSet64 / 1e9:F2} GB"
                )
        );
        Console.WriteLine($"finite: {states.All(state => state.All(float.IsFinite))}");
        return 0;
    }
}
