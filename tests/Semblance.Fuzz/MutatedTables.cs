using System.Buffers.Binary;
using System.IO.Compression;
using System.Reflection;
using System.Text;
using Semblance.Runs.Comparing;
using Semblance.Runs.Folder;
using Semblance.Runs.Formats;
using Semblance.Runs.Inputs;
using Semblance.Tensors;

namespace Semblance.Fuzz;

/// <summary>Tables of images, embeddings and scores, prompts and run folders, read as `score`, `compare` and `generate` read them.</summary>
internal static class MutatedTables
{
    private const string OfRun = ".run.";

    // Deleted when the process ends.
    private static readonly DirectoryInfo Folder = Directory.CreateTempSubdirectory("semblance-mutated-");

    private static readonly Dictionary<string, byte[]> Run = [];

    public static MutationKind Kind { get; } = new(Seeds, Read) { Damage = Damage };

    private static List<(string, byte[])> Seeds()
    {
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Folder.Delete(recursive: true);
        Directory.CreateDirectory(Path.Combine(Folder.FullName, "dog"));
        foreach (var image in new[] { "1.png", "2.png", "dog/0.png" })
        {
            File.WriteAllText(Path.Combine(Folder.FullName, image), "an image");
        }

        return [.. Texts(), .. Arrays(), .. Others()];
    }

    private static IEnumerable<(string, byte[])> Texts()
    {
        string[][] images =
        [
            ["model", "prompt", "seed", "path"],
            ["one", "a \"red\" fox, in snow", "0", "1.png"],
            ["one", "a cat", "1", "2.png"],
        ];
        string[][] scores =
        [
            ["model", "prompt", "scs", "images", "standard_error"],
            ["one", "a red fox", "71.25", "4", "1.5"],
            ["two", "a red fox", "75.5", "4", "0.5"],
        ];
        string[][] embeddings =
        [
            ["prompt", "seed", "embedding"],
            ["a fox", "0", "[0.5, -1.25, 3e-2]"],
            ["a fox", "1", "[0.25, 1, 3]"],
        ];
        string[][] wide =
        [
            ["prompt", "sdxl", "pixart"],
            ["a fox", "70.5", "81"],
            ["a cat", "60,5", "NA"],
        ];
        foreach (
            var (name, rows) in new[]
            {
                ("images", images),
                ("scores", scores),
                ("vectors", embeddings),
                ("wide", wide),
            }
        )
        {
            yield return ($".{name}.csv", Separated(rows, ','));
            yield return ($".{name}.semicolon.csv", [.. Encoding.UTF8.Preamble, .. Separated(rows, ';')]);
            yield return (
                $".{name}.tsv",
                Encoding.Unicode.GetBytes("\ufeff" + Encoding.UTF8.GetString(Separated(rows, '\t')))
            );
            var objects = rows.Skip(1)
                .Select(row =>
                    "{" + string.Join(", ", row.Select((cell, i) => $"\"{rows[0][i]}\": {Json(cell)}")) + "}"
                )
                .ToArray();
            yield return ($".{name}.jsonl", Encoding.UTF8.GetBytes(string.Join('\n', objects)));
            yield return ($".{name}.csv.gz", Compressed(Separated(rows, ',')));
            yield return ($".{name}.json", Encoding.UTF8.GetBytes($"[{string.Join(",\n", objects)}]"));
        }

        yield return (
            ".numbered.csv",
            Separated(
                [
                    ["prompt", "emb_0", "emb_1", "emb_2"],
                    ["a fox", "1", "-2", "3e-1"],
                    ["a fox", "2", "1", "0.5"],
                ],
                ','
            )
        );
        yield return (".prompts.txt", "a red fox\r\n\na cat, 3 \"dogs\"\n"u8.ToArray());
        yield return (
            ".report.json",
            """
            {"schema": "semblance.scores/1", "encoder": {"name": "builtin", "source": "lite0", "revision": "", "weights_sha256": "632a",
               "preprocessing": "224", "precision": "fp32", "dimension": 3, "runtime": "cpu"},
             "sets": [{"model": "one", "prompt": "a cat", "scs": 70.5, "images": 4, "standard_error": 1.5},
                      {"model": "two", "prompt": "a cat", "scs": 71.5, "images": 4, "standard_error": null}]}
            """u8.ToArray()
        );
    }

