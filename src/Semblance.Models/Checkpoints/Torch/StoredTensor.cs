using Semblance.Tensors;

namespace Semblance.Models.Checkpoints.Torch;

/// <summary>Where an archive keeps the numbers of one tensor.</summary>
/// <param name="Name">Its key in the state dict.</param>
/// <param name="Type">Storage type, little-endian.</param>
/// <param name="Shape">Sizes; empty for a scalar.</param>
/// <param name="Offset">Of the first element, in bytes from the start of the file.</param>
/// <param name="Length">Bytes from the first element to the end of the last one that is used.</param>
/// <param name="Strides">In elements; null where the elements lie in row-major order without gaps.</param>
internal sealed record StoredTensor(
    string Name,
    TensorType Type,
    long[] Shape,
    long Offset,
    long Length,
    long[]? Strides
);
