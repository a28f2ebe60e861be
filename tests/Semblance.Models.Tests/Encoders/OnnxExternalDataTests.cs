using Google.Protobuf;
using Microsoft.ML.OnnxRuntime.Tensors;
using Semblance.Models.Catalog;
using Semblance.Models.Checkpoints;
using Semblance.Models.Encoders;
using Semblance.Models.Graphs;
using Semblance.Models.Graphs.Onnx;
using Semblance.Tensors;

namespace Semblance.Models.Tests.Encoders;

public sealed class OnnxExternalDataTests : IDisposable
{
    private const int Pixels = 3 * 16 * 16;
    private const int Dimension = 64;
    private const string Elsewhere = "elsewhere.bin";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Numbers of the field from the model to a tensor, as of onnx.proto.</summary>
    [Theory]
    [InlineData(true, 7, 5)]
    [InlineData(false, 7, 15, 1)]
    [InlineData(false, 7, 15, 2)]
    [InlineData(false, 7, 1, 5, 5)]
    [InlineData(false, 7, 1, 5, 10)]
    [InlineData(false, 7, 1, 5, 22, 1)]
    [InlineData(false, 7, 1, 5, 23, 2)]
    [InlineData(false, 7, 1, 5, 6, 5)]
    [InlineData(false, 7, 1, 5, 11, 1, 5, 6, 5)]
    [InlineData(false, 25, 7, 5, 5)]
    public void Files_are_found_wherever_tensors_are(bool ofInitializers, params int[] fields)
    {
        var path = _folder.For("a.onnx");
        File.WriteAllBytes(path, TensorAt(fields));
        Assert.Equal([new(Elsewhere, ofInitializers)], OnnxExternalData.Of(path));
        File.WriteAllBytes(path, [.. TensorAt(7, 1, 5, 6, 5), .. TensorAt(fields)]);
        Assert.Equal([new(Elsewhere, OfInitializers: false)], OnnxExternalData.Of(path));
    }

    [Fact]
    public void Files_that_are_read_give_the_same_vectors_and_are_not_mapped()
    {
        var (path, files) = Network();
        using var mapped = new GraphSession(path);
        var expected = Run(mapped);
        Assert.Contains(expected, value => value is not 0 and not float.NaN);
        if (OperatingSystem.IsLinux())
        {
            // Of the matrix ONNX Runtime has made its own copy, in another order.
            Assert.Contains(files[0].File, Maps(), StringComparison.Ordinal);
        }

        mapped.Dispose();
        using var read = new GraphSession(path, files: files);
        Assert.All(files, file => Assert.DoesNotContain(file.File, Maps(), StringComparison.Ordinal));
        foreach (var (_, file) in files)
        {
            using var cut = new FileStream(file, FileMode.Open);
            cut.SetLength(0);
        }

        Assert.Equal(expected, Run(read));
        Assert.All(files, file => Assert.DoesNotContain(file.File, Maps(), StringComparison.Ordinal));
    }

    [Fact]
    public void An_encoder_reads_the_files_where_weights_are_not_mapped()
    {
        var (path, files) = Network();
        Describe(path);
        float[] Vector()
        {
            using var encoder = EncoderCatalog.Open(path);
            var vector = new float[Dimension];
            encoder.Encode(Image(), 1, vector);
            Assert.All(
                WeightMapping.IsOn ? [] : files,
                file => Assert.DoesNotContain(file.File, Maps(), StringComparison.Ordinal)
            );
            return vector;
        }

        var mapped = Vector();
        Assert.Equal(mapped, Unmapped(Vector));
    }

