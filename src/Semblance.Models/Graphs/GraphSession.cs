using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Semblance.Models.Checkpoints;
using Semblance.Models.Devices;

namespace Semblance.Models.Graphs;

/// <summary>A tensor handed to or received from <see cref="GraphSession"/>.</summary>
/// <param name="Name">Of the graph's input or output.</param>
/// <param name="Value">The numbers; disposed of by <see cref="GraphSession"/>.</param>
internal readonly record struct Feed(string Name, OrtValue Value)
{
    /// <summary>Refers to <paramref name="values"/> without copying them; they must stay as they are while the graph runs.</summary>
    public static Feed Of<T>(string name, ReadOnlyMemory<T> values, params ReadOnlySpan<long> shape)
        where T : unmanaged =>
        new(
            name,
            OrtValue.CreateTensorValueFromMemory(
                OrtMemoryInfo.DefaultInstance,
                MemoryMarshal.AsMemory(values),
                shape.ToArray()
            )
        );
}

/// <summary>A graph made ready to run on ONNX Runtime.</summary>
internal sealed class GraphSession : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _options = new();
    private readonly string _source;
    private readonly Device _device;
    private readonly Precision _precision;
    private readonly ReadTensors? _read;

    /// <summary>Optimises the graph and loads its weights.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="threads">Threads within one operator; 0 for one per physical core.</param>
    /// <param name="workload">What kind of network it is.</param>
    /// <param name="device">What it runs on.</param>
    /// <exception cref="InputException">ONNX Runtime refuses the graph.</exception>
    /// <exception cref="ResourceException">The device is not here, or fails.</exception>
    public GraphSession(Graph graph, int threads = 0, Workload workload = Workload.Encoder, Device device = default)
        : this(
            graph.Source,
            threads,
            workload,
            device,
            graph.Folder,
            options => new InferenceSession(graph.Model, options),
            WeightMapping.IsOn ? [] : graph.Stored,
            graph.Precision
        ) { }

    /// <summary>Loads a .onnx file as it is.</summary>
    /// <param name="path">The file.</param>
    /// <param name="threads">Threads within one operator; 0 for one per physical core.</param>
    /// <param name="device">What it runs on.</param>
    /// <param name="files">Those that its tensors name, by their names and where they lie; none to have them mapped.</param>
    /// <exception cref="InputException">ONNX Runtime refuses the file.</exception>
    /// <exception cref="ResourceException">The device is not here, or fails.</exception>
    public GraphSession(
        string path,
        int threads = 0,
        Device device = default,
        IReadOnlyList<(string Location, string File)>? files = null
    )
        : this(
            path,
            threads,
            Workload.Encoder,
            device,
            folder: "",
            options =>
            {
                using var read = files is { Count: > 0 } ? ReadFiles.Lend(files, options) : null;
                return new InferenceSession(path, options);
            }
        ) { }

    private GraphSession(
        string source,
        int threads,
        Workload workload,
        Device device,
        string folder,
        Func<SessionOptions, InferenceSession> load,
        IReadOnlyList<StoredTensor>? read = null,
        Precision precision = default
    )
    {
        (_source, _device, _precision) = (source, device, precision);
        using var options = Options(threads, workload);
        ExecutionProvider.Add(options, device);
        if (folder.Length > 0)
        {
            options.AddSessionConfigEntry("session.model_external_initializers_file_folder_path", folder);
        }

        _read = read is { Count: > 0 } ? ReadTensors.Lend(read, options) : null;
        try
        {
            _session = Guarded("load", () => load(options));
        }
        catch
        {
            _read?.Dispose();
            throw;
        }
    }

    /// <summary>Names and sizes of the inputs; an open size is -1.</summary>
    public IReadOnlyDictionary<string, NodeMetadata> Inputs => _session.InputMetadata;

    /// <summary>Names and sizes of the outputs; an open size is -1.</summary>
    public IReadOnlyDictionary<string, NodeMetadata> Outputs => _session.OutputMetadata;

    /// <summary>Runs the graph into memory that the caller owns, and disposes of the feeds (not of the memory).</summary>
    /// <exception cref="InputException">ONNX Runtime fails, for example because sizes do not fit.</exception>
    public void Run(IReadOnlyList<Feed> inputs, IReadOnlyList<Feed> outputs) =>
        Guarded(
            "run",
            () =>
            {
                _session.Run(_options, Names(inputs), Values(inputs), Names(outputs), Values(outputs));
                return true;
            },
            [.. inputs, .. outputs]
        );

    /// <summary>Runs the graph and copies one float output, whatever its shape.</summary>
    /// <exception cref="InputException">ONNX Runtime fails, for example because sizes do not fit.</exception>
    public float[] Run(IReadOnlyList<Feed> inputs, string output) =>
        Guarded(
            "run",
            () =>
            {
                using var results = _session.Run(_options, Names(inputs), Values(inputs), [output]);
                return results[0].GetTensorDataAsSpan<float>().ToArray();
            },
            [.. inputs]
        );

    /// <summary>Readies runs that have inputs in common.</summary>
    public BoundRun Bind() => new(this, _session.CreateIoBinding());

    /// <summary>Runs the graph on what is bound.</summary>
    /// <exception cref="InputException">ONNX Runtime fails, for example because an input is missing.</exception>
    internal void Run(OrtIoBinding binding) =>
        Guard(
            "run",
            () =>
            {
                binding.SynchronizeBoundInputs();
                _session.RunWithBinding(_options, binding);
                binding.SynchronizeBoundOutputs();
            }
        );

    /// <summary>Calls ONNX Runtime, and says what it could not do.</summary>
    internal void Guard(string what, Action call) =>
        Guarded(
            what,
            () =>
            {
                call();
                return true;
            }
        );

    /// <inheritdoc/>
    public void Dispose()
    {
        _session.Dispose();
        _options.Dispose();
        _read?.Dispose();
    }

    /// <summary>The options that all sessions run with.</summary>
    internal static SessionOptions Options(int threads, Workload workload = Workload.Encoder)
    {
        RuntimeEnvironment.Prepare();
        var shared = workload != Workload.Decoder;
        var options = new SessionOptions
        {
            IntraOpNumThreads = threads,
            EnableCpuMemArena = shared,
            // A plan gives all tensors of a run their place in one new piece of memory, beside what the first run left.
            EnableMemoryPattern = false,
        };
        // Idle threads must not spin: decoding runs beside inference on the same cores.
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        options.AddSessionConfigEntry("session.use_env_allocators", shared ? "1" : "0");
        // Weights are given back with the session; the arena lives as long as the program.
        options.AddSessionConfigEntry("session.use_device_allocator_for_initializers", "1");
        if (workload == Workload.Denoiser)
        {
            options.GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_EXTENDED;
        }

        return options;
    }

    private static string[] Names(IEnumerable<Feed> feeds) => [.. feeds.Select(feed => feed.Name)];

    private static OrtValue[] Values(IEnumerable<Feed> feeds) => [.. feeds.Select(feed => feed.Value)];

    /// <summary>Calls ONNX Runtime, says what it could not do, and disposes of the feeds in any case.</summary>
    private T Guarded<T>(string what, Func<T> call, params ReadOnlySpan<Feed> feeds)
    {
        try
        {
            return call();
        }
        catch (OnnxRuntimeException error)
            when (_precision != Precision.Fp32 && ExecutionProvider.Lacking(error.Message) is not null)
        {
            throw new ResourceException(
                $"{_device} cannot calculate in {_precision.Word()}: this ONNX Runtime has no {ExecutionProvider.Lacking(error.Message)} of that type there; take another precision."
            );
        }
        catch (OnnxRuntimeException error) when (_device.Kind != DeviceKind.Cpu)
        {
            throw ExecutionProvider.Fault(_device, error);
        }
        catch (OnnxRuntimeException error)
        {
            throw new InputException($"{_source}: ONNX Runtime cannot {what} the network: {error.Message}", error);
        }
        finally
        {
            foreach (var feed in feeds)
            {
                feed.Value.Dispose();
            }
        }
    }
}
