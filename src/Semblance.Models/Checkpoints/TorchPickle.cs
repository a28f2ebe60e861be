using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using Semblance.Tensors;

namespace Semblance.Models.Checkpoints;

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

/// <summary>A dictionary with its entries in order; a key that is set again replaces the earlier value.</summary>
internal sealed class TorchDictionary
{
    private readonly Dictionary<string, object?> _values = new(StringComparer.Ordinal);
    private readonly List<string> _order = [];

    /// <summary>Entries whose key is a text. Others (an optimizer's numbers) name no tensor and are dropped.</summary>
    public IEnumerable<KeyValuePair<string, object?>> Entries =>
        _order.Select(key => KeyValuePair.Create(key, _values[key]));

    public object? this[string key] => _values.GetValueOrDefault(key);

    public void Set(object? key, object? value)
    {
        if (key is not string name)
        {
            return;
        }
        if (!_values.ContainsKey(name))
        {
            _order.Add(name);
        }
        _values[name] = value;
    }
}

/// <summary>
/// The few pickle instructions that a state dict is written with. Every name that the pickle mentions must be in one
/// closed list of data constructors, each of which is built here; nothing is looked up, imported or called, so a file
/// can at worst be refused. Instructions: Python's Lib/pickletools.py.
/// </summary>
internal static class TorchPickle
{
    private const string Cut = "data.pkl ends early";

    private static readonly Dictionary<string, TensorType> _storages = new(StringComparer.Ordinal)
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

    private sealed class Mark
    {
        public static readonly Mark Instance = new();
    }