    [Fact]
    public void A_file_that_ends_before_its_tensors_is_refused_in_either_way()
    {
        var (path, files) = Network();
        File.WriteAllBytes(files[0].File, new byte[100]);
        Assert.Contains(
            path,
            Assert.Throws<InputException>(() => new GraphSession(path)).Message,
            StringComparison.Ordinal
        );
        var error = Assert.Throws<InputException>(() => new GraphSession(path, files: files));
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_of_a_branch_are_mapped_or_refused()
    {
        var (path, _) = Network();
        File.WriteAllBytes(_folder.For(Elsewhere), new byte[4]);
        File.WriteAllBytes(path, [.. File.ReadAllBytes(path), .. TensorAt(7, 1, 5, 6, 5)]);
        Describe(path);
        using var encoder = EncoderCatalog.Open(path);
        var error = Assert.Throws<InputException>(() =>
            Unmapped(() =>
            {
                encoder.Encode(Image(), 1, new float[Dimension]);
                return true;
            })
        );
        Assert.Contains($"{Elsewhere}, which can only be mapped", error.Message, StringComparison.Ordinal);
    }

    private static float[] Run(GraphSession session) => session.Run([Feed.Of<float>("x", Image(), 1, 3, 16, 16)], "y");

    private static float[] Image() => [.. Enumerable.Range(0, Pixels).Select(i => MathF.Sin(i * 0.37f))];

    private static string Maps() => OperatingSystem.IsLinux() ? File.ReadAllText("/proc/self/maps") : "";

    private static T Unmapped<T>(Func<T> run)
    {
        try
        {
            WeightMapping.IsOn = false;
            return run();
        }
        finally
        {
            WeightMapping.IsOn = true;
        }
    }

    private static void Describe(string path) =>
        File.WriteAllText(
            Path.ChangeExtension(path, ".json"),
            $$"""{"input":"x","output":"y","dimension":{{Dimension}},"preprocessing":"siglip","size":16}"""
        );

    /// <summary>A layer whose matrix lies in a file in a folder, and whose bias lies in another file behind other bytes.</summary>
    private (string Path, (string Location, string File)[] Files) Network()
    {
        var matrix = new TensorEntry(
            "matrix",
            TensorType.Float32,
            [Dimension, Pixels],
            _folder.For("weights", "matrix.bin"),
            0,
            Dimension * Pixels * sizeof(float),
            null
        );
        var bias = matrix with
        {
            Name = "bias",
            Shape = [Dimension],
            File = _folder.For("bias.bin"),
            Offset = 4096,
            Length = Dimension * sizeof(float),
        };
        Fill(matrix);
        Fill(bias);
        var g = new GraphBuilder(
            new Weights("none", new[] { matrix, bias }.ToDictionary(entry => entry.Name, StringComparer.Ordinal))
        );
        var x = g.Input("x", TensorElementType.Float, -1, 3, 16, 16).Reshape(0, Pixels);
        g.Output("y", x.Linear(g.Weight("matrix", [Dimension, Pixels]), null) + g.Weight("bias", [Dimension]));
        var path = _folder.For("network.onnx");
        File.WriteAllBytes(path, g.Build().Model);
        return (path, [("bias.bin", bias.File), ("weights/matrix.bin", matrix.File)]);
    }

    private static void Fill(TensorEntry entry)
    {
        using var file = new BinaryWriter(File.Create(entry.File));
        for (var i = 0; i < (entry.Offset + entry.Length) / sizeof(float); i++)
        {
            file.Write(MathF.Cos(i * 0.11f) + 0.5f);
        }
    }

    /// <summary>A model in which there is but a tensor of another file, within the fields of these numbers.</summary>
    private static byte[] TensorAt(params int[] fields)
    {
        var tensor = new TensorProto { Name = "t", DataLocation = TensorProto.Types.DataLocation.External };
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = Elsewhere });
        return fields
            .Reverse()
            .Aggregate(
                tensor.ToByteArray(),
                (inner, field) =>
                {
                    using var stream = new MemoryStream();
                    using var output = new CodedOutputStream(stream, leaveOpen: true);
                    output.WriteTag(field, WireFormat.WireType.LengthDelimited);
                    output.WriteBytes(ByteString.CopyFrom(inner));
                    output.Flush();
                    return stream.ToArray();
                }
            );
    }
}
