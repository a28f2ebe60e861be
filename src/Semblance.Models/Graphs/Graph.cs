using Semblance.Models.Devices;

namespace Semblance.Models.Graphs;

/// <summary>An ONNX model whose weights lie in files.</summary>
/// <param name="Model">The serialised ModelProto.</param>
/// <param name="Folder">The folder that the places of the weights are relative to; empty where there are none.</param>
/// <param name="Source">Where it comes from, for messages.</param>
internal sealed record Graph(byte[] Model, string Folder, string Source)
{
    /// <summary>In which the network calculates.</summary>
    public Precision Precision { get; init; }

    /// <summary>The weights that lie in files.</summary>
    public IReadOnlyList<StoredTensor> Stored { get; init; } = [];
}
