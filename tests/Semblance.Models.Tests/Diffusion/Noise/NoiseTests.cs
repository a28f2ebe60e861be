using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using Semblance.Models.Checkpoints;
using Semblance.Models.Diffusion.Noise;
using Semblance.Tensors;

namespace Semblance.Models.Tests.Diffusion.Noise;

public sealed class NoiseTests
{
    [Fact]
    public void Cpu_draws_have_the_bits_of_torch()
    {
        var expected = Checkpoint.Open(Area("cpu-float32", "expected.safetensors"));
        Assert.NotEmpty(expected.Tensors);
        foreach (var entry in expected.Tensors.Values)
        {
            var seed = long.Parse(entry.Name.Split('/')[0]);
            var actual = Draw(NoiseGenerator.Create(NoiseKind.Cpu, seed), (int)entry.Count);
            Assert.Equal(Bits(expected.ReadFloat32(entry.Name)), Bits(actual));
        }
    }

    [Fact]
    public void Cpu_draws_of_whole_images_have_the_bits_of_torch()
    {
        foreach (var row in Rows("cpu-float32", "large.json", "draws"))
        {
            var actual = Draw(NoiseGenerator.Create(NoiseKind.Cpu, Seed(row)), Count(row));
            Assert.Equal(row.GetProperty("sha256").GetString(), Sha256(MemoryMarshal.AsBytes(actual.AsSpan())));
        }
    }

    [Fact]
    public void Successive_cpu_draws_go_on_as_torch_does()
    {
        foreach (var row in Rows("cpu-float32", "sequences.json", "sequences"))
        {
            var noise = NoiseGenerator.Create(NoiseKind.Cpu, Seed(row));
            foreach (var draw in row.GetProperty("draws").EnumerateArray())
            {
                var expected = draw.EnumerateArray()
                    .Select(bits => uint.Parse(bits.GetString()!, NumberStyles.HexNumber));
                Assert.Equal(expected, Bits(Draw(noise, draw.GetArrayLength())));
            }
        }
    }

    [Fact]
    public void Half_precision_draws_have_the_bits_of_torch()
    {
        foreach (var row in Rows("cpu-half", "draws.json", "draws"))
        {
            var half = row.GetProperty("dtype").GetString() == "float16";
            var actual = Draw(
                NoiseGenerator.Create(NoiseKind.Cpu, Seed(row)),
                Count(row),
                half ? TensorType.Float16 : TensorType.BFloat16
            );
            var bits = actual
                .Select(value =>
                    half
                        ? BitConverter.HalfToUInt16Bits((Half)value)
                        : (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16)
                )
                .ToArray();
            Assert.Equal(row.GetProperty("sha256").GetString(), Sha256(MemoryMarshal.AsBytes(bits.AsSpan())));
        }
    }

    [Fact]
    public void Philox_gives_the_published_words()
    {
        foreach (var row in Rows("philox-vectors", "vectors.json", "philox4x32-10"))
        {
            var (c, k, w) = (Words(row, "counter"), Words(row, "key"), Words(row, "output"));
            Assert.Equal((w[0], w[1], w[2], w[3]), Philox.Words((c[0], c[1], c[2], c[3]), (k[0], k[1])));
        }
    }

    [Fact]
    public void Cuda_draws_are_those_of_a_device()
    {
        Assert.SkipUnless(File.Exists(Area("cuda-float32", "expected.safetensors")), "No such case.");
        var expected = Checkpoint.Open(Area("cuda-float32", "expected.safetensors"));
        Assert.NotEmpty(expected.Tensors);
        foreach (var entry in expected.Tensors.Values)
        {
            // arithmetic/seed/shape/drawN; the arithmetic of a GPU is another, which the stated tolerance covers.
            var name = entry.Name.Split('/');
            var noise = NoiseGenerator.Create(NoiseKind.Cuda, long.Parse(name[1]));
            var draws = int.Parse(name[3]["draw".Length..]);
            for (var i = 0; i < draws; i++)
            {
                Draw(noise, (int)entry.Count);
            }

            AssertClose(
                expected.ReadFloat32(entry.Name),
                Draw(noise, (int)entry.Count),
                name[0] == "float64" ? 0 : 2e-6
            );
        }
    }

