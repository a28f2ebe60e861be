namespace Semblance.Runs.Formats;

/// <summary>Steps over a struct in Thrift's compact protocol without recursion, and checks that it is what a reader will take it for.</summary>
internal static class ThriftScan
{
    private const int MostDepth = 24;

    /// <summary>Kinds of values as the protocol numbers them.</summary>
    private enum Kind
    {
        Stop = 0,
        True = 1,
        False = 2,
        Byte = 3,
        Int16 = 4,
        Int32 = 5,
        Int64 = 6,
        Double = 7,
        Bytes = 8,
        List = 9,
        Set = 10,
        Struct = 12,
    }

    /// <summary>The length of a struct; -1 where it goes on behind the bytes.</summary>
    /// <param name="bytes">From its start.</param>
    /// <param name="shape">Its name in <see cref="ThriftShapes"/>.</param>
    /// <param name="tell">Receives whole numbers: the struct, the field and its value; and the field 0 where a struct begins.</param>
    /// <exception cref="InvalidDataException">It is damaged, or nested deeper than any that is written.</exception>
    public static int Length(ReadOnlySpan<byte> bytes, string shape, Action<string, int, long> tell)
    {
        var at = 0;
        var open = new Stack<Level>([new Level(shape, null, 0)]);
        while (open.TryPop(out var level))
        {
            Kind kind;
            string? expected;
            if (level.Items is { } items)
            {
                if (level.Left == 0)
                {
                    continue;
                }

                open.Push(level with { Left = level.Left - 1 });
                (kind, expected) = (items, level.Shape);
            }
            else
            {
                if (at >= bytes.Length)
                {
                    return -1;
                }

                var head = bytes[at++];
                if (head == 0)
                {
                    continue;
                }

                var field = level.Field + (head >> 4);
                if (head >> 4 == 0)
                {
                    if (Number(bytes, ref at) is not { } number)
                    {
                        return -1;
                    }

                    field = (short)ZigZag(number);
                }

                kind = (Kind)(head & 15);
                expected = ThriftShapes.Of(level.Shape, field);
                Require(expected is null || Fits(kind, expected));
                level = level with { Field = field };
                open.Push(level);
            }

            switch (kind)
            {
                case Kind.True or Kind.False:
                    // Only in a list it is more than its kind.
                    at += level.Items is null ? 0 : 1;
                    break;
                case Kind.Byte:
                    at++;
                    break;
                case Kind.Int16 or Kind.Int32 or Kind.Int64:
                    if (Number(bytes, ref at) is not { } value)
                    {
                        return -1;
                    }

                    if (level is { Shape: not null, Items: null })
                    {
                        tell(level.Shape, level.Field, ZigZag(value));
                    }

                    break;
                case Kind.Double:
                    at += 8;
                    break;
                case Kind.Bytes:
                    if (Number(bytes, ref at) is not { } length || length > (ulong)(bytes.Length - at))
                    {
                        return -1;
                    }

                    at += (int)length;
                    break;
                case Kind.List or Kind.Set:
                    if (at >= bytes.Length)
                    {
                        return -1;
                    }

                    var list = bytes[at++];
                    var count = (ulong)(list >> 4);
                    if (count == 15)
                    {
                        if (Number(bytes, ref at) is not { } many)
                        {
                            return -1;
                        }

                        count = many;
                    }

                    // Every item takes a byte at least.
                    if (count > (ulong)(bytes.Length - at))
                    {
                        return -1;
                    }

                    var item = expected?.Trim('[', ']');
                    Require(item is null || Fits((Kind)(list & 15), item));
                    open.Push(new Level(item, (Kind)(list & 15), (int)count));
                    break;
                case Kind.Struct:
                    if (expected is not null)
                    {
                        tell(expected, 0, 0);
                    }

                    open.Push(new Level(expected, null, 0));
                    break;
                default:
                    throw Damaged();
            }

            if (at > bytes.Length)
            {
                return -1;
            }

            Require(open.Count <= MostDepth);
        }

        return at;
    }

    public static InvalidDataException Damaged() => new("what it says of its columns is damaged.");

    private static bool Fits(Kind kind, string expected) =>
        expected switch
        {
            "i" => kind is Kind.Int16 or Kind.Int32 or Kind.Int64,
            "8" => kind == Kind.Byte,
            "b" => kind == Kind.Bytes,
            "t" => kind is Kind.True or Kind.False,
            ['[', ..] => kind == Kind.List,
            _ => kind == Kind.Struct,
        };

    private static void Require(bool holds)
    {
        if (!holds)
        {
            throw Damaged();
        }
    }

    /// <summary>Seven bits in every byte; null where it goes on behind the bytes.</summary>
    private static ulong? Number(ReadOnlySpan<byte> bytes, ref int at)
    {
        ulong value = 0;
        for (var shift = 0; at < bytes.Length; shift += 7)
        {
            Require(shift < 70);
            var part = bytes[at++];
            value |= (ulong)(part & 127) << shift;
            if (part < 128)
            {
                return value;
            }
        }

        return null;
    }

    private static long ZigZag(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);

    /// <summary>A struct or a list that has been begun.</summary>
    /// <param name="Shape">Of the struct or of the items; null for one that is not known.</param>
    /// <param name="Items">What the items of a list are; null for a struct.</param>
    /// <param name="Left">Items that follow.</param>
    private readonly record struct Level(string? Shape, Kind? Items, int Left)
    {
        /// <summary>Number of the last field of a struct.</summary>
        public int Field { get; init; }
    }
}
