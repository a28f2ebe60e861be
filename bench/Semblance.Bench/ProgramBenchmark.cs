using System.Diagnostics;
using System.Globalization;
using NetVips;

namespace Semblance.Bench;

/// <summary>Whole-process times and memory of the published program: what a user waits for.</summary>
internal static class ProgramBenchmark
{
    private const int Runs = 15;

    public static int Run(string[] arguments)
    {
        if (arguments is not [var folder, .. var counts])
        {
            Console.Error.WriteLine("program FOLDER [IMAGES...]: name the folder that dotnet publish wrote");
            return 2;
        }

        var program = Path.Combine(folder, OperatingSystem.IsWindows() ? "semblance.exe" : "semblance");
        var scratch = Directory.CreateTempSubdirectory("semblance-bench-").FullName;
        try
        {
            Console.WriteLine($"semblance --version                      {MedianSeconds(program, ["--version"]):F3} s");

            var table = WriteScores(Path.Combine(scratch, "scores.csv"), 100);
            Console.WriteLine(
                $"semblance compare, 100 prompts x 2       {MedianSeconds(program, ["compare", table]):F3} s"
            );

            var few = WriteImages(Path.Combine(scratch, "few"), 20, 768);
            string[] score = ["score", few, "--encoder", "builtin", "--run", Path.Combine(scratch, "run"), "--quiet"];
            Execute(program, score);
            Console.WriteLine($"semblance score, 20 embedded images      {MedianSeconds(program, score):F3} s");

            foreach (var count in counts.Select(text => int.Parse(text, CultureInfo.InvariantCulture)))
            {
                var many = WriteImages(Path.Combine(scratch, "many"), count, 256);
                var run = Path.Combine(scratch, "run-many");
                var (seconds, peak) = Execute(
                    program,
                    ["score", many, "--encoder", "builtin", "--run", run, "--quiet"]
                );
                Console.WriteLine(
                    $"semblance score, {count, 6} new 256x256 images  {seconds:F1} s, peak memory {peak / 1048576.0:F0} MiB"
                );
                Directory.Delete(many, recursive: true);
                Directory.Delete(run, recursive: true);
            }

            return 0;
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }

    private static double MedianSeconds(string program, string[] arguments)
    {
        Execute(program, arguments);
        var seconds = Enumerable.Range(0, Runs).Select(_ => Execute(program, arguments).Seconds).Order().ToArray();
        return seconds[Runs / 2];
    }

    private static (double Seconds, long PeakBytes) Execute(string program, string[] arguments)
    {
        var clock = Stopwatch.StartNew();
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments)
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        long peak = 0;
        while (!process.WaitForExit(20))
        {
            peak = Math.Max(peak, PeakBytes(process.Id));
        }

        clock.Stop();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException(
                $"{program} {string.Join(' ', arguments)}: {errors.Result}{output.Result}"
            );
        }

        return (clock.Elapsed.TotalSeconds, peak);
    }

    /// <summary>The peak is gone once the process is, so it is read while it lives; 0 where it has just ended.</summary>
    private static long PeakBytes(int process)
    {
        try
        {
            using var alive = Process.GetProcessById(process);
            return alive.PeakWorkingSet64;
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException)
        {
            return 0;
        }
    }

    /// <summary>A table of scores of two models.</summary>
    private static string WriteScores(string file, int prompts)
    {
        var random = new Random(1);
        var rows = Enumerable
            .Range(0, 2 * prompts)
            .Select(i =>
                FormattableString.Invariant(
                    $"model {i % 2},a picture of thing {i / 2},{80 + (i % 2) + (6 * random.NextDouble()):F4},20,clip"
                )
            );
        File.WriteAllLines(file, ["model,prompt,scs,seed_count,encoder", .. rows]);
        return file;
    }

    /// <summary>Distinct JPEG pictures in sets of 20: one gradient with noise per seed.</summary>
    private static string WriteImages(string folder, int count, int size)
    {
        for (var i = 0; i < count; i++)
        {
            var set = Directory.CreateDirectory(Path.Combine(folder, $"prompt {i / 20:D4}")).FullName;
            using var noise = Image.Gaussnoise(size, size, sigma: 12, mean: 0, seed: i);
            using var ramp = Image.Xyz(size, size).Linear([200.0 / size, 200.0 / size], [20.0 + (i % 30), 30]);
            using var picture = ramp.Bandjoin(128)
                .Add(noise)
                .Cast(Enums.BandFormat.Uchar)
                .Copy(interpretation: Enums.Interpretation.Srgb);
            picture.Jpegsave(Path.Combine(set, $"{i % 20}.jpg"), q: 75);
        }

        return folder;
    }
}
