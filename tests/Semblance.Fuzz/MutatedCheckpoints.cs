using System.Buffers.Binary;
using System.Text.Json.Nodes;
using Semblance.Models.Checkpoints;
using Semblance.Models.Diffusion.Lora;
using Semblance.Models.Diffusion.Pipelines;
using Semblance.Models.Tests.Diffusion.Components;
using Semblance.Tensors;

namespace Semblance.Fuzz;

/// <summary>
/// Files of tiny diffusion models, LoRAs and whole models in one file, read as `generate` reads them: opened, prompts
/// turned into tokens, all graphs built, and none run.
/// </summary>
internal static class MutatedCheckpoints
{
    private static readonly string[] Prompts = ["a photo of TOK, <s0> é \u2581x", "", new string('a', 300)];

    // Deleted when the process ends.
    private static readonly DirectoryInfo Folder = Directory.CreateTempSubdirectory("semblance-mutated-");

    private static readonly string Lora = Path.Combine(Folder.FullName, "lora");

    private static readonly Dictionary<string, Action<byte[]>> Readers = [];

    private static readonly List<(string Extension, byte[] File)> All = [];

    public static MutationKind Kind { get; } = new(Seeds, (name, file) => Readers[name](file)) { Damage = Damage };

    private static List<(string, byte[])> Seeds()
    {
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Folder.Delete(recursive: true);
        // Hashes of the files are remembered there.
        Environment.SetEnvironmentVariable("XDG_CACHE_HOME", Folder.FullName);
        Directory.CreateDirectory(Lora);
        AddModels();
        AddLoras();
        AddOneFiles();
        AddTorchFiles();
        return All;
    }

    private static void AddModels()
    {
        var xl = Copy("sdxl", "model");
        string[] ofXl =
        [
            "model_index.json",
            "unet/config.json",
            "vae/config.json",
            "text_encoder/config.json",
            "text_encoder_2/config.json",
            "scheduler/scheduler_config.json",
            "tokenizer/vocab.json",
            "tokenizer/merges.txt",
            "tokenizer_2/tokenizer_config.json",
            "tokenizer_2/special_tokens_map.json",
            "unet/diffusion_pytorch_model.safetensors",
            "vae/diffusion_pytorch_model.safetensors",
            "text_encoder_2/model.safetensors",
        ];
        foreach (var place in ofXl)
        {
            AddPart(xl, place, ".xl");
        }

        var whole = Copy("sdxl", "model");
        WriteWholeTokenizer(Path.Combine(whole, "tokenizer"));
        AddPart(whole, "tokenizer/tokenizer.json", ".xl");

        var pixart = Copy("pixart", "model", "small");
        string[] ofPixArt =
        [
            "model_index.json",
            "transformer/config.json",
            "text_encoder/config.json",
            "scheduler/scheduler_config.json",
            "tokenizer/tokenizer.json",
            "tokenizer/tokenizer_config.json",
            "transformer/diffusion_pytorch_model.safetensors",
            "text_encoder/model.safetensors",
        ];
        foreach (var place in ofPixArt)
        {
            AddPart(pixart, place, ".pixart");
        }

        var pieces = Copy("pixart", "model", "small");
        File.Delete(Path.Combine(pieces, "tokenizer", "tokenizer.json"));
        AddPart(pieces, "tokenizer/spiece.model", ".pixart");
    }

    /// <summary>Turns vocab.json and merges.txt into the one file that newer models have.</summary>
    private static void WriteWholeTokenizer(string folder)
    {
        var (vocabulary, merges) = (Path.Combine(folder, "vocab.json"), Path.Combine(folder, "merges.txt"));
        var model = new JsonObject
        {
            ["type"] = "BPE",
            ["end_of_word_suffix"] = "</w>",
            ["vocab"] = JsonNode.Parse(File.ReadAllText(vocabulary)),
            ["merges"] = new JsonArray([
                .. File.ReadLines(merges)
                    .Where(line => line.Length > 0 && line[0] != '#')
                    .Select(line => (JsonNode)line),
            ]),
        };
        var whole = new JsonObject { ["added_tokens"] = new JsonArray(), ["model"] = model };
        File.WriteAllText(Path.Combine(folder, "tokenizer.json"), whole.ToJsonString());
        File.Delete(vocabulary);
        File.Delete(merges);
    }

