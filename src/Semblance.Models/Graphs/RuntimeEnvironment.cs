using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace Semblance.Models.Graphs;

/// <summary>
/// ONNX Runtime as this program needs it, set up before the first session: it sends no telemetry, and its memory grows by
/// what is asked for.
/// </summary>
internal static partial class RuntimeEnvironment
{
    // The published builds send events to Microsoft and keep a device id in the user's cache folder. Calls that turn
    // this off come too late, after the environment has been made; the variable is read before.
    private const string TelemetryOff = "ORT_DISABLE_TELEMETRY";

    private static readonly Lazy<bool> Ready = new(() =>
    {
        if (OperatingSystem.IsWindows())
        {
            Environment.SetEnvironmentVariable(TelemetryOff, "1");
        }
        else
        {
            // .NET keeps its own copy of the variables on Unix, which native code does not see.
            _ = SetVariable(TelemetryOff, "1", overwrite: 1);
        }

        var environment = OrtEnv.Instance();
        environment.DisableTelemetryEvents();

        // The default of each session doubles its memory every time: a U-Net of 3.4 GB then takes 7.3 GB.
        const int GrowAsAsked = 1;
        using var settings = new OrtArenaCfg(
            maxMemory: 0,
            GrowAsAsked,
            initialChunkSizeBytes: -1,
            maxDeadBytesPerChunk: -1
        );
        // OrtMemoryInfo.DefaultInstance would be taken for plain malloc, and glibc's finds no place for an aligned block
        // where one of its own size was freed: a step of PixArt at 512x512 then leaves 0.8 GB behind.
        using var memory = new OrtMemoryInfo(
            OrtMemoryInfo.allocatorCPU,
            OrtAllocatorType.ArenaAllocator,
            0,
            OrtMemType.Default
        );
        environment.CreateAndRegisterAllocator(memory, settings);
        KeepFreedWeights();
        return true;
    });

    /// <summary>Sets ONNX Runtime up; after the first call nothing more happens.</summary>
    public static void Prepare() => _ = Ready.Value;

    /// <summary>
    /// Gives memory that was freed back to the system, where malloc is glibc's. It keeps what lies below blocks still in
    /// use, and takes more for the next tensors of some megabytes instead of fitting them in there: every image that is
    /// decoded would leave some behind.
    /// </summary>
    public static void ReleaseFreed()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        try
        {
            _ = TrimMalloc(keep: 0);
        }
        catch (EntryPointNotFoundException)
        {
            // musl's malloc has no such call, and does not keep freed memory either.
        }
    }

    /// <summary>
    /// Loading a network widens all its weights, then packs one after another. glibc takes every large block from the
    /// system and gives it back, until one has been freed; then it keeps those of up to that size (32 MiB at most) for
    /// the next. With one freed beforehand, PixArt is loaded in 2.5 s instead of 3.1 s.
    /// </summary>
    private static unsafe void KeepFreedWeights()
    {
        const int LargestKept = (32 << 20) - (64 << 10);
        NativeMemory.Free(NativeMemory.Alloc(LargestKept));
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int TrimMalloc(nuint keep);

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
