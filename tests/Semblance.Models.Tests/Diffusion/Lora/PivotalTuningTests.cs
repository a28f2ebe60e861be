using System.Formats.Tar;
using System.Text;
using Semblance.Models.Diffusion.Lora;
using Semblance.Models.Tests.Encoders;

namespace Semblance.Models.Tests.Diffusion.Lora;

public sealed class PivotalTuningTests
{
    private static readonly byte[] _words = Encoding.UTF8.GetBytes("""{"TOK": "<s0><s1>"}""");

    [Fact]
    public void A_tar_is_read_where_it_lies_and_its_other_files_are_passed_over()
    {
        var folder = TinyModels.NewFolder();
        var path = Tar(
            folder,
            ("../outside.txt", Bytes(1)),
            ("./lora.safetensors", Tensor("x.lora_A.weight", [2, 3], [1, 2, 3, 4, 5, 6])),
            ("embeddings.pti", Tensor("text_encoders_0", [2, 2], [7, 8, 9, 10])),
            ("special_params.json", _words)
        );
        var file = LoraFile.Open(path);
        Assert.Equal([1, 2, 3, 4, 5, 6], file.Tensors["x.lora_A.weight"].ReadFloat32());
        Assert.Equal(["<s0>", "<s1>"], file.Tuning!.Tokens);
        Assert.Equal([7, 8, 9, 10], file.Tuning.Embeddings[0]);
        Assert.Equal("a <s0><s1>, a <s0><s1>", file.Tuning.Replace("a TOK, a TOK"));
        Assert.Equal([path], Directory.GetFiles(folder));
        Assert.Null(Path.Exists(Path.Combine(folder, "..", "outside.txt")) ? "unpacked" : null);
    }

    [Fact]
    public void A_tar_without_new_tokens_is_a_plain_lora() =>
        Assert.Null(LoraFile.Open(Tar(TinyModels.NewFolder(), ("lora.safetensors", Lora()))).Tuning);

    [Fact]
    public void An_unpacked_tar_is_read_with_its_tokens_by_folder_and_by_file()
    {
        var folder = Unpacked(("lora.safetensors", Lora()), ("special_params.json", _words));
        var lora = Path.Combine(folder, "lora.safetensors");
        AssertRefused(folder, "holds no embeddings.pti");
        File.WriteAllBytes(Path.Combine(folder, "embeddings.pti"), Tensor("text_encoders_0", [2, 2], [7, 8, 9, 10]));
        foreach (var path in new[] { folder, lora })
        {
            var file = LoraFile.Open(path);
            Assert.Equal([1, 2], file.Tensors["x.lora_A.weight"].ReadFloat32());
            Assert.Equal([7, 8, 9, 10], file.Tuning!.Embeddings[0]);
            Assert.Equal("a <s0><s1>", file.Tuning.Replace("a TOK"));
        }
        // Other tokens make it another LoRA.
        var before = LoraFile.Open(lora).Sha256;
        File.WriteAllBytes(Path.Combine(folder, "embeddings.pti"), Tensor("text_encoders_0", [2, 2], [7, 8, 9, 11]));
        Assert.NotEqual(before, LoraFile.Open(lora).Sha256);
    }

    [Fact]
    public void Tokens_belong_to_the_lora_of_their_name_among_several_and_to_any_that_is_alone()
    {
        var folder = Unpacked(
            ("style.safetensors", Lora()),
            ("special_params.json", _words),
            ("embeddings.pti", Tensor("text_encoders_0", [2, 2], [7, 8, 9, 10]))
        );
        Assert.NotNull(LoraFile.Open(Path.Combine(folder, "style.safetensors")).Tuning);
        File.WriteAllBytes(Path.Combine(folder, "lora.safetensors"), Lora());
        Assert.Null(LoraFile.Open(Path.Combine(folder, "style.safetensors")).Tuning);
        Assert.NotNull(LoraFile.Open(Path.Combine(folder, "lora.safetensors")).Tuning);
        Assert.NotNull(LoraFile.Open(folder).Tuning);
    }

    /// <summary>The tar of the fixtures and what is unpacked from it give the same of everything.</summary>
    [Fact]
    public void A_hosted_fine_tune_is_the_same_packed_and_unpacked()
    {
        var folder = TinyModels.NewFolder();
        var tar = Fixtures.At("sdxl", "pivotal", "trained_model.tar");
        Assert.SkipUnless(File.Exists(tar), "This fixture root has no such case.");
        TarFile.ExtractToDirectory(tar, folder, overwriteFiles: false);
        var (packed, unpacked) = (LoraFile.Open(tar), LoraFile.Open(folder));
        Assert.Equal(packed.Tensors.Keys, unpacked.Tensors.Keys);
        Assert.All(
            packed.Tensors,
            pair => Assert.Equal(pair.Value.ReadFloat32(), unpacked.Tensors[pair.Key].ReadFloat32())
        );
        Assert.Equal(packed.Tuning!.Words, unpacked.Tuning!.Words);
        Assert.Equal(packed.Tuning.Embeddings, unpacked.Tuning.Embeddings);
        Assert.Equal(packed.Sha256, unpacked.Sha256);
    }