    private static byte[] Separated(string[][] rows, char separator) =>
        Encoding.UTF8.GetBytes(
            string.Concat(
                rows.Select(row =>
                    string.Join(
                        separator,
                        row.Select(cell => $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"")
                    ) + "\r\n"
                )
            )
        );

    private static byte[] Compressed(byte[] file)
    {
        using var whole = new MemoryStream();
        using (var compressed = new GZipStream(whole, CompressionLevel.Optimal))
        {
            compressed.Write(file);
        }

        return whole.ToArray();
    }

    private static string Json(string cell) =>
        cell is ['[', ..] || double.TryParse(cell, System.Globalization.CultureInfo.InvariantCulture, out _)
            ? cell.Replace(',', cell is ['[', ..] ? ',' : '0')
            : System.Text.Json.JsonSerializer.Serialize(cell);

    private static IEnumerable<(string, byte[])> Arrays()
    {
        byte[] numbers = [.. Enumerable.Range(0, 12).SelectMany(i => BitConverter.GetBytes(i + 0.5f))];
        byte[] wide = [.. Enumerable.Range(0, 12).SelectMany(i => BitConverter.GetBytes(i + 0.5))];
        yield return (".npy", Npy("<f4", "False", numbers));
        yield return (".fortran.npy", Npy("<f8", "True", wide));
        foreach (var level in new[] { CompressionLevel.NoCompression, CompressionLevel.Optimal })
        {
            using var file = new MemoryStream();
            using (var archive = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
            {
                foreach (var name in new[] { "a/fox.npy", "a/cat.npy" })
                {
                    using var entry = archive.CreateEntry(name, level).Open();
                    entry.Write(Npy("<f4", "False", numbers));
                }
            }

            yield return ($".{level}.npz", file.ToArray());
        }

        using var tensors = new MemoryStream();
        float[] values = [1, 2, 3, 4, 5, 6];
        SafeTensorsFile.Write(
            tensors,
            [new NamedTensor("a/fox", [2, 3], values), new NamedTensor("a/cat", [2, 3], values)],
            new Dictionary<string, string> { ["by"] = "us" }
        );
        yield return (".safetensors", tensors.ToArray());
    }

    private static byte[] Npy(string type, string fortran, byte[] numbers)
    {
        var header = $"{{'descr': '{type}', 'fortran_order': {fortran}, 'shape': (4, 3), }}".PadRight(117) + "\n";
        var length = new byte[2];
        BinaryPrimitives.WriteInt16LittleEndian(length, (short)header.Length);
        return [0x93, .. "NUMPY"u8, 1, 0, .. length, .. Encoding.ASCII.GetBytes(header), .. numbers];
    }

    private static IEnumerable<(string, byte[])> Others()
    {
        var here = Assembly.GetExecutingAssembly();
        foreach (var name in here.GetManifestResourceNames().Where(name => Path.HasExtension(name)))
        {
            using var resource = here.GetManifestResourceStream(name)!;
            var file = new byte[resource.Length];
            resource.ReadExactly(file);
            if (name.StartsWith("run/", StringComparison.Ordinal))
            {
                Run.Add(name[4..], file);
            }
            else
            {
                yield return ($".{name}", file);
            }
        }

        foreach (var (name, file) in Run.ToArray())
        {
            yield return ($"{OfRun}{name}", file);
        }
    }

    private static byte[] Damage(string extension, byte[] file, byte[] other, Random random)
    {
        if (random.Next(2) == 0)
        {
            return Mutation.Of(file, other, random);
        }

        switch (Path.GetExtension(extension))
        {
            case ".json":
                return JsonMutation.Of(file, random);
            case ".jsonl":
                var lines = Encoding.UTF8.GetString(file).Split('\n');
                var line = random.Next(lines.Length);
                lines[line] = Encoding.UTF8.GetString(JsonMutation.Of(Encoding.UTF8.GetBytes(lines[line]), random));
                return Encoding.UTF8.GetBytes(string.Join('\n', lines));
            case ".safetensors":
                var length = (int)BinaryPrimitives.ReadInt64LittleEndian(file);
                var header = JsonMutation.Of(file[8..(8 + length)], random);
                var prefix = new byte[8];
                BinaryPrimitives.WriteInt64LittleEndian(prefix, header.Length);
                return [.. prefix, .. header, .. file[(8 + length)..]];
            case ".parquet":
                // The end is where its columns are described; the values before are mostly read as they are.
                var end = Math.Min(file.Length, BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(file.Length - 8)));
                var footer = Mutation.Of(file[^(end + 8)..^8], other, random);
                var size = new byte[4];
                BinaryPrimitives.WriteInt32LittleEndian(size, footer.Length);
                return [.. file[..^(end + 8)], .. footer, .. size, .. "PAR1"u8];
            default:
                return Mutation.Of(file, other, random);
        }
    }

