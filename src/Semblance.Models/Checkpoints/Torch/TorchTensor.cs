using Semblance.Tensors;

namespace Semblance.Models.Checkpoints.Torch;

/// <summary>A tensor as data.pkl describes it, before its storage is looked for.</summary>
/// <param name="Storage">Key of the storage: the entry <c>data/KEY</c>.</param>
/// <param name="Type">Of the storage's elements.</param>
/// <param name="StorageCount">Elements of the storage.</param>
/// <param name="Offset">First element in the storage.</param>
/// <param name="Shape">Sizes, none negative.</param>
/// <param name="Strides">In elements, none negative.</param>
internal sealed record TorchTensor(
    string Storage,
    TensorType Type,
    long StorageCount,
    long Offset,
    long[] Shape,
    long[] Strides
);
