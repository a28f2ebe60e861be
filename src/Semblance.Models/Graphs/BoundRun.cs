using Microsoft.ML.OnnxRuntime;

namespace Semblance.Models.Graphs;

/// <summary>
/// A graph that is run again and again on inputs of which most stay. What is bound is copied to the device once, and stays
/// there until another tensor of that name is bound; on the processor nothing is copied. Results come to memory of the caller's.
/// </summary>
internal sealed class BoundRun : IDisposable
{
    private readonly GraphSession _session;
    private readonly OrtIoBinding _binding;
    private readonly Dictionary<string, OrtValue> _bound = new(StringComparer.Ordinal);

    /// <summary>A run to which everything is still to be bound.</summary>
    /// <param name="session">Outlives this.</param>
    /// <param name="binding">Of the session; disposed of with this.</param>
    public BoundRun(GraphSession session, OrtIoBinding binding) => (_session, _binding) = (session, binding);

    /// <summary>Gives inputs, each in place of the one of its name before; their memory must stay as it is until then.</summary>
    /// <exception cref="ResourceException">The device fails.</exception>
    public void Bind(params IEnumerable<Feed> inputs)
    {
        foreach (var feed in inputs)
        {
            Keep(feed);
            _session.Guard("run", () => _binding.BindInput(feed.Name, feed.Value));
        }
    }

    /// <summary>Copies an input's numbers again, which were written over.</summary>
    /// <exception cref="ResourceException">The device fails.</exception>
    public void Renew(string name) => _session.Guard("run", () => _binding.BindInput(name, _bound[name]));

    /// <summary>Says where a result goes.</summary>
    public void Receive(Feed output)
    {
        Keep(output);
        _session.Guard("run", () => _binding.BindOutput(output.Name, output.Value));
    }

    /// <summary>Runs the graph; the results are there when it returns.</summary>
    /// <exception cref="InputException">ONNX Runtime fails, for example because an input is missing.</exception>
    /// <exception cref="ResourceException">The device fails.</exception>
    public void Run() => _session.Run(_binding);

    /// <inheritdoc/>
    public void Dispose()
    {
        _binding.Dispose();
        foreach (var value in _bound.Values)
        {
            value.Dispose();
        }

        _bound.Clear();
    }

    private void Keep(Feed feed)
    {
        if (_bound.Remove(feed.Name, out var before))
        {
            before.Dispose();
        }

        _bound[feed.Name] = feed.Value;
    }
}