    [Fact]
    public void What_a_tar_is_hashed_by_is_what_is_read_of_it()
    {
        var tokens = ("embeddings.pti", Tensor("text_encoders_0", [2, 2], [7, 8, 9, 10]));
        var words = ("special_params.json", _words);
        var lora = ("lora.safetensors", Lora());
        var hash = LoraFile.Open(Tar(TinyModels.NewFolder(), lora, tokens, words)).Sha256;

        string Hash(params (string, byte[])[] members) => LoraFile.Open(Tar(TinyModels.NewFolder(), members)).Sha256;

        // Another order, other names and files that are passed over: the same. Another word or token: another LoRA.
        Assert.Equal(hash, Hash(words, ("./lora.safetensors", Lora()), ("logs.txt", Bytes(9)), tokens));
        Assert.NotEqual(hash, Hash(lora, tokens, (words.Item1, Encoding.UTF8.GetBytes("""{"TOO": "<s0><s1>"}"""))));
        Assert.NotEqual(hash, Hash(lora, (tokens.Item1, Tensor("text_encoders_0", [2, 2], [7, 8, 9, 11])), words));
        Assert.NotEqual(hash, Hash(lora));
        Assert.Equal(LoraFile.Open(Unpacked(lora)).Sha256, Hash(lora));
        Assert.Equal(LoraFile.Open(Unpacked(("other.safetensors", Lora()), tokens, words)).Sha256, hash);
    }

    /// <summary>The strength that a file states counts inside a tar too.</summary>
    [Fact]
    public void The_alphas_of_the_header_are_the_same_packed_and_unpacked()
    {
        var path = Path.Combine(TinyModels.NewFolder(), "one.safetensors");
        const string alpha = "{\\\"unet.r\\\": 4, \\\"unet.lora_alpha\\\": 2}";
        var header = Encoding.UTF8.GetBytes(
            $$$"""{"__metadata__":{"lora_adapter_metadata":"{{{alpha}}}"},"x.lora_A.weight":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"""
        );
        File.WriteAllBytes(
            path,
            [.. BitConverter.GetBytes((long)header.Length), .. header, .. BitConverter.GetBytes(1f)]
        );
        var bytes = File.ReadAllBytes(path);

        var packed = LoraFile.Open(Tar(TinyModels.NewFolder(), ("lora.safetensors", bytes)));
        var unpacked = LoraFile.Open(Unpacked(("lora.safetensors", bytes)));

        Assert.Equal(0.5, packed.Metadata.Factor("unet", "x", rank: 4));
        Assert.Equal(unpacked.Metadata.Factor("unet", "x", rank: 4), packed.Metadata.Factor("unet", "x", rank: 4));
    }

    [Fact]
    public void A_tar_that_is_compressed_is_told_from_a_damaged_one()
    {
        var path = Path.Combine(TinyModels.NewFolder(), "t.tar");
        File.WriteAllBytes(path, [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, .. new byte[2000]]);
        AssertRefused(path, "is compressed with gzip");
    }

    [Fact]
    public void What_is_wrong_with_a_tar_is_named()
    {
        void Refused(string named, params (string, byte[])[] members) =>
            AssertRefused(Tar(TinyModels.NewFolder(), members), named);

        Refused("lora.safetensors", ("embeddings.pti", Lora()));
        Refused("special_params.json", ("lora.safetensors", Lora()), ("embeddings.pti", Lora()));
        Refused("embeddings.pti", ("lora.safetensors", Lora()), ("special_params.json", _words));
        Refused("twice", ("lora.safetensors", Lora()), ("lora.safetensors", Lora()));
        Refused("lora.safetensors", ("lora.safetensors", Bytes(100)));
        Refused("truncated", ("lora.safetensors", Lora()[..^4]));
        var tensors = (("lora.safetensors", Lora()), ("embeddings.pti", Tensor("text_encoders_0", [1, 2], [1, 2])));
        Refused("JSON", tensors.Item1, tensors.Item2, ("special_params.json", Bytes(3)));
        Refused("TOK", tensors.Item1, tensors.Item2, ("special_params.json", Encoding.UTF8.GetBytes("""{"TOK": 1}""")));
        Refused("too much", tensors.Item1, tensors.Item2, ("special_params.json", Bytes(2 << 20)));
        Refused("text_encoders_0", tensors.Item1, ("embeddings.pti", Lora()), ("special_params.json", _words));
        Refused(
            "text_encoders_0",
            tensors.Item1,
            ("embeddings.pti", Tensor("text_encoders_0", [4], [1, 2, 3, 4])),
            ("special_params.json", _words)
        );

        var path = Path.Combine(TinyModels.NewFolder(), "no.tar");
        File.WriteAllBytes(path, [.. Enumerable.Repeat((byte)'x', 2000)]);
        AssertRefused(path, "not a tar");
    }

