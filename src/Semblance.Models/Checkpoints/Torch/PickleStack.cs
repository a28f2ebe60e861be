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

    /// <summary>The uppermost value, which is to be filled in.</summary>
    public T Peek<T>()
        where T : class =>
        Peek() as T
        ?? throw new InvalidDataException("refused: data.pkl fills in something that is no list or dictionary");

    public object? Pop()
    {
        var value = Peek();
        _values.RemoveAt(_values.Count - 1);
        return value;
    }

    /// <summary>So many values in the order in which they came.</summary>
    public object?[] Pop(int count)
    {
        var values = new object?[count];
        for (var i = count - 1; i >= 0; i--)
        {
            values[i] = Pop();
        }
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

    private static InvalidDataException Underflow() => new("data.pkl is damaged: a value is missing");
}
