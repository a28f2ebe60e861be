using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace Semblance.Models.Graphs;

/// <summary>
/// ONNX Runtime as this program wants it, set up before the first session: it reports to nobody, and its memory grows by
/// what is asked for.
/// </summary>
internal static partial class RuntimeEnvironment
{
    // The published builds send events to Microsoft and keep a device id in the user's cache folder. Calls that turn
    // this off come too late, after the environment has been made; the variable is read before.
    private const string TelemetryOff = "ORT_DISABLE_TELEMETRY";

    private static readonly Lazy<bool> _ready = new(() =>
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

        // The default of each session doubles its memory every time, which took a U-Net from 4.2 GB to 7.3 GB and a
        // decode from 1.6 GB to 3.3 GB, and saved no time.
        const int GrowAsAsked = 1;
        using var settings = new OrtArenaCfg(
            maxMemory: 0,
            GrowAsAsked,
            initialChunkSizeBytes: -1,
            maxDeadBytesPerChunk: -1
        );
        environment.CreateAndRegisterAllocator(OrtMemoryInfo.DefaultInstance, settings);
        return true;
    });

    /// <summary>Sets it up, once.</summary>
    public static void Prepare() => _ = _ready.Value;

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
