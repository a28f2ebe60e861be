using Semblance.Tensors;

namespace Semblance.Models.Checkpoints;

/// <summary>Where the numbers of one tensor lie on disk.</summary>
/// <param name="Name">As the checkpoint names it.</param>
/// <param name="Type">Storage type, little-endian.</param>
/// <param name="Shape">Sizes; empty for a scalar.</param>
/// <param name="File">Real path of the file, links resolved.</param>
/// <param name="Offset">Of the first element, in bytes from the start of the file.</param>
/// <param name="Length">Bytes from the first element to the end of the last one that is used.</param>
/// <param name="Strides">
/// Null where the elements lie in row-major order without gaps, so that the range can be mapped as it is; otherwise the
/// step of each dimension in elements (a PyTorch view).
/// </param>
public sealed record TensorEntry(
    string Name,
    TensorType Type,
    long[] Shape,
    string File,
    long Offset,
    long Length,
    long[]? Strides
)
{
    /// <summary>How many numbers the tensor has.</summary>
    public long Count => Shape.Aggregate(1L, (product, size) => product * size);
}
