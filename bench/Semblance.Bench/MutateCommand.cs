using System.Diagnostics;
using System.Globalization;

namespace Semblance.Bench;

/// <summary>
/// Reads many damaged files and counts what becomes of them: nothing but an image (or table, or checkpoint) or a
/// <see cref="SemblanceException"/> is right, within two seconds.
/// </summary>
internal static class MutateCommand
{
    /// <summary>Another kind is a line here.</summary>
    private static readonly Dictionary<string, MutationKind> Kinds = new()
    {
        ["images"] = MutatedImages.Kind,
        ["checkpoints"] = MutatedCheckpoints.Kind,
        ["tables"] = MutatedTables.Kind,
    };

    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(2);

    private const long Much = 500_000_000;

    private enum Outcome
    {
        Read,
        Refused,
        Other,
    }

    public static int Run(string[] arguments)
    {
        if (arguments is not [var name, .. var rest] || !Kinds.TryGetValue(name, out var kind) || rest.Length % 2 != 0)
        {
            Console.Error.WriteLine(
                $"usage: mutate {string.Join('|', Kinds.Keys)} [--count N] [--seed N] [--from N] [--keep FOLDER]"
            );
            return 2;
        }

        var options = rest.Chunk(2).ToDictionary(pair => pair[0], pair => pair[1]);
        int Number(string option, int otherwise) =>
            options.TryGetValue(option, out var text) ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
        return Run(
            kind,
            Number("--from", 0),
            Number("--count", 10_000),
            Number("--seed", 1),
            options.GetValueOrDefault("--keep")
        );
    }

    private static int Run(MutationKind kind, int from, int count, int seed, string? keep)
    {
        var seeds = kind.Seeds();
        foreach (var (extension, whole) in seeds)
        {
            kind.Read(extension, whole);
        }

        Dictionary<(string, Outcome), int> counts = [];
        var (slow, slowest) = (0, TimeSpan.Zero);
        var (large, largest) = (0, 0L);
        for (var i = from; i < from + count; i++)
        {
            // Each file by itself, so that one can be made again alone.
            var random = new Random(HashCode(seed, i));
            var (extension, file) = seeds[i % seeds.Count];
            var other = seeds[random.Next(seeds.Count)].File;
            var damaged = kind.Finish(extension, kind.Damage(extension, file, other, random));
            var name = $"{seed}-{i}{extension}";
            if (keep is not null)
            {
                // First: after a crash the last file is the one.
                Directory.CreateDirectory(keep);
                File.WriteAllBytes(Path.Combine(keep, name), damaged);
            }

            var before = GC.GetTotalAllocatedBytes();
            var start = Stopwatch.GetTimestamp();
            var (outcome, fault) = Read(kind, extension, damaged);
            var time = Stopwatch.GetElapsedTime(start);
            slowest = time > slowest ? time : slowest;
            var memory = GC.GetTotalAllocatedBytes() - before;
            largest = Math.Max(largest, memory);
            counts[(extension, outcome)] = counts.GetValueOrDefault((extension, outcome)) + 1;
            if (time > Slow)
            {
                slow++;
                Console.WriteLine($"{name} took {time.TotalSeconds:F1} s");
            }

            if (memory > Much)
            {
                large++;
                Console.WriteLine($"{name} took {memory / 1e6:F0} MB");
            }

            if (outcome == Outcome.Other)
            {
                Console.WriteLine($"{name}: {fault}");
            }

            if (keep is not null)
            {
                File.AppendAllText(Path.Combine(keep, "outcomes.tsv"), $"{name}\t{outcome}\t{fault?.Message}\n");
            }
        }

        foreach (var extension in seeds.Select(one => one.Extension).Distinct())
        {
            int Of(Outcome outcome) => counts.GetValueOrDefault((extension, outcome));
            Console.WriteLine(
                $"{extension, -28} {Of(Outcome.Read), 6} read {Of(Outcome.Refused), 6} refused {Of(Outcome.Other), 4} other exceptions"
            );
        }

        var others = counts.Where(entry => entry.Key.Item2 == Outcome.Other).Sum(entry => entry.Value);
        Console.WriteLine(
            $"{count} files, {others} other exceptions, {slow} over 2 s, {large} over 500 MB, slowest {slowest.TotalMilliseconds:F0} ms, most memory {largest / 1e6:F0} MB"
        );
        return others + slow + large == 0 ? 0 : 1;
    }

    private static (Outcome, Exception?) Read(MutationKind kind, string extension, byte[] file)
    {
        try
        {
            kind.Read(extension, file);
            return (Outcome.Read, null);
        }
        catch (SemblanceException fault)
        {
            return (Outcome.Refused, fault);
        }
        catch (Exception fault)
        {
            return (Outcome.Other, fault);
        }
    }

    // Not System.HashCode, which is another one in every process.
    private static int HashCode(int seed, int index) => unchecked((seed * 1_000_003) + (index * 7_919));
}
