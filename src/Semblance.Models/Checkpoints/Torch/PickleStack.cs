namespace Semblance.Models.Checkpoints.Torch;

/// <summary>The values that a pickle's instructions have made and not yet used, and marks below those that go together.</summary>
internal sealed class PickleStack
{
    private readonly List<object?> _values = [];

    private sealed class Mark
    {
        public static readonly Mark Instance = new();
    }

    public void Push(object? value) => _values.Add(value);

    public void PushMark() => _values.Add(Mark.Instance);

    /// <summary>The one value that is left at the end.</summary>
    public object? Only() =>
        _values is [var value] && value is not Mark
            ? value
            : throw new InvalidDataException("data.pkl is damaged: it does not end with one value");

    public object? Peek() => _values.Count > 0 && _values[^1] is not Mark ? _values[^1] : throw Underflow();

    /// <summary>Appends to the uppermost value, which must be a list.</summary>
    public void Extend(object?[] items) => Fill<List<object?>>().AddRange(items);

    /// <summary>Sets keys and values that follow each other in the uppermost value, which must be a dictionary.</summary>
    public void Set(object?[] pairs) => Fill<TorchDictionary>().SetAll(pairs);

    public object? Pop()
    {
        var value = Peek();
        _values.RemoveAt(_values.Count - 1);
        return value;
    }

    /// <summary>The uppermost values, in the order in which they came.</summary>
    public object?[] Pop(int count)
    {
        object?[] values = [.. Enumerable.Range(0, count).Select(_ => Pop())];
        Array.Reverse(values);
        return values;
    }

    /// <summary>All values above the uppermost mark, in the order in which they came, and the mark.</summary>
    public object?[] PopToMark()
    {
        var mark = _values.FindLastIndex(value => value is Mark);
        if (mark < 0)
        {
            throw Underflow();
        }

        var values = _values.GetRange(mark + 1, _values.Count - mark - 1).ToArray();
        _values.RemoveRange(mark, _values.Count - mark);
        return values;
    }

    private T Fill<T>()
        where T : class =>
        Peek() as T
        ?? throw new InvalidDataException("refused: data.pkl fills in something that is not a list or dictionary");

    private static InvalidDataException Underflow() => new("data.pkl is damaged: a value is missing");
}
