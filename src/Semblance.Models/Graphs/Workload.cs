namespace Semblance.Models.Graphs;

/// <summary>What kind of network a session runs: which of ONNX Runtime's ways of using memory suits it.</summary>
internal enum Workload
{
    /// <summary>Run often and for a short time. What tensors lay in is kept for the next ones.</summary>
    Encoder,

    /// <summary>
    /// Gigabytes of weights. As <see cref="Encoder"/>, and convolutions keep their weights as the file has them: ONNX
    /// Runtime otherwise turns them into another layout, which takes a sixth off their time but needs a second copy of
    /// the network while it is loaded.
    /// </summary>
    Denoiser,

    /// <summary>
    /// Few tensors, huge and of many sizes, few of which fit where another lay. Their memory goes back to the
    /// system at once.
    /// </summary>
    Decoder,
}
