using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.ML.OnnxRuntime.Tensors;
using Semblance.Imaging;
using Semblance.Imaging.Formats;
using Semblance.Models.Catalog;
using Semblance.Models.Checkpoints;
using Semblance.Models.Encoders;
using Semblance.Models.Encoders.Preprocessing;
using Semblance.Models.Graphs;
using Semblance.Models.Networks;

namespace Semblance.Models.Tests.Encoders;

public sealed class BuiltinEncoderTests
{
    private static string Folder => Fixtures.At("encoders", "efficientnet-lite0");

    private static JsonElement Check { get; } =
        File.Exists(Path.Combine(Folder, "check.json"))
            ? JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "check.json"))).RootElement
            : default;

    public static IEnumerable<TheoryDataRow<string>> Inputs =>
        Check.ValueKind == JsonValueKind.Undefined
            ? []
            : Check
                .GetProperty("cases")
                .EnumerateArray()
                .Select(item => new TheoryDataRow<string>(item.GetProperty("file").GetString()!));

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Inputs))]
    public void Pixels_and_embedding_are_those_of_the_check_file(string file)
    {
        var expected = Check
            .GetProperty("cases")
            .EnumerateArray()
            .Single(item => item.GetProperty("file").GetString() == file);
        var bytes = File.ReadAllBytes(Path.Combine(Folder, file));
        var pixels = Preprocessor.Pixels(ImageDecoder.Decode(bytes), BuiltinEncoder.Recipe);
        Assert.Equal(
            expected.GetProperty("pixels_sha256").GetString(),
            Convert.ToHexStringLower(SHA256.HashData(pixels))
        );

        var actual = Embed(bytes);

        var golden = Checkpoint.Open(Path.Combine(Folder, "check.safetensors")).ReadFloat32(Path.GetFileName(file));
        Assert.Equal(golden.Length, actual.Length);
        Assert.All(golden.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 2e-3f));
        Assert.Equal(1, Cosine(golden, actual), 1e-6);
        Assert.Equal(expected.GetProperty("norm").GetDouble(), Math.Sqrt(Cosine(actual, actual, raw: true)), 2e-3);
    }

    [Fact]
    public void Cosines_between_the_check_images_are_reproduced()
    {
        Assert.SkipWhen(Check.ValueKind == JsonValueKind.Undefined, "No check file under this root.");
        foreach (var pair in Check.GetProperty("cosines").EnumerateArray())
        {
            var a = Embed(File.ReadAllBytes(Path.Combine(Folder, "inputs", pair.GetProperty("a").GetString()!)));
            var b = Embed(File.ReadAllBytes(Path.Combine(Folder, "inputs", pair.GetProperty("b").GetString()!)));
            Assert.Equal(pair.GetProperty("cosine").GetDouble(), Cosine(a, b), 1e-4);
        }
    }

    [Fact]
    public void Every_layer_has_the_mean_and_spread_of_the_check_file()
    {
        Assert.SkipWhen(Check.ValueKind == JsonValueKind.Undefined, "No check file under this root.");
        var g = new GraphBuilder(Weights.From(Checkpoint.Open(BuiltinEncoder.WeightsFile)));
        _ = EfficientNetLite0.Forward(g.Input("pixels", TensorElementType.Float, 1, 3, 224, 224));
        foreach (var (name, value) in g.Observed)
        {
            g.Output($"out.{name}", value);
        }

        using var session = new GraphSession(g.Build(), threads: 1);
        var pixels = new float[3 * 224 * 224];
        var file = File.ReadAllBytes(Path.Combine(Folder, "inputs", "pattern-224.png"));
        Preprocessor.Prepare(ImageDecoder.Decode(file), BuiltinEncoder.Recipe, pixels);

        var layers = Check.GetProperty("layers").EnumerateArray().ToList();
        Assert.Equal(layers.Count, g.Observed.Count);
        foreach (var layer in layers)
        {
            var name = layer.GetProperty("name").GetString()!;
            var values = session.Run([Feed.Of<float>("pixels", pixels, 1, 3, 224, 224)], $"out.{name}");
            var mean = values.Average(x => (double)x);
            var spread = Math.Sqrt(values.Average(x => (x - mean) * (x - mean)));
            Assert.Equal(layer.GetProperty("mean").GetDouble(), mean, 1e-4);
            Assert.Equal(layer.GetProperty("std").GetDouble(), spread, 1e-4);
        }
    }

    [Fact]
    public void Weights_hold_nothing_that_the_network_does_not_use()
    {
        var weights = Weights.From(Checkpoint.Open(BuiltinEncoder.WeightsFile));
        var g = new GraphBuilder(weights);
        _ = EfficientNetLite0.Forward(g.Input("pixels", TensorElementType.Float, 1, 3, 224, 224));
        Assert.Empty(weights.Unused);
    }

    [Fact]
    public void A_flat_grey_image_falls_below_the_low_norm()
    {
        using var encoder = EncoderCatalog.Open("builtin");
        var pixels = new float[encoder.InputLength];
        pixels.AsSpan().Fill(0.0078125f);
        var vector = new float[1280];
        encoder.Encode(pixels, 1, vector);
        Assert.True(Math.Sqrt(Cosine(vector, vector, raw: true)) < encoder.LowNorm);
    }

    [Fact]
    public void Says_what_it_is()
    {
        using var encoder = EncoderCatalog.Open("builtin");
        Assert.Equal(
            "EfficientNet-Lite0 (ImageNet features): not the paper's CLIP score, on another scale; unrelated photos score about 27, one subject about 64",
            encoder.Caution
        );
        Assert.Equal(1, encoder.LowNorm);
        Assert.False(encoder.HasText);
        Assert.Throws<NotSupportedException>(() => encoder.EncodeText(["a cat"]));
        Assert.Equal("builtin", encoder.Identity.Name);
        Assert.Equal(
            "632a2ae875cfa597781140cae22063e9d919c8c43c465a45c91c68bb507df3f2",
            encoder.Identity.WeightsSha256
        );
        Assert.Equal("fp32 (weights fp16 and fp32)", encoder.Identity.Precision);
        Assert.Equal(1280, encoder.Identity.Dimension);
        Assert.StartsWith("onnxruntime 1.", encoder.Identity.Runtime, StringComparison.Ordinal);
        var fault = Assert.Throws<UsageException>(() =>
            EncoderCatalog.Open("builtin", new() { Preprocessing = "openai" })
        );
        Assert.Equal([new Remedy(RemedyKind.OwnPreprocessing, "openai")], fault.Remedies);
    }

    private static float[] Embed(byte[] file)
    {
        using var encoder = EncoderCatalog.Open("builtin");
        var pixels = new float[encoder.InputLength];
        encoder.Prepare(file, pixels);
        var vector = new float[encoder.Identity.Dimension];
        encoder.Encode(pixels, 1, vector);
        return vector;
    }

    private static double Cosine(float[] a, float[] b, bool raw = false)
    {
        var (ab, aa, bb) = (0d, 0d, 0d);
        for (var i = 0; i < a.Length; i++)
        {
            ab += (double)a[i] * b[i];
            aa += (double)a[i] * a[i];
            bb += (double)b[i] * b[i];
        }

        return raw ? ab : ab / Math.Sqrt(aa * bb);
    }
}
