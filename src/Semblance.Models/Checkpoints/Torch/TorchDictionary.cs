namespace Semblance.Models.Checkpoints.Torch;

/// <summary>A dictionary with its entries in order; a key that is set again replaces the earlier value.</summary>
internal sealed class TorchDictionary
{
    private readonly Dictionary<string, object?> _values = new(StringComparer.Ordinal);
    private readonly List<string> _order = [];

    /// <summary>Entries whose key is a text. Others (an optimizer's numbers) name no tensor and are dropped.</summary>
    public IEnumerable<KeyValuePair<string, object?>> Entries =>
        _order.Select(key => KeyValuePair.Create(key, _values[key]));

    public object? this[string key] => _values.GetValueOrDefault(key);

    /// <summary>Keys and values that follow each other as a new dictionary.</summary>
    /// <exception cref="InvalidDataException">The last key has no value.</exception>
    public static TorchDictionary Of(object?[] pairs)
    {
        var dictionary = new TorchDictionary();
        dictionary.SetAll(pairs);
        return dictionary;
    }

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

    /// <summary>Sets keys and values that follow each other.</summary>
    /// <exception cref="InvalidDataException">The last key has no value.</exception>
    public void SetAll(object?[] pairs)
    {
        if (pairs.Length % 2 != 0)
        {
            throw new InvalidDataException("data.pkl is damaged: a dictionary has a key without a value");
        }

        for (var i = 0; i < pairs.Length; i += 2)
        {
            Set(pairs[i], pairs[i + 1]);
        }
    }
}
