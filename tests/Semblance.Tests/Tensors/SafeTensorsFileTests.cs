using System.Buffers.Binary;
using System.Text;
using CsCheck;
using Semblance.Tensors;

namespace Semblance.Tests.Tensors;

public sealed class SafeTensorsFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("semblance-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void What_is_written_is_the_format_to_the_byte()
    {
        using var stream = new MemoryStream();

        SafeTensorsFile.Write(
            stream,
            [new NamedTensor("a", [2], new float[] { 1, -2 }), new NamedTensor("b", [], new[] { 0.5f })],
            new Dictionary<string, string>(StringComparer.Ordinal) { ["k"] = "v" }
        );

        const string header =
            """{"__metadata__":{"k":"v"},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[],"data_offsets":[8,12]}}""";
        var padded = header.PadRight((header.Length + 7) / 8 * 8);
        byte[] expected =
        [
            (byte)padded.Length,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            .. Encoding.ASCII.GetBytes(padded),
            0,
            0,
            0x80,
            0x3f,
            0,
            0,
            0,
            0xc0,
            0,
            0,
            0,
            0x3f,
        ];
        Assert.Equal(expected, stream.ToArray());
    }

    [Fact]
    public void Tensors_and_metadata_come_back_as_they_went()
    {
        var path = Path.Combine(_folder, "round.safetensors");
        var name = Gen.String[1, 8].Where(text => text != "__metadata__" && !text.Any(char.IsSurrogate));
        var tensor = Gen.Select(Gen.Int[0, 4].Array[0, 3], Gen.Int[0, 1_000_000])
            .SelectMany(
                (shape, _) =>
                    Gen
                        .Float.Array[shape.Aggregate(1, (product, size) => product * size)]
                        .Select(values => (Shape: shape.Select(size => (long)size).ToArray(), Values: values))
            );
        Gen.Select(
                Gen.Dictionary(name, tensor)[0, 5],
                Gen.Dictionary(name, Gen.String.Where(text => !text.Any(char.IsSurrogate)))[0, 3]
            )
            .Sample(
                (tensors, metadata) =>
                {
                    SafeTensorsFile.Write(
                        path,
                        [.. tensors.Select(pair => new NamedTensor(pair.Key, pair.Value.Shape, pair.Value.Values))],
                        metadata
                    );
                    using var file = SafeTensorsFile.Open(path);
                    Assert.Equal(metadata.OrderBy(pair => pair.Key), file.Header.Metadata.OrderBy(pair => pair.Key));
                    Assert.Equal(tensors.Keys.Order(), file.Header.Tensors.Keys.Order());
                    foreach (var (key, (shape, values)) in tensors)
                    {
                        Assert.Equal(shape, file.Header.Tensors[key].Shape);
                        // By bits: NaN is a number to be kept, too.
                        Assert.Equal(
                            values.Select(BitConverter.SingleToInt32Bits),
                            file.ReadFloat32(key).Select(BitConverter.SingleToInt32Bits)
                        );
                    }
                },
                iter: 300,
                threads: 1
            );
    }

    [Fact]
    public void A_damaged_file_is_read_or_refused_and_never_anything_else()
    {
        using var stream = new MemoryStream();
        SafeTensorsFile.Write(
            stream,
            [new NamedTensor("a", [2, 2], new float[4]), new NamedTensor("b", [3], new float[3])],
            new Dictionary<string, string>(StringComparer.Ordinal) { ["note"] = "text" }
        );
        var whole = stream.ToArray();
        var refused = 0;
        Gen.Select(Gen.Int[0, whole.Length - 1], Gen.Byte, Gen.Int[0, whole.Length])
            .Sample(
                (at, value, length) =>
                {
                    var bytes = whole[..];
                    bytes[at] = value;
                    foreach (var damaged in new[] { bytes, whole[..length] })
                    {
                        try
                        {
                            using var memory = new MemoryStream(damaged);
                            var header = SafeTensorsHeader.Parse(memory, "x.safetensors");
                            Assert.All(
                                header.Tensors.Values,
                                entry => Assert.InRange(entry.Offset + entry.Length, 8, damaged.Length)
                            );
                        }
                        catch (InputException error)
                        {
                            Assert.StartsWith("x.safetensors: ", error.Message, StringComparison.Ordinal);
                            refused++;
                        }
                    }
                },
                iter: 1000,
                threads: 1
            );
        Assert.True(refused > 0);
    }

    [Theory]
    [InlineData("F64", "000000000000f03f", 1f)]
    [InlineData("F32", "0000c0bf", -1.5f)]
    [InlineData("F16", "003c", 1f)]
    [InlineData("F16", "0100", 5.9604645e-8f)]
    [InlineData("BF16", "803f", 1f)]
    [InlineData("BF16", "c0ff", float.NaN)]
    public void Each_width_of_float_is_widened_by_its_own_rule(string type, string hex, float expected)
    {
        var bytes = Convert.FromHexString(hex);
        var path = Raw($$$"""{"t":{"dtype":"{{{type}}}","shape":[1],"data_offsets":[0,{{{bytes.Length}}}]}}""", bytes);

        using var file = SafeTensorsFile.Open(path);

        Assert.Equal([expected], file.ReadFloat32("t"));
        var row = new float[1];
        file.ReadRows("t", 0, row);
        Assert.Equal([expected], row);
    }

    [Fact]
    public void Rows_are_read_from_the_middle()
    {
        var path = Path.Combine(_folder, "rows.safetensors");
        SafeTensorsFile.Write(
            path,
            [
                new NamedTensor("first", [1], new float[] { 9 }),
                new NamedTensor("t", [3, 2], new float[] { 0, 1, 2, 3, 4, 5 }),
            ]
        );
        using var file = SafeTensorsFile.Open(path);
        var values = new float[4];

        file.ReadRows("t", 1, values);

        Assert.Equal([2, 3, 4, 5], values);
        Assert.Throws<ArgumentOutOfRangeException>(() => file.ReadRows("t", 2, values));
        Assert.Throws<ArgumentOutOfRangeException>(() => file.ReadRows("t", -1, values));
    }

    [Theory]
    [InlineData("""{"a\ud800":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}""", "not JSON")]
    [InlineData(""" {"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}""", "not JSON")]
    [InlineData("""{"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]}} x""", "not JSON")]
    [InlineData("""{"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]}""", "not JSON")]
    [InlineData(
        """{"a":{"dtype":"F32","dtype":"F32","shape":[],"data_offsets":[0,4]}}""",
        "duplicate key \"dtype\" in the entry of \"a\""
    )]
    [InlineData("""{"a":{"dtype":"F32","shape":[1.0],"data_offsets":[0,4]}}""", "not valid")]
    [InlineData("""{"a":{"dtype":"F32","shape":[],"data_offsets":[0]}}""", "bad offsets")]
    [InlineData("""{"a":{"dtype":"F4","shape":[9],"data_offsets":[0,4]}}""", "shape does not match")]
    [InlineData(
        """{"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]},"__metadata__":{"k":"1","k":"2"}}""",
        "duplicate key \"k\""
    )]
    [InlineData("""{"a":[]}""", "is not an object")]
    public void A_header_with_one_fault_is_refused_for_it(string header, string reason)
    {
        var path = Raw(header, new byte[4]);

        var error = Assert.Throws<InputException>(() => SafeTensorsFile.Open(path).Dispose());

        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Four_bit_numbers_have_their_place_though_nobody_reads_them()
    {
        var path = Raw("""{"a":{"dtype":"F4","shape":[8],"data_offsets":[0,4],"later":{"x":[1]}}}""", [1, 2, 3, 4]);

        using var file = SafeTensorsFile.Open(path);

        Assert.Equal([1, 2, 3, 4], file.ReadBytes("a"));
        var error = Assert.Throws<InputException>(() => file.ReadFloat32("a"));
        Assert.Contains("\"a\" holds F4", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tensor_or_file_that_is_not_there_is_named()
    {
        var path = Raw("{}", []);
        using var file = SafeTensorsFile.Open(path);

        Assert.Contains(
            "\"who\"",
            Assert.Throws<InputException>(() => file.ReadFloat32("who")).Message,
            StringComparison.Ordinal
        );
        var nowhere = Path.Combine(_folder, "nowhere.safetensors");
        Assert.Contains(
            nowhere,
            Assert.Throws<InputException>(() => SafeTensorsFile.ReadHeader(nowhere)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void What_would_not_be_a_valid_file_is_not_written()
    {
        using var stream = new MemoryStream();
        var good = new NamedTensor("a", [1], new float[1]);

        Assert.Throws<ArgumentException>(() => SafeTensorsFile.Write(stream, [good, good]));
        Assert.Throws<ArgumentException>(() => SafeTensorsFile.Write(stream, [good with { Shape = [2] }]));
        Assert.Throws<ArgumentException>(() => SafeTensorsFile.Write(stream, [good with { Shape = [-1, -1] }]));
        Assert.Throws<ArgumentException>(() => SafeTensorsFile.Write(stream, [good with { Name = "__metadata__" }]));
        Assert.Equal(0, stream.Length);
    }

    [Fact]
    public void Every_type_has_one_name_and_finds_back()
    {
        var types = Enum.GetValues<TensorType>();

        Assert.All(types, type => Assert.Equal(type, TensorTypes.FromSafeTensorsName(type.SafeTensorsName())));
        Assert.Equal(types.Length, types.Select(TensorTypes.SafeTensorsName).Distinct().Count());
        Assert.Null(TensorTypes.FromSafeTensorsName("f32"));
        Assert.Equal(
            (64, 16, 8, 6, 4),
            (
                TensorType.Float64.Bits(),
                TensorType.BFloat16.Bits(),
                TensorType.Boolean.Bits(),
                TensorType.Float6E2M3.Bits(),
                TensorType.Float4.Bits()
            )
        );
    }

    private string Raw(string header, byte[] data)
    {
        var text = Encoding.UTF8.GetBytes(header);
        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, text.Length);
        var path = Path.Combine(_folder, "raw.safetensors");
        File.WriteAllBytes(path, [.. length, .. text, .. data]);
        return path;
    }
}
