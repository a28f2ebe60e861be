using System.Numerics.Tensors;
using Microsoft.ML.OnnxRuntime;
using Semblance.Imaging.Formats;
using Semblance.Models.Catalog;
using Semblance.Models.Devices;
using Semblance.Models.Encoders;
using Semblance.Models.Graphs;
using Semblance.Models.Tests.Encoders;

namespace Semblance.Models.Tests.Devices;

public sealed class DeviceTests
{
    [Theory]
    [InlineData("cpu", DeviceKind.Cpu, 0, "cpu")]
    [InlineData("cuda", DeviceKind.Cuda, 0, "cuda:0")]
    [InlineData("cuda:3", DeviceKind.Cuda, 3, "cuda:3")]
    [InlineData("coreml", DeviceKind.CoreML, 0, "coreml")]
    [InlineData("webgpu", DeviceKind.WebGpu, 0, "webgpu")]
    public void Names_are_read_and_said(string text, DeviceKind kind, int number, string said)
    {
        var device = Device.Parse(text);
        Assert.Equal(new Device(kind, number), device);
        Assert.Equal(said, $"{device}");
    }

    [Theory]
    [InlineData("")]
    [InlineData("CUDA")]
    [InlineData("cuda:")]
    [InlineData("cuda:-1")]
    [InlineData("cuda:0,1")]
    [InlineData("cuda:99999999999")]
    [InlineData("cpu:0")]
    [InlineData("auto")]
    [InlineData("gpu")]
    public void Other_texts_are_no_device(string text) => Assert.Null(Device.Parse(text));

    [Fact]
    public void An_unknown_name_is_told_with_all_names()
    {
        var fault = Assert.Throws<UsageException>(() => DeviceCatalog.Find("gpu"));
        Assert.Equal(
            "There is no device 'gpu'; the names are auto, cpu, cuda, cuda:N, cuda:N,M, coreml, webgpu.",
            fault.Message
        );
    }

    [Fact]
    public void Auto_is_the_first_device_that_is_here_and_all_others_have_a_sentence()
    {
        var all = DeviceCatalog.All();
        Assert.Equal(all.First(state => state.Lacks is null).Device, DeviceCatalog.Find("auto"));
        Assert.Equal(new DeviceState(new Device(DeviceKind.Cpu), null), all[^1]);
        Assert.Equal(Enum.GetValues<DeviceKind>().Length, all.Count);
        Assert.All(
            all.Where(state => state.Lacks is not null),
            state =>
            {
                Assert.StartsWith($"{state.Device} ", state.Lacks, StringComparison.Ordinal);
                Assert.EndsWith(".", state.Lacks, StringComparison.Ordinal);
                Assert.DoesNotContain('\n', state.Lacks!);
            }
        );
    }

    [Theory]
    [InlineData(DeviceKind.Cuda, "CUDAExecutionProvider")]
    [InlineData(DeviceKind.CoreML, "CoreMLExecutionProvider")]
    [InlineData(DeviceKind.WebGpu, "WebGpuExecutionProvider")]
    public void What_the_build_lacks_ends_a_network_that_names_it_and_none_falls_back(DeviceKind kind, string provider)
    {
        Assert.SkipWhen(Has(provider), "This build of ONNX Runtime has it.");
        using var encoder = EncoderCatalog.Open("builtin", new EncoderOptions { Device = new Device(kind) });
        var fault = Assert.Throws<ResourceException>(() =>
            encoder.Encode(new float[encoder.InputLength], 1, new float[encoder.Identity.Dimension])
        );
        Assert.Equal($"{new Device(kind)} is not here: {ExecutionProvider.NotInBuild(kind)}", fault.Message);
    }