    [Fact]
    public void Cuda_draws_of_whole_images_are_those_of_a_device()
    {
        foreach (var row in Rows("cuda-float32", "draws.json", "draws"))
        {
            var threads = row.GetProperty("threads");
            int? width = threads.ValueKind == JsonValueKind.Null ? null : threads.GetInt32();
            var noise = new CudaNoise(Seed(row), width);
            var actual = Array.Empty<float>();
            for (var i = 0; i <= row.GetProperty("draw").GetInt32(); i++)
            {
                actual = Draw(noise, Count(row));
            }

            var expected = row.GetProperty("float64");
            AssertClose(Floats(expected.GetProperty("first")), actual[..64], 0);
            AssertClose(Floats(expected.GetProperty("last")), actual[^64..], 0);
            if (width is { } at)
            {
                AssertClose(Floats(expected.GetProperty("at_threads")), actual.AsSpan(at, 64).ToArray(), 0);
            }
        }
    }

    [Theory]
    [InlineData(NoiseKind.Cpu)]
    [InlineData(NoiseKind.Cuda)]
    public void Noise_is_standard_normal_and_depends_on_the_seed(NoiseKind kind)
    {
        var values = Draw(NoiseGenerator.Create(kind, 7), 40_000);
        var mean = values.Average(v => (double)v);
        Assert.InRange(mean, -0.02, 0.02);
        Assert.InRange(values.Average(v => (v - mean) * (v - mean)), 0.97, 1.03);
        Assert.Equal(values, Draw(NoiseGenerator.Create(kind, 7), 40_000));
        Assert.NotEqual(values, Draw(NoiseGenerator.Create(kind, 8), 40_000));
        Assert.Equal(
            kind == NoiseKind.Cpu,
            values.SequenceEqual(Draw(NoiseGenerator.Create(kind, 7 + (1L << 32)), 40_000))
        );
    }

    private static float[] Draw(NoiseGenerator noise, int count, TensorType type = TensorType.Float32)
    {
        var values = new float[count];
        noise.Fill(values, type);
        return values;
    }

    /// <summary>Equal to one unit in the last place and, where it is given, a further difference.</summary>
    private static void AssertClose(float[] expected, float[] actual, double further)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            var unit = MathF.BitIncrement(MathF.Abs(expected[i])) - MathF.Abs(expected[i]);
            // Near 0 a radius is the root of a logarithm near 0, where single precision is coarse.
            var allowed = further > 0 && Math.Abs(expected[i]) < 2e-3 ? 5e-4 : further + unit;
            Assert.InRange(Math.Abs(expected[i] - actual[i]), 0, allowed);
        }
    }

    private static string Area(string folder, string file) => Fixtures.At("noise", folder, file);

    private static List<JsonElement> Rows(string folder, string file, string key)
    {
        Assert.SkipUnless(File.Exists(Area(folder, file)), "This fixture root has no such file.");
        using var json = JsonDocument.Parse(File.ReadAllText(Area(folder, file)));
        var rows = json.RootElement.Clone().GetProperty(key).EnumerateArray().ToList();
        Assert.NotEmpty(rows);
        return rows;
    }

    private static long Seed(JsonElement row) => row.GetProperty("seed").GetInt64();

    private static int Count(JsonElement row) =>
        row.GetProperty("shape").EnumerateArray().Aggregate(1, (product, size) => product * size.GetInt32());

    private static float[] Floats(JsonElement list) => [.. list.EnumerateArray().Select(v => v.GetSingle())];

    private static uint[] Words(JsonElement row, string key) =>
        [.. row.GetProperty(key).EnumerateArray().Select(w => uint.Parse(w.GetString()!, NumberStyles.HexNumber))];

    private static uint[] Bits(float[] values) => [.. values.Select(BitConverter.SingleToUInt32Bits)];

    private static string Sha256(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