    [Fact]
    public void A_link_in_a_tar_is_refused()
    {
        var path = Path.Combine(TinyModels.NewFolder(), "link.tar");
        using (var stream = File.Create(path))
        using (var writer = new TarWriter(stream))
        {
            writer.WriteEntry(
                new PaxTarEntry(TarEntryType.SymbolicLink, "lora.safetensors") { LinkName = "/etc/passwd" }
            );
        }

        AssertRefused(path, "link");
    }

    /// <summary>A tar cut anywhere either gives the same tensors or is refused; nothing else is thrown.</summary>
    [Fact]
    public void A_tar_cut_short_is_refused()
    {
        var whole = File.ReadAllBytes(Tar(TinyModels.NewFolder(), ("lora.safetensors", Lora())));
        var path = Path.Combine(TinyModels.NewFolder(), "cut.tar");
        for (var length = 0; length < whole.Length; length += 97)
        {
            File.WriteAllBytes(path, whole[..length]);
            try
            {
                _ = LoraFile.Open(path);
            }
            catch (InputException error)
            {
                Assert.Contains(path, error.Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Words_that_would_fill_all_memory_are_refused_by_the_file()
    {
        var words = Enumerable.Range(0, 60).Select(i => $"\"w{i}.\": \"w{i + 1}.w{i + 1}.\"");
        var path = Tar(
            TinyModels.NewFolder(),
            ("lora.safetensors", Lora()),
            ("embeddings.pti", Tensor("text_encoders_0", [1, 2], [1, 2])),
            ("special_params.json", Encoding.UTF8.GetBytes($"{{{string.Join(", ", words)}}}"))
        );
        var tuning = LoraFile.Open(path).Tuning!;
        Assert.Equal("nothing of it", tuning.Replace("nothing of it"));
        var error = Assert.Throws<InputException>(() => tuning.Replace("w0."));
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.Contains("special_params.json", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Words_that_are_not_in_UTF_8_are_refused() =>
        AssertRefused(
            Tar(
                TinyModels.NewFolder(),
                ("lora.safetensors", Lora()),
                ("embeddings.pti", Tensor("text_encoders_0", [1, 2], [1, 2])),
                ("special_params.json", [.. "{\"T"u8, 0xFF, .. "\": \"<s0>\"}"u8])
            ),
            "special_params.json"
        );

    /// <summary>Numbers in a header of a tar may be written in base 256, and then exceed all.</summary>
    [Fact]
    public void A_tar_whose_numbers_are_too_large_is_refused()
    {
        var path = Tar(TinyModels.NewFolder(), ("lora.safetensors", Lora()));
        var whole = File.ReadAllBytes(path);
        var header = whole.AsSpan().IndexOf("lora.safetensors"u8);
        foreach (var (place, length) in new[] { (100, 8), (108, 8), (116, 8), (124, 12), (136, 12) })
        {
            byte[] damaged = [.. whole];
            damaged.AsSpan(header + place, length).Fill(0xFF);
            damaged[header + place] = 0x80;
            var sum = damaged.AsSpan(header, 512).ToArray().Index().Sum(b => b.Index is >= 148 and < 156 ? 32 : b.Item);
            Encoding.ASCII.GetBytes($"{Convert.ToString(sum, 8).PadLeft(6, '0')}\0 ").CopyTo(damaged, header + 148);
            File.WriteAllBytes(path, damaged);
            try
            {
                _ = LoraFile.Open(path);
            }
            catch (InputException error)
            {
                Assert.Contains(path, error.Message, StringComparison.Ordinal);
            }
        }
    }

    private static void AssertRefused(string path, string named)
    {
        var error = Assert.Throws<InputException>(() => LoraFile.Open(path));
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
    }

    private static string Unpacked(params (string Name, byte[] Content)[] files)
    {
        var folder = TinyModels.NewFolder();
        foreach (var (name, content) in files)
        {
            File.WriteAllBytes(Path.Combine(folder, name), content);
        }

        return folder;
    }

    private static string Tar(string folder, params (string Name, byte[] Content)[] members)
    {
        var path = Path.Combine(folder, "trained_model.tar");
        using var stream = File.Create(path);
        using var writer = new TarWriter(stream);
        foreach (var (name, content) in members)
        {
            writer.WriteEntry(
                new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) }
            );
        }

        return path;
    }

    private static byte[] Lora() => Tensor("x.lora_A.weight", [1, 2], [1, 2]);

    private static byte[] Bytes(int count) => new byte[count];

    private static byte[] Tensor(string name, long[] shape, float[] values)
    {
        var path = Path.Combine(TinyModels.NewFolder(), "one.safetensors");
        TinyModels.WriteSafeTensors(path, new Dictionary<string, (long[], float[])> { [name] = (shape, values) });
        return File.ReadAllBytes(path);
    }
}