    [Theory]
    // As ONNX Runtime 1.31.0 with CUDA says it on a machine without CUDA.
    [InlineData(
        "[ErrorCode:Fail] /src/provider_bridge_ort.cc:2043 onnxruntime::Provider& onnxruntime::ProviderLibrary::Get() [ONNXRuntimeError] : 1 : FAIL : Failed to load library /a/libonnxruntime_providers_cuda.so with error: libcublasLt.so.13: cannot open shared object file: No such file or directory\n",
        "the library libcublasLt.so.13 is missing; install CUDA 13 and cuDNN 9 where the system's loader finds them."
    )]
    [InlineData(
        "[ErrorCode:Fail] CUDA failure 35: CUDA driver version is insufficient for CUDA runtime version ; GPU=0",
        "the graphics driver is too old for CUDA 13; install a newer one."
    )]
    [InlineData(
        "[ErrorCode:Fail] CUDA failure 101: invalid device ordinal ; GPU=7",
        "there is no such graphics card; `nvidia-smi` lists those that the driver knows."
    )]
    [InlineData(
        "[ErrorCode:RuntimeException] Non-zero status code returned: CUDA failure 2: out of memory",
        "its memory is full; end what else uses it, or calculate in fp16."
    )]
    [InlineData("[ErrorCode:Fail] Something else.\nmore", "ONNX Runtime says \"Something else\"; see docs/devices.md.")]
    public void What_the_runtime_says_becomes_a_sentence_with_what_to_do(string message, string sentence) =>
        Assert.Equal(sentence, ExecutionProvider.Reason(message));

    [Fact]
    public void The_identity_of_the_processor_stays_and_that_of_a_device_has_its_precision()
    {
        var version = typeof(InferenceSession).Assembly.GetName().Version!.ToString(3);
        using var usual = EncoderCatalog.Open("builtin");
        using var named = EncoderCatalog.Open("builtin", new EncoderOptions { Device = new Device(DeviceKind.Cpu) });
        using var first = EncoderCatalog.Open("builtin", new EncoderOptions { Device = new Device(DeviceKind.Cuda) });
        using var other = EncoderCatalog.Open(
            "builtin",
            new EncoderOptions { Device = new Device(DeviceKind.Cuda, 1) }
        );
        Assert.Equal($"onnxruntime {version} cpu, batches of 4; {ImageDecoder.Version}", usual.Identity.Runtime);
        Assert.Equal(usual.Identity, named.Identity);
        Assert.Equal($"onnxruntime {version} cuda fp32, batches of 4; {ImageDecoder.Version}", first.Identity.Runtime);
        Assert.Equal(first.Identity, other.Identity);
    }

    [Fact]
    public void Precision_is_in_the_identity_beside_the_device()
    {
        var version = typeof(InferenceSession).Assembly.GetName().Version!.ToString(3);
        using var usual = EncoderCatalog.Open("builtin");
        using var half = EncoderCatalog.Open("builtin", new EncoderOptions { Precision = Precision.Fp16 });
        using var card = EncoderCatalog.Open(
            "builtin",
            new EncoderOptions { Precision = Precision.Bf16, Device = new Device(DeviceKind.Cuda, 3) }
        );
        Assert.Equal("fp32 (weights fp16 and fp32)", usual.Identity.Precision);
        Assert.Equal("fp16 (weights fp16 and fp32)", half.Identity.Precision);
        Assert.StartsWith($"onnxruntime {version} cpu fp16, ", half.Identity.Runtime, StringComparison.Ordinal);
        Assert.StartsWith($"onnxruntime {version} cuda bf16, ", card.Identity.Runtime, StringComparison.Ordinal);
        Assert.NotEqual(usual.Identity.Key, half.Identity.Key);
    }

    [Theory]
    [InlineData("cuda:0,1", "cuda:0 cuda:1")]
    [InlineData("cuda:3,1,2", "cuda:3 cuda:1 cuda:2")]
    [InlineData("cuda:1", "cuda:1")]
    public void Several_cards_are_read(string text, string said)
    {
        Assert.True(DeviceCatalog.IsName(text));
        Assert.Equal(said, string.Join(' ', DeviceCatalog.FindAll(text)));
    }

