using System.Diagnostics;
using System.Globalization;

namespace Semblance.Fuzz;

/// <summary>One target in one process: its corpus first, then damaged files until the time or the count is over.</summary>
internal static class FuzzRun
{
    private const long Much = 500_000_000;

    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Hung = TimeSpan.FromSeconds(60);

    // Watched by another thread: when the input that is read was begun, and which it is.
    private static long _begun;
    private static string _name = "";

    /// <summary>Runs a target, writes a line <c>TARGET inputs seconds faults peak</c>, and keeps each input that is at fault.</summary>
    /// <returns>0 where nothing but refusals was met.</returns>
    public static int Of(FuzzTarget target, FuzzOptions options)
    {
        var seeds = target.Kind.Seeds().Where(seed => target.Takes(seed.Extension)).ToArray();
        var clock = Stopwatch.StartNew();
        Watch(target);
        var faults = Corpus(target, seeds.Length == 0 ? "" : seeds[0].Extension);
        long count = 0;
        // Whole files are read first, which compiles the readers.
        foreach (var (extension, file) in seeds)
        {
            _ = FaultOf(target, extension, file);
        }

        clock.Restart();
        using var mark = File.OpenHandle(options.Mark, FileMode.Create, FileAccess.Write);
        for (var i = options.From; IsGoing(i); i++)
        {
            var (name, file) = Input(target, seeds, options.Seed, i);
            RandomAccess.Write(mark, System.Text.Encoding.ASCII.GetBytes($"{i, 20}"), 0);
            faults += Read(target, $"{options.Seed}-{i}", name, file, options.Keep) ? 0 : 1;
            count++;
        }

        var peak = Process.GetCurrentProcess().PeakWorkingSet64;
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{target.Name}\t{count}\t{clock.Elapsed.TotalSeconds:F1}\t{faults}\t{peak / 1e6:F0}"
            )
        );
        return faults == 0 ? 0 : 1;

        bool IsGoing(long i) =>
            options.Count is { } most ? i < options.From + most : clock.Elapsed.TotalSeconds < options.Seconds;
    }

    /// <summary>An input by its number: each by itself, so that one can be made again alone.</summary>
    public static (string Name, byte[] File) Input(
        FuzzTarget target,
        (string Extension, byte[] File)[] seeds,
        int seed,
        long index
    )
    {
        var random = new Random(unchecked((seed * 1_000_003) + ((int)index * 7_919)));
        var (extension, whole) = seeds[(int)(index % seeds.Length)];
        var other = seeds[random.Next(seeds.Length)].File;
        return (extension, target.Kind.Finish(extension, target.Kind.Damage(extension, whole, other, random)));
    }

    /// <summary>Reads what was found at fault before, <c>NAME~EXTENSION</c> or a file of the target's first extension.</summary>
    private static int Corpus(FuzzTarget target, string extension)
    {
        var folder = Path.Combine(FuzzFolders.Corpus, target.Name);
        return Directory.Exists(folder)
            ? Directory
                .EnumerateFiles(folder)
                .Order(StringComparer.Ordinal)
                .Count(file =>
                {
                    var parts = Path.GetFileName(file).Split('~');
                    return !Read(
                        target,
                        parts[0],
                        parts is [_, var own] ? own : extension,
                        File.ReadAllBytes(file),
                        null
                    );
                })
            : 0;
    }

    /// <summary>Whether an input was read or refused, soon and in little memory.</summary>
    private static bool Read(FuzzTarget target, string name, string extension, byte[] file, string? keep)
    {
        var memory = GC.GetTotalAllocatedBytes();
        var spent = Spent();
        Volatile.Write(ref _name, $"{name}{extension}");
        Volatile.Write(ref _begun, Stopwatch.GetTimestamp());
        var fault = FaultOf(target, extension, file);
        var time = Spent() - spent;
        Volatile.Write(ref _begun, 0);
        memory = GC.GetTotalAllocatedBytes() - memory;
        fault ??=
            time > Slow ? string.Create(CultureInfo.InvariantCulture, $"took {time.TotalSeconds:F1} s")
            : memory > Much && file.Length < 1_000_000 ? $"took {memory / 1_000_000} MB"
            : null;
        if (fault is not null)
        {
            Console.Error.WriteLine($"{target.Name} {name}{extension} ({file.Length} bytes): {fault}");
            if (keep is not null)
            {
                Directory.CreateDirectory(Path.Combine(keep, target.Name));
                File.WriteAllBytes(Path.Combine(keep, target.Name, $"{name}~{extension}"), file);
            }
        }

        return fault is null;
    }

    private static string? FaultOf(FuzzTarget target, string extension, byte[] file)
    {
        try
        {
            target.Kind.Read(extension, file);
            return null;
        }
        catch (SemblanceException refusal)
        {
            return refusal.Message.Length > 10_000 ? $"says {refusal.Message.Length} characters" : null;
        }
        catch (Exception other)
        {
            return string.Join('\n', other.ToString().Split('\n').Take(6));
        }
    }

    // Of the processor: other programs on the machine do not count, and neither does waiting for a disk.
    private static TimeSpan Spent() => Environment.CpuUsage.TotalTime;

    /// <summary>What hangs cannot be stopped: the process ends, and the number of the input is in the mark.</summary>
    private static void Watch(FuzzTarget target) =>
        new Thread(() =>
        {
            while (true)
            {
                Thread.Sleep(1000);
                var begun = Volatile.Read(ref _begun);
                if (begun != 0 && Stopwatch.GetElapsedTime(begun) > Hung)
                {
                    Console.Error.WriteLine($"{target.Name} {Volatile.Read(ref _name)}: hangs");
                    Environment.FailFast("An input hangs.");
                }
            }
        })
        {
            IsBackground = true,
        }.Start();
}