    private static void Read(string extension, byte[] file)
    {
        if (extension.StartsWith(OfRun, StringComparison.Ordinal))
        {
            ReadRun(extension[OfRun.Length..], file);
            return;
        }

        var path = Path.Combine(Folder.FullName, "table" + extension);
        File.WriteAllBytes(path, file);
        Try(
            needed: 1,
            () => Usable(InputReader.Read([path])),
            () =>
                CompareInput
                    .Read(CompareInput.IsScored(path) ? [path] : throw new UsageException("No scores."), null)
                    .Dispose(),
            () => Prompts(path)
        );
    }

    private static void Usable(ScoreInput input)
    {
        // A table may have rows that cannot be used.
        if (input is EmbeddingInput { Sets: [] } && input.Bad is [var bad, ..])
        {
            throw new InputException(bad.Reason);
        }
    }

    private static void Prompts(string path)
    {
        if (!PromptFile.IsTable(path) && !path.EndsWith(".txt", StringComparison.Ordinal))
        {
            throw new UsageException("No prompts.");
        }

        var nested = path.EndsWith("struct.parquet", StringComparison.Ordinal);
        PromptFile.Read(path, nested ? ColumnMap.Parse(["prompt=meta.prompt"]) : null);
    }

    private static void ReadRun(string name, byte[] file)
    {
        var folder = Path.Combine(Folder.FullName, "run");
        foreach (var (other, whole) in Run)
        {
            var path = other.EndsWith(".safetensors", StringComparison.Ordinal)
                ? Path.Combine(folder, "embeddings", "builtin-6ccf83d9", other)
                : Path.Combine(folder, other);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, other == name ? file : whole);
        }

        var image = Path.Combine(folder, "images", "two", "a red fox", "0.png");
        Directory.CreateDirectory(Path.GetDirectoryName(image)!);
        File.WriteAllText(image, "an image");
        Try(
            needed: 4,
            () => InputReader.Read([folder]),
            () => CompareInput.Read([folder], null).Dispose(),
            () => new RunFolder(folder).ReadComparison(),
            () => Embeddings(new RunFolder(folder))
        );
    }

    private static void Embeddings(RunFolder run)
    {
        foreach (var encoder in run.ReadManifest().Encoders)
        {
            _ = run.ReadEmbeddings(encoder).Count();
        }
    }

    /// <summary>Refuses where fewer than so many of the readers read; all of them are tried.</summary>
    private static void Try(int needed, params Action[] readers)
    {
        SemblanceException? refusal = null;
        foreach (var reader in readers)
        {
            try
            {
                reader();
                needed--;
            }
            catch (SemblanceException error)
            {
                refusal ??= error;
            }
        }

        if (needed > 0)
        {
            throw refusal!;
        }
    }
}