    [Theory]
    [InlineData("cuda:0,0")]
    [InlineData("cuda:0,")]
    [InlineData("cuda:,")]
    [InlineData("cuda:0,cpu")]
    [InlineData("cpu,cpu")]
    public void Other_lists_are_none(string text)
    {
        Assert.False(DeviceCatalog.IsName(text));
        Assert.Throws<UsageException>(() => DeviceCatalog.FindAll(text));
    }

    [Fact]
    public void Two_devices_embed_as_one_does_to_the_bit()
    {
        using var one = EncoderCatalog.Open("builtin", new EncoderOptions { Threads = 2 });
        using var two = EncoderCatalog.Open(
            "builtin",
            new EncoderOptions { Threads = 2, FurtherDevices = [new Device(DeviceKind.Cpu)] }
        );
        Assert.Equal(2 * one.Lanes, two.Lanes);
        Assert.Equal(one.Identity, two.Identity);
        var pixels = new float[9 * one.InputLength];
        var random = new Random(2);
        foreach (ref var value in pixels.AsSpan())
        {
            value = random.NextSingle();
        }

        var (expected, vectors) = (new float[9 * one.Identity.Dimension], new float[9 * one.Identity.Dimension]);
        one.Encode(pixels, 9, expected);
        Parallel.For(
            0,
            3,
            new ParallelOptions { MaxDegreeOfParallelism = two.Lanes },
            i =>
                two.Encode(
                    pixels.AsMemory(i * 3 * one.InputLength),
                    3,
                    vectors.AsMemory(i * 3 * one.Identity.Dimension, 3 * one.Identity.Dimension)
                )
        );
        Assert.Equal(expected, vectors);
    }

    [Theory]
    [InlineData("builtin")]
    [InlineData("clip")]
    public void Vectors_in_half_precision_are_near_those_in_single_and_no_others(string name)
    {
        var model =
            name == "builtin"
                ? name
                : Fixtures.At([
                    "clip",
                    Fixtures
                        .Cases("clip")
                        .Select(row => row.Data)
                        .First(one => new Golden("clip", one).HasInput("pixel_values")),
                    "model",
                ]);
        var (single, half) = (Vector(model, Precision.Fp32), Vector(model, Precision.Fp16));
        Assert.NotEqual(single, half);
        Assert.InRange(TensorPrimitives.CosineSimilarity(single, half), 0.9999f, 1f);
    }

    private static float[] Vector(string model, Precision precision)
    {
        using var encoder = EncoderCatalog.Open(model, new EncoderOptions { Precision = precision });
        var pixels = new float[encoder.InputLength];
        var random = new Random(5);
        foreach (ref var value in pixels.AsSpan())
        {
            value = (2 * random.NextSingle()) - 1;
        }

        var vector = new float[encoder.Identity.Dimension];
        encoder.Encode(pixels, 1, vector);
        return vector;
    }

    [Fact]
    public void The_processor_has_fp32_and_fp16()
    {
        Assert.Equal([Precision.Fp32, Precision.Fp16], DeviceCatalog.PrecisionsOf(default));
        var fault = Assert.Throws<ResourceException>(() => DeviceCatalog.Require(default, Precision.Bf16));
        Assert.Contains("take another precision", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("fp32", Precision.Fp32)]
    [InlineData("fp16", Precision.Fp16)]
    [InlineData("bf16", Precision.Bf16)]
    [InlineData("FP16", null)]
    [InlineData("1", null)]
    public void Precisions_are_read_and_said(string text, Precision? precision)
    {
        Assert.Equal(precision, PrecisionNames.Parse(text));
        Assert.Equal(precision is null ? null : text, precision?.Word());
    }

    private static bool Has(string provider) => OrtEnv.Instance().GetAvailableProviders().Contains(provider);
}
