using System.Diagnostics;
using System.Globalization;

namespace Semblance.Fuzz;

/// <summary>All targets, each in a process of its own, so that what ends one is counted and ends no other.</summary>
internal static class FuzzCampaign
{
    public static async Task<int> RunAsync(IReadOnlyList<FuzzTarget> targets, FuzzOptions options)
    {
        var marks = Directory.CreateTempSubdirectory("semblance-fuzz-").FullName;
        var (inputs, faults) = (0L, 0L);
        Console.WriteLine($"{"target", -16} {"inputs", 10} {"a second", 10} {"faults", 7} {"peak MB", 8}");
        try
        {
            await Parallel.ForEachAsync(
                targets,
                new ParallelOptions { MaxDegreeOfParallelism = options.Parallel },
                async (target, _) =>
                {
                    var (count, seconds, bad, peak) = await OneAsync(target, options, Path.Combine(marks, target.Name));
                    Interlocked.Add(ref inputs, count);
                    Interlocked.Add(ref faults, bad);
                    Console.WriteLine(
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"{target.Name, -16} {count, 10} {count / Math.Max(seconds, 0.001), 10:F0} {bad, 7} {peak, 8}"
                        )
                    );
                }
            );
        }
        finally
        {
            Directory.Delete(marks, recursive: true);
        }

        Console.WriteLine($"{inputs} inputs, {faults} faults");
        return faults == 0 ? 0 : 1;
    }

    private static async Task<(long Count, double Seconds, long Faults, long Peak)> OneAsync(
        FuzzTarget target,
        FuzzOptions options,
        string mark
    )
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(typeof(FuzzCampaign).Assembly.Location);
        }

        string[] arguments =
        [
            "--child",
            target.Name,
            "--mark",
            mark,
            "--seed",
            $"{options.Seed}",
            "--from",
            $"{options.From}",
            .. options.Count is { } count
                ? (string[])["--count", $"{count}"]
                : ["--seconds", options.Seconds.ToString(CultureInfo.InvariantCulture)],
            .. options.Keep is { } keep ? (string[])["--keep", keep] : [],
        ];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        // Another library may write lines of its own before.
        if (
            output.TrimEnd().Split('\n')[^1].Split('\t') is [var name, var read, var time, var bad, var peak]
            && name == target.Name
        )
        {
            return (
                long.Parse(read, CultureInfo.InvariantCulture),
                double.Parse(time, CultureInfo.InvariantCulture),
                long.Parse(bad, CultureInfo.InvariantCulture),
                long.Parse(peak, CultureInfo.InvariantCulture)
            );
        }

        var last = File.Exists(mark) ? (await File.ReadAllTextAsync(mark)).Trim() : "its corpus";
        Console.Error.WriteLine(
            $"{target.Name}: the process ended with {process.ExitCode} at input {last}; make it again with --seed {options.Seed} --from {last} --count 1"
        );
        return (0, 0, 1, 0);
    }
}