    /// <summary>Runs the machine over a whole data.pkl and gives its one value.</summary>
    /// <returns>A <see cref="TorchDictionary"/>, <see cref="TorchTensor"/>, text, number, list, tuple or null.</returns>
    /// <exception cref="InvalidDataException">Anything that is not in the list; the message is part of a sentence.</exception>
    public static object? Read(ReadOnlySpan<byte> pickle)
    {
        var stack = new List<object?>();
        var memo = new Dictionary<long, object?>();
        var at = 0;
        while (true)
        {
            var instruction = Take(pickle, ref at, 1)[0];
            switch (instruction)
            {
                case 0x80: // PROTO
                    var protocol = Take(pickle, ref at, 1)[0];
                    if (protocol > 5)
                    {
                        throw new InvalidDataException(
                            $"data.pkl is of pickle protocol {protocol}, which is not known"
                        );
                    }
                    break;
                case 0x95: // FRAME
                    Take(pickle, ref at, 8);
                    break;
                case (byte)'.': // STOP
                    return stack is [var value] && value is not Mark
                        ? value
                        : throw new InvalidDataException("data.pkl is damaged: it does not end with one value");
                case (byte)'(':
                    stack.Add(Mark.Instance);
                    break;
                case (byte)'0': // POP
                    Pop(stack);
                    break;
                case (byte)'1': // POP_MARK
                    PopToMark(stack);
                    break;
                case (byte)'N':
                    stack.Add(null);
                    break;
                case 0x88:
                    stack.Add(true);
                    break;
                case 0x89:
                    stack.Add(false);
                    break;
                case (byte)'K': // BININT1
                    stack.Add((long)Take(pickle, ref at, 1)[0]);
                    break;
                case (byte)'M': // BININT2
                    stack.Add((long)BinaryPrimitives.ReadUInt16LittleEndian(Take(pickle, ref at, 2)));
                    break;
                case (byte)'J': // BININT
                    stack.Add((long)BinaryPrimitives.ReadInt32LittleEndian(Take(pickle, ref at, 4)));
                    break;
                case 0x8a: // LONG1
                    stack.Add(Whole(Take(pickle, ref at, Take(pickle, ref at, 1)[0])));
                    break;
                case 0x8b: // LONG4
                    stack.Add(Whole(Take(pickle, ref at, Length32(pickle, ref at))));
                    break;
                case (byte)'G': // BINFLOAT
                    stack.Add(BinaryPrimitives.ReadDoubleBigEndian(Take(pickle, ref at, 8)));
                    break;
                case (byte)'X': // BINUNICODE
                    stack.Add(Text(Take(pickle, ref at, Length32(pickle, ref at))));
                    break;
                case 0x8c: // SHORT_BINUNICODE
                    stack.Add(Text(Take(pickle, ref at, Take(pickle, ref at, 1)[0])));
                    break;
                case (byte)'T': // BINSTRING
                case (byte)'B': // BINBYTES
                    stack.Add(Encoding.Latin1.GetString(Take(pickle, ref at, Length32(pickle, ref at))));
                    break;
                case (byte)'U': // SHORT_BINSTRING
                case (byte)'C': // SHORT_BINBYTES
                    stack.Add(Encoding.Latin1.GetString(Take(pickle, ref at, Take(pickle, ref at, 1)[0])));
                    break;
                case (byte)'}':
                    stack.Add(new TorchDictionary());
                    break;
                case (byte)']':
                    stack.Add(new List<object?>());
                    break;
                case (byte)')':
                    stack.Add(Array.Empty<object?>());
                    break;
                case (byte)'t': // TUPLE
                    stack.Add(PopToMark(stack));
                    break;
                case 0x85 or 0x86 or 0x87: // TUPLE1 to TUPLE3
                    stack.Add(PopMany(stack, instruction - 0x84));
                    break;
                case (byte)'l': // LIST
                    stack.Add(PopToMark(stack).ToList());
                    break;
                case (byte)'d': // DICT
                    var pairs = PopToMark(stack);
                    var dictionary = new TorchDictionary();
                    SetAll(dictionary, pairs);
                    stack.Add(dictionary);
                    break;
                case (byte)'a': // APPEND
                    var last = Pop(stack);
                    Top<List<object?>>(stack).Add(last);
                    break;
                case (byte)'e': // APPENDS
                    var items = PopToMark(stack);
                    Top<List<object?>>(stack).AddRange(items);
                    break;
                case (byte)'s': // SETITEM
                    var pair = PopMany(stack, 2);
                    SetAll(Top<TorchDictionary>(stack), pair);
                    break;
                case (byte)'u': // SETITEMS
                    var settings = PopToMark(stack);
                    SetAll(Top<TorchDictionary>(stack), settings);
                    break;
                case (byte)'q': // BINPUT
                    memo[Take(pickle, ref at, 1)[0]] = Peek(stack);
                    break;
                case (byte)'r': // LONG_BINPUT
                    memo[BinaryPrimitives.ReadUInt32LittleEndian(Take(pickle, ref at, 4))] = Peek(stack);
                    break;
                case 0x94: // MEMOIZE
                    memo[memo.Count] = Peek(stack);
                    break;
                case (byte)'h': // BINGET
                    stack.Add(Recall(memo, Take(pickle, ref at, 1)[0]));
                    break;
                case (byte)'j': // LONG_BINGET
                    stack.Add(Recall(memo, BinaryPrimitives.ReadUInt32LittleEndian(Take(pickle, ref at, 4))));
                    break;
                case (byte)'c': // GLOBAL
                    var module = Line(pickle, ref at);
                    stack.Add(Known(module, Line(pickle, ref at)));
                    break;
                case 0x93: // STACK_GLOBAL
                    stack.Add(
                        PopMany(stack, 2) is [string moduleName, string className]
                            ? Known(moduleName, className)
                            : throw new InvalidDataException("data.pkl is damaged: a name is no text")
                    );
                    break;
                case (byte)'Q': // BINPERSID
                    stack.Add(ToStorage(Pop(stack)));
                    break;
                case (byte)'R': // REDUCE
                    var call = PopMany(stack, 2);
                    stack.Add(Construct(call[0], call[1]));
                    break;
                case (byte)'b': // BUILD
                    // state_dict() hangs a _metadata attribute on its dictionary; it says nothing about tensors.
                    Pop(stack);
                    Top<TorchDictionary>(stack);
                    break;
                default:
                    throw new InvalidDataException(
                        $"refused: data.pkl uses pickle instruction 0x{instruction:x2}, which no state dict needs"
                    );
            }
        }
    }