    private static void AddLoras()
    {
        var model = Path.Combine(FuzzFolders.Fixtures, "sdxl", "model");
        string[] files =
        [
            "attention/kohya-input-blocks",
            "attention/peft-metadata",
            "attention/processor",
            "full/diffusers",
            "dora/kohya",
            "dora/peft",
            "refused/loha",
            "refused/lokr",
        ];
        foreach (var file in files)
        {
            AddLora(file.Replace('/', '-'), Path.Combine(model, "..", "lora", $"{file}.safetensors"));
        }

        foreach (var (name, tensors) in MergedLoras())
        {
            var file = Path.Combine(Lora, $"{name}.safetensors");
            SafeTensorsFile.Write(file, tensors);
            AddLora(name, file);
            AddLora($"{name}-torch", TorchFile.Write(Path.ChangeExtension(file, ".bin"), file));
        }

        AddLora("pivotal", Path.Combine(model, "..", "pivotal", "trained_model.tar"));

        var peft = Directory.CreateDirectory(Path.Combine(Lora, "peft")).FullName;
        File.Copy(
            Path.Combine(model, "..", "lora", "attention", "peft.safetensors"),
            Path.Combine(peft, "adapter_model.safetensors")
        );
        Add(
            ".lora.adapter_config.json",
            """{"peft_type": "LORA", "r": 4, "lora_alpha": 8, "rank_pattern": {"to_k": 4}, "alpha_pattern": {"to_q": 2}, "use_rslora": false, "use_dora": false}"""u8.ToArray(),
            Path.Combine(peft, "adapter_config.json"),
            () => Rehearse(model, WithLora(peft))
        );

        void AddLora(string name, string file)
        {
            var extension = Path.GetExtension(file);
            var place = Path.Combine(Lora, $"damaged{extension}");
            Add($".{name}.lora{extension}", File.ReadAllBytes(file), place, () => Rehearse(model, WithLora(place)));
        }

        static DiffusionSettings WithLora(string place) =>
            new() { Loras = [new LoraSource(place, 0.5)], AllowUnmatchedLoraKeys = place.Length % 2 == 0 };
    }

    /// <summary>LoHa, LoKr and whole differences for a square layer of the tiny U-Net.</summary>
    private static IEnumerable<(string Name, NamedTensor[] Tensors)> MergedLoras()
    {
        const string Module = "down_blocks.1.attentions.0.transformer_blocks.0.attn1.to_q";
        var model = Path.Combine(FuzzFolders.Fixtures, "sdxl", "model", "unet");
        var width = Checkpoint.Open(model).Tensors[$"{Module}.weight"].Shape[0];
        var beginning = $"lycoris_{Module.Replace('.', '_')}.";
        NamedTensor Of(string part, params long[] shape) =>
            new(beginning + part, shape, new float[shape.Aggregate(1L, (product, size) => product * size)]);

        yield return (
            "hada",
            [
                Of("hada_w1_a", width, 2),
                Of("hada_w1_b", 2, width),
                Of("hada_w2_a", width, 2),
                Of("hada_w2_b", 2, width),
                Of("alpha"),
            ]
        );
        yield return ("kron", [Of("lokr_w1", 2, 2), Of("lokr_w2_a", width / 2, 2), Of("lokr_w2_b", 2, width / 2)]);
        yield return ("diff", [Of("diff", width, width), Of("dora_scale", width, 1)]);
    }

