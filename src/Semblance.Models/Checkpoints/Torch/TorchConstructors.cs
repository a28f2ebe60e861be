using Semblance.Tensors;

namespace Semblance.Models.Checkpoints.Torch;

/// <summary>
/// The closed list of what a state dict may name: storages, and constructors of tensors and dictionaries, each of which
/// is built here. Nothing is looked up, imported or called.
/// </summary>
internal static class TorchConstructors
{
    private static readonly Dictionary<string, TensorType> Storages = new(StringComparer.Ordinal)
    {
        ["torch.DoubleStorage"] = TensorType.Float64,
        ["torch.FloatStorage"] = TensorType.Float32,
        ["torch.HalfStorage"] = TensorType.Float16,
        ["torch.BFloat16Storage"] = TensorType.BFloat16,
        ["torch.LongStorage"] = TensorType.Int64,
        ["torch.IntStorage"] = TensorType.Int32,
        ["torch.ShortStorage"] = TensorType.Int16,
        ["torch.CharStorage"] = TensorType.Int8,
        ["torch.ByteStorage"] = TensorType.UInt8,
        ["torch.BoolStorage"] = TensorType.Boolean,
    };

    private enum Constructor
    {
        Dictionary,
        Tensor,
        Parameter,
    }

    private sealed record Storage(string Key, TensorType Type, long Count);

    /// <summary>What a name of the file stands for.</summary>
    /// <exception cref="InvalidDataException">It is not in the list.</exception>
    public static object Known(string module, string name)
    {
        // Protocol 2 writes Python 3's builtins under their old name.
        var full = $"{(module == "__builtin__" ? "builtins" : module)}.{name}";
        if (Storages.TryGetValue(full, out var type))
        {
            return type;
        }

        return full switch
        {
            "collections.OrderedDict" => Constructor.Dictionary,
            "torch._utils._rebuild_tensor_v2" => Constructor.Tensor,
            "torch._utils._rebuild_parameter" => Constructor.Parameter,
            _ when module.StartsWith("torch.nn.", StringComparison.Ordinal)
                    || module.StartsWith("__torch__", StringComparison.Ordinal) => throw new InvalidDataException(
                $"refused: it is a pickled module ({full}), not a state dict (module.state_dict() is one)"
            ),
            _ => throw new InvalidDataException(
                $"refused: it names a function that is not a tensor constructor ({full}), which loading it would call"
            ),
        };
    }

    /// <summary>What a constructor of the list makes of its arguments.</summary>
    /// <exception cref="InvalidDataException">Not a constructor, or not its arguments.</exception>
    public static object Construct(object? function, object? arguments) =>
        (function, arguments) switch
        {
            (Constructor.Dictionary, object?[] { Length: 0 }) => new TorchDictionary(),
            (Constructor.Dictionary, object?[] and [List<object?> pairs]) => FromPairs(pairs),
            (
                Constructor.Tensor,
                object?[]
                    and [Storage storage, long offset, object?[] shape, object?[] strides, ..]
            ) => ToTensor(storage, offset, shape, strides),
            (Constructor.Parameter, object?[] and [TorchTensor tensor, ..]) => tensor,
            _ => throw new InvalidDataException(
                "refused: data.pkl builds something else than tensors and dictionaries"
            ),
        };

    /// <summary>The storage that a persistent id refers to; its numbers lie in another entry of the archive.</summary>
    /// <exception cref="InvalidDataException">It refers to something else.</exception>
    public static object StorageOf(object? id) =>
        id is object?[] and ["storage", TensorType type, string key, string, long and >= 0 and var count, ..]
            ? new Storage(key, type, count)
            : throw new InvalidDataException("data.pkl is damaged: it refers to something that is not a storage");

    private static TorchDictionary FromPairs(List<object?> pairs) =>
        TorchDictionary.Of([
            .. pairs.SelectMany(pair =>
                pair switch
                {
                    object?[] { Length: 2 } tuple => tuple,
                    List<object?> { Count: 2 } list => [.. list],
                    _ => throw new InvalidDataException("data.pkl is damaged: a dictionary is not made of pairs"),
                }
            ),
        ]);

    private static TorchTensor ToTensor(Storage storage, long offset, object?[] shape, object?[] strides) =>
        offset >= 0 && shape.Length == strides.Length && AreSizes(shape) && AreSizes(strides)
            ? new TorchTensor(
                storage.Key,
                storage.Type,
                storage.Count,
                offset,
                [.. shape.Cast<long>()],
                [.. strides.Cast<long>()]
            )
            : throw new InvalidDataException("data.pkl is damaged: a tensor's offset, shape or strides make no sense");

    private static bool AreSizes(object?[] numbers) => Array.TrueForAll(numbers, number => number is long and >= 0);
}