    private static object Known(string module, string name)
    {
        // Protocol 2 writes Python 3's builtins under their old name.
        var full = $"{(module == "__builtin__" ? "builtins" : module)}.{name}";
        if (_storages.TryGetValue(full, out var type))
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
                $"refused: it names a function that is no tensor constructor ({full}), which loading it would call"
            ),
        };
    }

    private static object Construct(object? function, object? arguments) =>
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

    private static TorchDictionary FromPairs(List<object?> pairs)
    {
        var dictionary = new TorchDictionary();
        foreach (var pair in pairs)
        {
            switch (pair)
            {
                case object?[] and [var key, var value]:
                    dictionary.Set(key, value);
                    break;
                case List<object?> and [var key, var value]:
                    dictionary.Set(key, value);
                    break;
                default:
                    throw new InvalidDataException("data.pkl is damaged: a dictionary is not made of pairs");
            }
        }
        return dictionary;
    }

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

    private static Storage ToStorage(object? id) =>
        id is object?[] and ["storage", TensorType type, string key, string, long and >= 0 and var count, ..]
            ? new Storage(key, type, count)
            : throw new InvalidDataException("data.pkl is damaged: it refers to something that is no storage");

    private static void SetAll(TorchDictionary dictionary, object?[] pairs)
    {
        if (pairs.Length % 2 != 0)
        {
            throw new InvalidDataException("data.pkl is damaged: a dictionary has a key without a value");
        }
        for (var i = 0; i < pairs.Length; i += 2)
        {
            dictionary.Set(pairs[i], pairs[i + 1]);
        }
    }

    private static object? Peek(List<object?> stack) =>
        stack.Count > 0 && stack[^1] is not Mark ? stack[^1] : throw Underflow();

    private static T Top<T>(List<object?> stack)
        where T : class =>
        Peek(stack) as T
        ?? throw new InvalidDataException("refused: data.pkl fills in something that is no list or dictionary");

    private static object? Pop(List<object?> stack)
    {
        var value = Peek(stack);
        stack.RemoveAt(stack.Count - 1);
        return value;
    }

    private static object?[] PopMany(List<object?> stack, int count)
    {
        var values = new object?[count];
        for (var i = count - 1; i >= 0; i--)
        {
            values[i] = Pop(stack);
        }
        return values;
    }

    private static object?[] PopToMark(List<object?> stack)
    {
        var mark = stack.FindLastIndex(value => value is Mark);
        if (mark < 0)
        {
            throw Underflow();
        }
        var values = stack.GetRange(mark + 1, stack.Count - mark - 1).ToArray();
        stack.RemoveRange(mark, stack.Count - mark);
        return values;
    }

    private static object? Recall(Dictionary<long, object?> memo, long key) =>
        memo.TryGetValue(key, out var value)
            ? value
            : throw new InvalidDataException($"data.pkl is damaged: it recalls value {key}, which it never kept");

    private static InvalidDataException Underflow() => new("data.pkl is damaged: a value is missing");

    private static ReadOnlySpan<byte> Take(ReadOnlySpan<byte> pickle, ref int at, int count)
    {
        if (count > pickle.Length - at)
        {
            throw new InvalidDataException(Cut);
        }
        at += count;
        return pickle.Slice(at - count, count);
    }

    private static int Length32(ReadOnlySpan<byte> pickle, ref int at)
    {
        var length = BinaryPrimitives.ReadUInt32LittleEndian(Take(pickle, ref at, 4));
        return length <= int.MaxValue ? (int)length : throw new InvalidDataException(Cut);
    }

    private static string Line(ReadOnlySpan<byte> pickle, ref int at)
    {
        var length = pickle[at..].IndexOf((byte)'\n');
        return length >= 0 ? Text(Take(pickle, ref at, length + 1)[..length]) : throw new InvalidDataException(Cut);
    }

    /// <summary>Numbers beyond 64 bits become null; no size or offset can be one.</summary>
    private static long? Whole(ReadOnlySpan<byte> bytes)
    {
        var number = new BigInteger(bytes);
        return number >= long.MinValue && number <= long.MaxValue ? (long)number : null;
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);
}