    private static void AddOneFiles()
    {
        var model = Path.Combine(FuzzFolders.Fixtures, "sdxl", "model");
        var whole = OneFile.Write(Path.Combine(Folder.FullName, "whole.safetensors"), model);
        foreach (var file in new[] { whole, TorchFile.Write(Path.ChangeExtension(whole, ".ckpt"), whole) })
        {
            var place = Path.Combine(Folder.FullName, $"damaged{Path.GetExtension(file)}");
            var settings = new DiffusionSettings { Configuration = model };
            Add(
                $".one{Path.GetExtension(file)}",
                File.ReadAllBytes(file),
                place,
                () =>
                {
                    try
                    {
                        Rehearse(place, settings);
                    }
                    catch (SemblanceException)
                    {
                        // The other way, by the sizes of the tensors alone.
                        Rehearse(
                            place,
                            settings with
                            {
                                Configuration = null,
                                Tokenizers = Path.Combine(model, "tokenizer"),
                            }
                        );
                    }
                }
            );
        }
    }

    private static void AddTorchFiles()
    {
        var folder = Path.Combine(FuzzFolders.Fixtures, "torch-files");
        foreach (var file in Directory.GetFiles(folder, "ok-*.bin").Order(StringComparer.Ordinal))
        {
            var place = Path.Combine(Folder.FullName, "torch.bin");
            Add(
                $".{Path.GetFileName(file)}",
                File.ReadAllBytes(file),
                place,
                () =>
                {
                    foreach (var tensor in Checkpoint.Open(place).Tensors.Values.Where(one => one.Type.IsFloat()))
                    {
                        _ = tensor.ReadFloat32();
                    }
                }
            );
        }

        var shards = Copy("t5", "sharded");
        var index = Path.Combine(shards, "model.safetensors.index.json");
        Add(".shards.index.json", File.ReadAllBytes(index), index, () => _ = Checkpoint.Open(shards));
    }

    private static void AddPart(string model, string place, string family)
    {
        var path = Path.Combine(model, place);
        var whole = File.ReadAllBytes(path);
        Add(
            $"{family}.{place.Replace('/', '.')}",
            whole,
            path,
            () =>
            {
                try
                {
                    Rehearse(model, new DiffusionSettings());
                }
                finally
                {
                    File.WriteAllBytes(path, whole);
                }
            }
        );
    }

    private static void Add(string extension, byte[] file, string place, Action read)
    {
        All.Add((extension, file));
        Readers.Add(
            extension,
            damaged =>
            {
                File.WriteAllBytes(place, damaged);
                read();
            }
        );
    }

    private static void Rehearse(string model, DiffusionSettings settings)
    {
        var pipeline = DiffusionPipeline.Open(model, settings with { Steps = 2 });
        pipeline.Rehearse(Prompts, 64, 64);
        _ = pipeline.MemoryNeeded(64, 64);
        _ = pipeline.Recipe;
    }

    private static string Copy(params string[] parts)
    {
        var (from, to) = (
            Path.Combine([FuzzFolders.Fixtures, .. parts]),
            Path.Combine(Folder.FullName, Path.GetRandomFileName())
        );
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        return to;
    }

    /// <summary>JSON and the headers of safetensors are mostly damaged by their structure, all else in windows of any size.</summary>
    private static byte[] Damage(string name, byte[] file, byte[] other, Random random)
    {
        if (random.Next(3) > 0)
        {
            switch (Path.GetExtension(name))
            {
                case ".json":
                    return JsonMutation.Of(file, random);
                case ".safetensors":
                    var length = (int)BinaryPrimitives.ReadInt64LittleEndian(file);
                    var header = JsonMutation.Of(file[8..(8 + length)], random);
                    return [.. BitConverter.GetBytes((long)header.Length), .. header, .. file[(8 + length)..]];
            }
        }
        // Where a file describes itself is its beginning, or its end.
        var size = Math.Min(file.Length, 1 << random.Next(6, 22));
        other = other[..Math.Min(other.Length, 1 << 12)];
        return random.Next(4) > 0
            ? [.. Mutation.Of(file[..size], other, random), .. file[size..]]
            : [.. file[..^size], .. Mutation.Of(file[^size..], other, random)];
    }
}
