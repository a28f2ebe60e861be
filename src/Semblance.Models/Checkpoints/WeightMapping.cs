namespace Semblance.Models.Checkpoints;

/// <summary>How networks of this process get their weights from files.</summary>
public static class WeightMapping
{
    /// <summary>
    /// Whether they are mapped (as usual: only what is used takes memory, and several processes share it) or read when a network is
    /// loaded, so that a file which is written later changes nothing and one that is cut short ends no process. To be set before
    /// the first network is loaded; no number depends on it. Files that an <c>.onnx</c> file names are read whole; one that keeps
    /// weights of branches, loops or attributes in files is refused then, since ONNX Runtime maps those in any case.
    /// </summary>
    public static bool IsOn { get; set; } = true;
}
