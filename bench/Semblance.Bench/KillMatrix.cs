using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;

namespace Semblance.Bench;

/// <summary>
/// Commands that are killed at random moments and run again, until they have been killed so often and come to their end: what
/// they leave has to equal, to the bit, what one that is never killed leaves.
/// </summary>
internal static class KillMatrix
{
    private static readonly string[] Prompts = ["a cat", "a red fox, in snow", "a \"quoted\" dog"];

    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments is not [var program, .. var rest])
        {
            Console.Error.WriteLine("usage: kills PROGRAM.dll [KILLS] [score|generate|pull|compare]");
            return 2;
        }

        var kills = rest is [var number, ..] ? int.Parse(number, CultureInfo.InvariantCulture) : 100;
        var place = Directory.CreateTempSubdirectory("semblance-kills-").FullName;
        try
        {
            await using var hub = await Semblance.Testing.FakeHub.StartAsync(Repository());
            var program1 = new KilledProgram(program, place, hub.Address);
            (string Name, Func<string, string[]> Arguments, string[] Kept)[] all =
            [
                (
                    "score",
                    run =>
                        [
                            "score",
                            "images",
                            "--encoder",
                            "builtin",
                            "--run",
                            run,
                            "-o",
                            $"{run}.json",
                            "--format",
                            "json",
                        ],
                    ["scores.csv"]
                ),
                (
                    "generate",
                    run =>
                        [
                            "generate",
                            "--model",
                            Path.Combine(RandomCheckpoint.Fixtures, "sdxl", "model"),
                            "--prompts",
                            "prompts.txt",
                            "--seeds",
                            "0..2",
                            "--steps",
                            "2",
                            "--size",
                            "64x64",
                            "--run",
                            run,
                        ],
                    ["images"]
                ),
                ("pull", run => ["models", "pull", "org/name"], ["CACHE"]),
                (
                    "compare",
                    run => ["compare", "scores.csv", "--resamples", "100000", "-o", $"{run}.json", "--format", "json"],
                    []
                ),
            ];
            Lay(place);
            var failed = 0;
            foreach (var (name, line, kept) in all.Where(one => rest is not [_, var only] || only == one.Name))
            {
                failed += await OneAsync(program1, name, line, kept, kills);
            }

            return failed == 0 ? 0 : 1;
        }
        finally
        {
            Directory.Delete(place, recursive: true);
        }
    }

    private static async Task<int> OneAsync(
        KilledProgram program,
        string name,
        Func<string, string[]> line,
        string[] kept,
        int kills
    )
    {
        var random = new Random(17);
        var clock = Stopwatch.StartNew();
        var whole = await program.RunAsync(line("whole"), "whole", null);
        var length = clock.Elapsed;
        var wanted = Hashes(program, "whole", kept);
        var (done, equal, rounds, faults) = (0, 0, 0, 0);
        while (done < kills)
        {
            rounds++;
            program.Forget("killed");
            while (true)
            {
                // Half of the kills fall where work is done, near the end of a start.
                var after = done < kills ? length * random.NextDouble() : (TimeSpan?)null;
                var code = await program.RunAsync(line("killed"), "killed", after);
                if (code == 0)
                {
                    break;
                }

                done++;
                faults += code == KilledProgram.Killed ? 0 : 1;
            }

            equal += wanted.SequenceEqual(Hashes(program, "killed", kept)) ? 1 : 0;
        }

        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{name, -10} {done} kills in {rounds} runs of {length.TotalSeconds:F1} s (code {whole}): {equal} of {rounds} equal to the bit, {wanted.Length} files; {faults} ended by themselves with a fault"
            )
        );
        return rounds - equal + faults;
    }

    /// <summary>What is kept, each file with its hash; of embeddings the scores show every bit that counts.</summary>
    private static string[] Hashes(KilledProgram program, string run, string[] kept)
    {
        List<string> hashes = [];
        var result = Path.Combine(program.Place, $"{run}.json");
        if (File.Exists(result))
        {
            hashes.Add($"result {Hash(result, run)}");
        }

        foreach (var one in kept)
        {
            var path = one == "CACHE" ? program.Cache(run) : Path.Combine(program.Place, run, one);
            var files = Directory.Exists(path) ? Directory.GetFiles(path, "*", SearchOption.AllDirectories) : [path];
            hashes.AddRange(
                files
                    .Where(file => !file.EndsWith(".lock", StringComparison.Ordinal))
                    .Select(file => $"{one}/{Path.GetRelativePath(path, file)} {Hash(file, run)}")
            );
        }

        return [.. hashes.Order(StringComparer.Ordinal)];
    }

    private static string Hash(string file, string run)
    {
        var bytes = File.ReadAllBytes(file);
        if (file.EndsWith(".json", StringComparison.Ordinal))
        {
            bytes = System.Text.Encoding.UTF8.GetBytes(
                System.Text.Encoding.UTF8.GetString(bytes).Replace(run, "", StringComparison.Ordinal)
            );
        }

        return Convert.ToHexStringLower(SHA256.HashData(bytes));
    }

    private static void Lay(string place)
    {
        File.WriteAllLines(Path.Combine(place, "prompts.txt"), Prompts);
        var random = new Random(5);
        var pixels = new byte[512 * 512 * 3];
        for (var i = 0; i < 120; i++)
        {
            random.NextBytes(pixels);
            var file = Path.Combine(place, "images", $"prompt {i % 12}", $"{i}.png");
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllBytes(file, Imaging.Formats.PngWriter.Write(pixels, 512, 512));
        }

        File.WriteAllLines(
            Path.Combine(place, "scores.csv"),
            [
                "model,prompt,scs",
                .. Enumerable
                    .Range(0, 2000)
                    .Select(i =>
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"{(i % 2 == 0 ? "one" : "two")},prompt {i / 2},{60 + (20 * random.NextDouble())}"
                        )
                    ),
            ]
        );
    }

    private static Semblance.Testing.FakeRepository Repository()
    {
        var random = new Random(3);
        var repository = new Semblance.Testing.FakeRepository("org/name", new string('a', 40)).With(
            "config.json",
            "{}"
        );
        for (var i = 1; i <= 4; i++)
        {
            var bytes = new byte[8 << 20];
            random.NextBytes(bytes);
            repository.With($"model-0000{i}-of-00004.safetensors", bytes, large: true);
        }

        return repository.With(
            "model.safetensors.index.json",
            """{"weight_map":{"a":"model-00001-of-00004.safetensors","b":"model-00002-of-00004.safetensors","c":"model-00003-of-00004.safetensors","d":"model-00004-of-00004.safetensors"}}"""
        );
    }
}
