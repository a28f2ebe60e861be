namespace Semblance.Models.Graphs;

/// <summary>
/// A graph that is loaded when it is first run. To emit one, and so to check all its tensors, takes hardly any time and
/// memory; to load it takes much of both.
/// </summary>
/// <param name="graph">The graph.</param>
/// <param name="threads">As of <see cref="GraphSession"/>.</param>
/// <param name="workload">As of <see cref="GraphSession"/>.</param>
internal sealed class DeferredSession(Graph graph, int threads = 0, Workload workload = Workload.Encoder) : IDisposable
{
    // Lets go of the graph once it is loaded.
    private readonly Lazy<GraphSession> _session = new(() => new GraphSession(graph, threads, workload));

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
