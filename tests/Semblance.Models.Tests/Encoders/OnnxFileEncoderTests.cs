using Microsoft.ML.OnnxRuntime.Tensors;
using Semblance.Models.Catalog;
using Semblance.Models.Checkpoints;
using Semblance.Models.Devices;
using Semblance.Models.Encoders;
using Semblance.Models.Graphs;
using Semblance.Tensors;

namespace Semblance.Models.Tests.Encoders;

public sealed class OnnxFileEncoderTests
{
    private const string Description =
        """{"name":"means","input":"x","output":"y","dimension":3,"preprocessing":"siglip","size":4}""";

    [Fact]
    public void A_file_is_not_calculated_in_another_precision_than_its_own()
    {
        var fault = Assert.Throws<UsageException>(() =>
            OnnxFileEncoder.Open("mine.onnx", new EncoderOptions { Precision = Precision.Fp16 })
        );
        Assert.StartsWith(
            "mine.onnx calculates in the types that the file has",
            fault.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_users_network_gives_the_output_that_its_json_names()
    {
        var path = ChannelMeans(Description);
        using var encoder = EncoderCatalog.Open(path);
        Assert.Equal(("means", 3, 48), (encoder.Identity.Name, encoder.Identity.Dimension, encoder.InputLength));
        Assert.StartsWith("siglip: resize to 4x4", encoder.Identity.Preprocessing, StringComparison.Ordinal);
        Assert.Equal(64, encoder.Identity.WeightsSha256.Length);
        Assert.NotNull(encoder.Caution);
        var pixels = new float[2 * 48];
        pixels.AsSpan(0, 16).Fill(1);
        pixels.AsSpan(16, 16).Fill(2);
        pixels.AsSpan(32, 16).Fill(-3);
        var vectors = new float[6];
        encoder.Encode(pixels, 2, vectors);
        Assert.Equal([1, 2, -3, 0, 0, 0], vectors);
    }

    [Fact]
    public void Without_its_json_the_reader_is_told_what_to_write()
    {
        var path = ChannelMeans(Description);
        File.Delete(Path.ChangeExtension(path, ".json"));
        var error = Assert.Throws<InputException>(() => EncoderCatalog.Open(path));
        Assert.Contains("\"preprocessing\"", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"output":"y","dimension":3,"preprocessing":"siglip","size":4}""", "no input")]
    [InlineData("""{"input":"x","output":"y","preprocessing":"siglip","size":4}""", "no dimension")]
    [InlineData("""{"input":"x","output":"y","dimension":3,"preprocessing":"photoshop"}""", "photoshop")]
    [InlineData(
        """{"input":"z","output":"y","dimension":3,"preprocessing":"siglip","size":4}""",
        "no input z; it has x"
    )]
    [InlineData(
        """{"input":"x","output":"q","dimension":3,"preprocessing":"siglip","size":4}""",
        "no output q; it has y"
    )]
    [InlineData("""{"input":"x","output":"y","dimension":5,"preprocessing":"siglip","size":4}""", "[4, 5]")]
    [InlineData("""{"input":"x","output":"y","dimension":3,"preprocessing":"siglip","size":5}""", "[4, 3, 5, 5]")]
    [InlineData("""{"input":"x","output":"y","dimension":2147483647,"preprocessing":"siglip","size":4}""", "dimension")]
    [InlineData("""{"input":"x","output":"y","dimension":3,"preprocessing":"siglip","size":100000}""", "size")]
    [InlineData(
        """{"input":"x","output":"y","dimension":3,"preprocessing":"siglip","size":4,"batch":2147483647}""",
        "batch"
    )]
    [InlineData(
        """{"input":"x","output":"y","dimension":3,"preprocessing":"siglip","size":4096,"batch":1000}""",
        "a batch of 1000 images of 4096x4096"
    )]
    public void A_description_that_does_not_fit_is_refused(string description, string said)
    {
        var path = ChannelMeans(description);
        var error = Assert.Throws<InputException>(() =>
        {
            using var encoder = EncoderCatalog.Open(path);
            encoder.Encode(new float[encoder.InputLength], 1, new float[encoder.Identity.Dimension]);
        });
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_network_is_refused()
    {
        var path = ChannelMeans(Description);
        File.WriteAllText(path, "not a network");
        using var encoder = EncoderCatalog.Open(path);
        var error = Assert.Throws<InputException>(() => encoder.Encode(new float[48], 1, new float[3]));
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
    }

    /// <summary>Lengths of fields: negative, beyond the file, and so large that they overflow.</summary>
    [Theory]
    [InlineData(0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01)]
    [InlineData(0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F)]
    [InlineData(0x7F)]
    public void Lengths_that_no_file_has_are_refused(params int[] length)
    {
        var path = ChannelMeans(Description);
        File.WriteAllBytes(path, [0x3A, .. length.Select(part => (byte)part), 0x0A]);
        using var encoder = EncoderCatalog.Open(path);
        _ = encoder.Identity.WeightsSha256;
        var error = Assert.Throws<InputException>(() => encoder.Encode(new float[48], 1, new float[3]));
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
    }

    /// <summary>Other numbers in a file beside the network make another encoder, and so does another output.</summary>
    [Fact]
    public void Weights_beside_the_file_and_the_output_are_part_of_the_identity()
    {
        var folder = TinyModels.NewFolder();
        var data = Path.Combine(folder, "some-weights.bin");
        var entry = new TensorEntry("w.weight", TensorType.Float32, [2, 48], data, 0, 2 * 48 * sizeof(float), null);
        var table = new Dictionary<string, TensorEntry>(StringComparer.Ordinal) { [entry.Name] = entry };
        File.WriteAllBytes(data, new byte[2 * 48 * sizeof(float)]);
        var g = new GraphBuilder(new Weights("none", table));
        var x = g.Input("x", TensorElementType.Float, -1, 3, 4, 4).Reshape(0, 48);
        g.Output("y", x.Linear(g.Weight("w.weight", [2, 48]), null));
        g.Output("z", x.Linear(g.Weight("w.weight", [2, 48]), null));
        var path = Path.Combine(folder, "outside.onnx");
        File.WriteAllBytes(path, g.Build().Model);
        Assert.Equal([new("some-weights.bin", OfInitializers: true)], OnnxExternalData.Of(path));

        string Key(string output)
        {
            File.WriteAllText(
                Path.ChangeExtension(path, ".json"),
                $$"""{"input":"x","output":"{{output}}","dimension":2,"preprocessing":"siglip","size":4}"""
            );
            using var encoder = EncoderCatalog.Open(path);
            return encoder.Identity.Key;
        }

        var keys = new HashSet<string>(StringComparer.Ordinal) { Key("y"), Key("y") };
        Assert.Single(keys);
        Assert.True(keys.Add(Key("z")));
        File.WriteAllBytes(data, [1, .. new byte[(2 * 48 * sizeof(float)) - 1]]);
        Assert.True(keys.Add(Key("y")));
        File.Delete(data);
        Assert.Contains(
            "some-weights.bin",
            Assert.Throws<InputException>(() => Key("y")).Message,
            StringComparison.Ordinal
        );
    }

    /// <summary>A network that gives the mean of each channel.</summary>
    private static string ChannelMeans(string description)
    {
        var g = new GraphBuilder(new Weights("none", new Dictionary<string, TensorEntry>(StringComparer.Ordinal)));
        g.Output("y", g.Input("x", TensorElementType.Float, -1, 3, 4, 4).GlobalAveragePool().Reshape(0, 3));
        var path = Path.Combine(TinyModels.NewFolder(), "means.onnx");
        File.WriteAllBytes(path, g.Build().Model);
        File.WriteAllText(Path.ChangeExtension(path, ".json"), description);
        return path;
    }
}
