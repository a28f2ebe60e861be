using Semblance.Models.Devices;

namespace Semblance.Models.Graphs;

/// <summary>
/// A session that is loaded when it is first run. Emitting a graph, which checks all its tensors, takes little time and
/// memory; loading it takes much of both.
/// </summary>
/// <param name="load">Loads it, once; it is let go of then, and with it the graph.</param>
internal sealed class DeferredSession(Func<GraphSession> load) : IDisposable
{
    private readonly Lazy<GraphSession> _session = new(load);

    /// <summary>A graph that is loaded when it is first run.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="threads">As of <see cref="GraphSession"/>.</param>
    /// <param name="workload">As of <see cref="GraphSession"/>.</param>
    /// <param name="device">As of <see cref="GraphSession"/>.</param>
    public DeferredSession(Graph graph, int threads = 0, Workload workload = Workload.Encoder, Device device = default)
        : this(() => new GraphSession(graph, threads, workload, device)) { }

    /// <summary>The session, loaded now if it was not before.</summary>
    /// <exception cref="InputException">ONNX Runtime refuses the graph.</exception>
    public GraphSession Loaded => _session.Value;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_session.IsValueCreated)
        {
            _session.Value.Dispose();
        }
    }
}
