using System.Formats.Tar;
using System.Text;
using Semblance.Models.Diffusion.Lora;
using Semblance.Models.Tests.Encoders;

namespace Semblance.Models.Tests.Diffusion;

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
        AssertRefused(path, "no tar");
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

    private static void AssertRefused(string path, string named)
    {
        var error = Assert.Throws<InputException>(() => LoraFile.Open(path));
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
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
