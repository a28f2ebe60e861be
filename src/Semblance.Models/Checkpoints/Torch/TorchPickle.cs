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
                case (byte)'.': // STOP
                    return stack.Only();
                case 0x80: // PROTO
                    RefuseProtocol(bytes.Byte());
                    break;
                case 0x95: // FRAME
                    bytes.Take(8);
                    break;
                case (byte)'(': // MARK
                    stack.PushMark();
                    break;
                case (byte)'0': // POP
                    stack.Pop();
                    break;
                case (byte)'1': // POP_MARK
                    stack.PopToMark();
                    break;
                case (byte)'a': // APPEND
                    stack.Extend(stack.Pop(1));
                    break;
                case (byte)'e': // APPENDS
                    stack.Extend(stack.PopToMark());
                    break;
                case (byte)'s': // SETITEM
                    stack.Set(stack.Pop(2));
                    break;
                case (byte)'u': // SETITEMS
                    stack.Set(stack.PopToMark());
                    break;
                case (byte)'b': // BUILD
                    // state_dict() hangs a _metadata attribute on its dictionary; it says nothing about tensors.
                    stack.Pop();
                    stack.Set([]);
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
                default:
                    stack.Push(Value(instruction, ref bytes, stack, memo));
                    break;
            }
        }
    }

    /// <summary>The value that an instruction pushes.</summary>
    private static object? Value(
        byte instruction,
        ref PickleBytes bytes,
        PickleStack stack,
        Dictionary<long, object?> memo
    ) =>
        instruction switch
        {
            (byte)'N' => null, // NONE
            0x88 => true, // NEWTRUE
            0x89 => false, // NEWFALSE
            (byte)'K' => (long)bytes.Byte(), // BININT1
            (byte)'M' => (long)BinaryPrimitives.ReadUInt16LittleEndian(bytes.Take(2)), // BININT2
            (byte)'J' => (long)BinaryPrimitives.ReadInt32LittleEndian(bytes.Take(4)), // BININT
            0x8a => PickleBytes.Whole(bytes.ShortCounted()), // LONG1
            0x8b => PickleBytes.Whole(bytes.Counted()), // LONG4
            (byte)'G' => BinaryPrimitives.ReadDoubleBigEndian(bytes.Take(8)), // BINFLOAT
            (byte)'X' => Encoding.UTF8.GetString(bytes.Counted()), // BINUNICODE
            0x8c => Encoding.UTF8.GetString(bytes.ShortCounted()), // SHORT_BINUNICODE
            (byte)'T' or (byte)'B' => Encoding.Latin1.GetString(bytes.Counted()), // BINSTRING, BINBYTES
            (byte)'U' or (byte)'C' => Encoding.Latin1.GetString(bytes.ShortCounted()), // SHORT_BINSTRING, SHORT_BINBYTES
            (byte)'}' => new TorchDictionary(), // EMPTY_DICT
            (byte)']' => new List<object?>(), // EMPTY_LIST
            (byte)')' => Array.Empty<object?>(), // EMPTY_TUPLE
            (byte)'t' => stack.PopToMark(), // TUPLE
            0x85 or 0x86 or 0x87 => stack.Pop(instruction - 0x84), // TUPLE1 to TUPLE3
            (byte)'l' => stack.PopToMark().ToList(), // LIST
            (byte)'d' => TorchDictionary.Of(stack.PopToMark()), // DICT
            (byte)'h' => Recall(memo, bytes.Byte()), // BINGET
            (byte)'j' => Recall(memo, bytes.UInt32()), // LONG_BINGET
            (byte)'c' => TorchConstructors.Known(bytes.Line(), bytes.Line()), // GLOBAL
            0x93 => Named(stack.Pop(2)), // STACK_GLOBAL
            (byte)'Q' => TorchConstructors.StorageOf(stack.Pop()), // BINPERSID
            (byte)'R' => Reduced(stack.Pop(2)), // REDUCE
            _ => throw new InvalidDataException(
                $"refused: data.pkl uses pickle instruction 0x{instruction:x2}, which no state dict needs"
            ),
        };

    private static void RefuseProtocol(byte protocol)
    {
        if (protocol > 5)
        {
            throw new InvalidDataException($"data.pkl is of pickle protocol {protocol}, which is not known");
        }
    }

    private static object Named(object?[] names) =>
        names is [string module, string name]
            ? TorchConstructors.Known(module, name)
            : throw new InvalidDataException("data.pkl is damaged: a name is not a text");

    private static object Reduced(object?[] call) => TorchConstructors.Construct(call[0], call[1]);

    private static object? Recall(Dictionary<long, object?> memo, long key) =>
        memo.TryGetValue(key, out var value)
            ? value
            : throw new InvalidDataException($"data.pkl is damaged: it recalls value {key}, which it never kept");
}
