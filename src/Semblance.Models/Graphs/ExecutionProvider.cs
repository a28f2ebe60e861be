using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using Semblance.Models.Devices;

namespace Semblance.Models.Graphs;

/// <summary>ONNX Runtime's execution providers: the only place where a session gets a device, and where a fault of one gets words.</summary>
internal static class ExecutionProvider
{
    /// <summary>Lets a session run on a device. The processor needs nothing: it is below every other.</summary>
    /// <exception cref="ResourceException">This build or machine does not have it; the sentence says why, and what to do.</exception>
    public static void Add(SessionOptions options, Device device)
    {
        if (device.Kind == DeviceKind.Cpu)
        {
            return;
        }

        RuntimeEnvironment.Prepare();
        var environment = OrtEnv.Instance();
        if (!environment.GetAvailableProviders().Contains(NameOf(device.Kind), StringComparer.Ordinal))
        {
            throw new ResourceException($"{device} is not here: {NotInBuild(device.Kind)}");
        }

        var level = environment.EnvLogLevel;
        // It would write the fault to standard error beside telling us.
        environment.EnvLogLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL;
        try
        {
            Append(options, device);
        }
        catch (OnnxRuntimeException fault)
        {
            throw Fault(device, fault);
        }
        finally
        {
            environment.EnvLogLevel = level;
        }
    }

    /// <summary>What ONNX Runtime says of a device, in a sentence that says what to do.</summary>
    public static ResourceException Fault(Device device, OnnxRuntimeException fault) =>
        new($"{device} cannot be used: {Reason(fault.Message)}", fault);

    /// <summary>The operator that a device has not got for a type, where ONNX Runtime says so; null for any other fault.</summary>
    internal static string? Lacking(string message) =>
        Between(message, "Could not find an implementation for ", "(")
        ?? (
            message.Contains("Type Error: Type '", StringComparison.Ordinal)
                ? Between(message, "of operator (", ")")
                : null
        );

    /// <summary>Why a build has no such device.</summary>
    internal static string NotInBuild(DeviceKind kind) =>
        kind switch
        {
            DeviceKind.Cuda =>
                "this build has ONNX Runtime without CUDA; build the program with -p:OnnxRuntime=Cuda, for Linux or Windows on x64.",
            DeviceKind.CoreML =>
                "this build has ONNX Runtime without CoreML, which only its package for macOS has; run the program on a Mac.",
            _ =>
                "this build has ONNX Runtime without WebGPU, which only its package for macOS has; run the program on a Mac.",
        };

    /// <summary>ONNX Runtime's own words without source files and functions, and what helps against the usual ones.</summary>
    internal static string Reason(string message)
    {
        var line = message.ReplaceLineEndings("\n").Split('\n', 2)[0].Trim();
        if (After(line, "with error: ") is { } loading)
        {
            return loading.IndexOf(": cannot open shared object file", StringComparison.Ordinal) is > 0 and var end
                ? $"the library {loading[..end]} is missing; install CUDA 13 and cuDNN 9 where the system's loader finds them."
                : $"its library cannot be loaded ({Ended(loading)}); install CUDA 13 and cuDNN 9 where the system's loader finds them.";
        }

        if (line.Contains("driver version is insufficient", StringComparison.Ordinal))
        {
            return "the graphics driver is too old for CUDA 13; install a newer one.";
        }

        if (
            line.Contains("no CUDA-capable device", StringComparison.Ordinal)
            || line.Contains("invalid device ordinal", StringComparison.Ordinal)
        )
        {
            return "there is no such graphics card; `nvidia-smi` lists those that the driver knows.";
        }

        if (IsFull(line))
        {
            return "its memory is full; end what else uses it, or calculate in fp16.";
        }

        return $"ONNX Runtime says \"{Ended(After(line, "] : ") ?? After(line, "] ") ?? line)}\"; see docs/devices.md.";
    }

    /// <summary>Whether a fault is that a device's memory is full.</summary>
    public static bool IsFull(ResourceException fault) =>
        fault.InnerException is OnnxRuntimeException inner && IsFull(inner.Message);

    private static bool IsFull(string message) =>
        message.Contains("out of memory", StringComparison.OrdinalIgnoreCase)
        || message.Contains("Failed to allocate memory", StringComparison.Ordinal);

    private static void Append(SessionOptions options, Device device)
    {
        switch (device.Kind)
        {
            case DeviceKind.Cuda:
                using (var cuda = new OrtCUDAProviderOptions())
                {
                    cuda.UpdateOptions(
                        new Dictionary<string, string>
                        {
                            ["device_id"] = device.Number.ToString(CultureInfo.InvariantCulture),
                            // Otherwise products are rounded to ten bits, and called fp32 all the same.
                            ["use_tf32"] = "0",
                            // The usual choice is by measuring, and another way of a convolution has other last bits.
                            ["cudnn_conv_algo_search"] = "HEURISTIC",
                            // As on the processor, see RuntimeEnvironment.
                            ["arena_extend_strategy"] = "kSameAsRequested",
                        }
                    );
                    options.AppendExecutionProvider_CUDA(cuda);
                }

                break;
            case DeviceKind.CoreML:
                // A program keeps the types of its tensors; the older form computes in half precision where it likes.
                options.AppendExecutionProvider(
                    "CoreML",
                    new Dictionary<string, string> { ["ModelFormat"] = "MLProgram" }
                );
                break;
            default:
                options.AppendExecutionProvider("WebGPU", []);
                break;
        }
    }

    private static string NameOf(DeviceKind kind) =>
        kind switch
        {
            DeviceKind.Cuda => "CUDAExecutionProvider",
            DeviceKind.CoreML => "CoreMLExecutionProvider",
            _ => "WebGpuExecutionProvider",
        };

    private static string? After(string text, string mark) =>
        text.LastIndexOf(mark, StringComparison.Ordinal) is >= 0 and var at ? text[(at + mark.Length)..] : null;

    private static string? Between(string text, string before, string behind) =>
        text.IndexOf(before, StringComparison.Ordinal) is >= 0 and var at
        && text.IndexOf(behind, at + before.Length, StringComparison.Ordinal) is >= 0 and var end
            ? text[(at + before.Length)..end]
            : null;

    private static string Ended(string words) => words.Trim().TrimEnd('.');
}
