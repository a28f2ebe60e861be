using System.Buffers.Binary;
using System.Text;

namespace Semblance.Models.Checkpoints.Torch;

/// <summary>
/// The few pickle instructions that a state dict is written with. Every name that the pickle mentions must be in one
/// closed list (<see cref="TorchConstructors"/>), so a file can at worst be refused. Instructions: Python's
/// Lib/pickletools.py.
/// </summary>
internal static class TorchPickle
{
    /// <summary>Runs the machine over a whole data.pkl and gives its one value.</summary>
    /// <returns>A <see cref="TorchDictionary"/>, <see cref="TorchTensor"/>, text, number, list, tuple or null.</returns>
    /// <exception cref="InvalidDataException">Anything that is not in the list; the message is part of a sentence.</exception>
    public static object? Read(ReadOnlySpan<byte> pickle)
    {
        var bytes = new PickleBytes(pickle);
        var stack = new PickleStack();
        var memo = new Dictionary<long, object?>();
        while (true)
        {
            var instruction = bytes.Byte();
            switch (instruction)
            {
                case 0x80: // PROTO
                    var protocol = bytes.Byte();
                    if (protocol > 5)
                    {
                        throw new InvalidDataException(
                            $"data.pkl is of pickle protocol {protocol}, which is not known"
                        );
                    }
                    break;
                case 0x95: // FRAME
                    bytes.Take(8);
                    break;
                case (byte)'.': // STOP
                    return stack.Only();
                case (byte)'(':
                    stack.PushMark();
                    break;
                case (byte)'0': // POP
                    stack.Pop();
                    break;
                case (byte)'1': // POP_MARK
                    stack.PopToMark();
                    break;
                case (byte)'N':
                    stack.Push(null);
                    break;
                case 0x88:
                    stack.Push(true);
                    break;
                case 0x89:
                    stack.Push(false);
                    break;
                case (byte)'K': // BININT1
                    stack.Push((long)bytes.Byte());
                    break;
                case (byte)'M': // BININT2
                    stack.Push((long)BinaryPrimitives.ReadUInt16LittleEndian(bytes.Take(2)));
                    break;
                case (byte)'J': // BININT
                    stack.Push((long)BinaryPrimitives.ReadInt32LittleEndian(bytes.Take(4)));
                    break;
                case 0x8a: // LONG1
                    stack.Push(PickleBytes.Whole(bytes.ShortCounted()));
                    break;
                case 0x8b: // LONG4
                    stack.Push(PickleBytes.Whole(bytes.Counted()));
                    break;
                case (byte)'G': // BINFLOAT
                    stack.Push(BinaryPrimitives.ReadDoubleBigEndian(bytes.Take(8)));
                    break;
                case (byte)'X': // BINUNICODE
                    stack.Push(PickleBytes.Text(bytes.Counted()));
                    break;
                case 0x8c: // SHORT_BINUNICODE
                    stack.Push(PickleBytes.Text(bytes.ShortCounted()));
                    break;
                case (byte)'T': // BINSTRING
                case (byte)'B': // BINBYTES
                    stack.Push(Encoding.Latin1.GetString(bytes.Counted()));
                    break;
                case (byte)'U': // SHORT_BINSTRING
                case (byte)'C': // SHORT_BINBYTES
                    stack.Push(Encoding.Latin1.GetString(bytes.ShortCounted()));
                    break;
                case (byte)'}':
                    stack.Push(new TorchDictionary());
                    break;
                case (byte)']':
                    stack.Push(new List<object?>());
                    break;
                case (byte)')':
                    stack.Push(Array.Empty<object?>());
                    break;
                case (byte)'t': // TUPLE
                    stack.Push(stack.PopToMark());
                    break;
                case 0x85 or 0x86 or 0x87: // TUPLE1 to TUPLE3
                    stack.Push(stack.Pop(instruction - 0x84));
                    break;
                case (byte)'l': // LIST
                    stack.Push(stack.PopToMark().ToList());
                    break;
                case (byte)'d': // DICT
                    var pairs = stack.PopToMark();
                    var dictionary = new TorchDictionary();
                    dictionary.SetAll(pairs);
                    stack.Push(dictionary);
                    break;
                case (byte)'a': // APPEND
                    var last = stack.Pop();
                    stack.Peek<List<object?>>().Add(last);
                    break;
                case (byte)'e': // APPENDS
                    var items = stack.PopToMark();
                    stack.Peek<List<object?>>().AddRange(items);
                    break;
                case (byte)'s': // SETITEM
                    var pair = stack.Pop(2);
                    stack.Peek<TorchDictionary>().SetAll(pair);
                    break;
                case (byte)'u': // SETITEMS
                    var settings = stack.PopToMark();
                    stack.Peek<TorchDictionary>().SetAll(settings);
                    break;
                case (byte)'q': // BINPUT
                    memo[bytes.Byte()] = stack.Peek();
                    break;
                case (byte)'r': // LONG_BINPUT
                    memo[bytes.UInt32()] = stack.Peek();
                    break;
                case 0x94: // MEMOIZE
                    memo[memo.Count] = stack.Peek();
                    break;
                case (byte)'h': // BINGET
                    stack.Push(Recall(memo, bytes.Byte()));
                    break;
                case (byte)'j': // LONG_BINGET
                    stack.Push(Recall(memo, bytes.UInt32()));
                    break;
                case (byte)'c': // GLOBAL
                    var module = bytes.Line();
                    stack.Push(TorchConstructors.Known(module, bytes.Line()));
                    break;
                case 0x93: // STACK_GLOBAL
                    stack.Push(
                        stack.Pop(2) is [string moduleName, string className]
                            ? TorchConstructors.Known(moduleName, className)
                            : throw new InvalidDataException("data.pkl is damaged: a name is no text")
                    );
                    break;
                case (byte)'Q': // BINPERSID
                    stack.Push(TorchConstructors.StorageOf(stack.Pop()));
                    break;
                case (byte)'R': // REDUCE
                    var call = stack.Pop(2);
                    stack.Push(TorchConstructors.Construct(call[0], call[1]));
                    break;
                case (byte)'b': // BUILD
                    // state_dict() hangs a _metadata attribute on its dictionary; it says nothing about tensors.
                    stack.Pop();
                    stack.Peek<TorchDictionary>();
                    break;
                default:
                    throw new InvalidDataException(
                        $"refused: data.pkl uses pickle instruction 0x{instruction:x2}, which no state dict needs"
                    );
            }
        }
    }

    private static object? Recall(Dictionary<long, object?> memo, long key) =>
        memo.TryGetValue(key, out var value)
            ? value
            : throw new InvalidDataException($"data.pkl is damaged: it recalls value {key}, which it never kept");
}
