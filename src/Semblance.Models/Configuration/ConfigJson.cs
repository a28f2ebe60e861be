using System.Text.Json;

namespace Semblance.Models.Configuration;

/// <summary>A JSON object of a model's configuration, with the file's name for messages.</summary>
/// <param name="File">Path of the file.</param>
/// <param name="Json">The object.</param>
internal sealed record ConfigJson(string File, JsonElement Json)
{
    /// <summary>Reads a file.</summary>
    /// <exception cref="InputException">It is missing, unreadable, or no JSON object.</exception>
    public static ConfigJson Read(string file)
    {
        try
        {
            return Parse(file, System.IO.File.ReadAllBytes(file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{file} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Reads a text that a file holds.</summary>
    /// <exception cref="InputException">It is no JSON object.</exception>
    public static ConfigJson Parse(string file, ReadOnlyMemory<byte> text)
    {
        try
        {
            var json = JsonDocument.Parse(text).RootElement;
            return json.ValueKind == JsonValueKind.Object
                ? new ConfigJson(file, json)
                : throw new InputException($"{file} holds no JSON object.");
        }
        catch (JsonException e)
        {
            throw new InputException($"{file} cannot be understood: {JsonFault.Of(e)}; fetch it again.", e);
        }
    }

    /// <summary>Whether the key is there and not null.</summary>
    public bool Has(string name) => Find(name) is not null;

    /// <summary>An object below this one, or null.</summary>
    public ConfigJson? Object(string name) =>
        Find(name) is { ValueKind: JsonValueKind.Object } value ? this with { Json = value } : null;

    /// <summary>A whole number above zero.</summary>
    public int Size(string name, int? otherwise = null) =>
        Find(name) is not { } value ? otherwise ?? throw new InputException($"{File} has no {name}.")
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number > 0 ? number
        : throw new InputException($"{File}: {name} is {value}, but a whole number above 0 is wanted.");

    /// <summary>A whole number.</summary>
    public int Integer(string name, int otherwise) =>
        Find(name) is not { } value ? otherwise
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number
        : throw new InputException($"{File}: {name} is {value}, but a whole number is wanted.");

    /// <summary>A number.</summary>
    public float Number(string name, float otherwise) =>
        Find(name) is not { } value ? otherwise
        : value.ValueKind == JsonValueKind.Number ? value.GetSingle()
        : throw new InputException($"{File}: {name} is {value}, but a number is wanted.");

    /// <summary>True or false.</summary>
    public bool Flag(string name, bool otherwise) =>
        Find(name) is not { } value
            ? otherwise
            : value.ValueKind switch
            {
                JsonValueKind.True => true,
                JsonValueKind.False => false,
                _ => throw new InputException($"{File}: {name} is {value}, but true or false is wanted."),
            };

    /// <summary>A text.</summary>
    public string Text(string name, string otherwise) =>
        Find(name) is not { } value ? otherwise
        : value.ValueKind == JsonValueKind.String ? value.GetString()!
        : throw new InputException($"{File}: {name} is {value}, but a text is wanted.");

    /// <summary>A list of whole numbers above zero.</summary>
    public IReadOnlyList<int> Sizes(string name, IReadOnlyList<int>? otherwise = null) =>
        Find(name) is not { } value ? otherwise ?? throw new InputException($"{File} has no {name}.")
        : value.ValueKind == JsonValueKind.Array
        && value.GetArrayLength() > 0
        && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.Number && IsSize(item))
            ? [.. value.EnumerateArray().Select(item => item.GetInt32())]
        : throw new InputException($"{File}: {name} is {value}, but a list of whole numbers above 0 is wanted.");

    /// <summary>A whole number above zero for each of <paramref name="count"/> parts, written as a list or, where it is one for all, as a number.</summary>
    public IReadOnlyList<int> SizesOrOne(string name, int count, int? otherwise = null) =>
        Find(name) is { ValueKind: JsonValueKind.Array }
            ? Sizes(name) is var sizes && sizes.Count == count
                ? sizes
                : throw new InputException($"{File}: {name} has {Sizes(name).Count} entries, but {count} are wanted.")
            : [.. Enumerable.Repeat(Size(name, otherwise), count)];

    /// <summary>A list of numbers, or null.</summary>
    public IReadOnlyList<float>? Numbers(string name) =>
        Find(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.Array
        && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.Number)
            ? [.. value.EnumerateArray().Select(item => item.GetSingle())]
        : throw new InputException($"{File}: {name} is {value}, but a list of numbers is wanted.");

    /// <summary>A list of texts.</summary>
    public IReadOnlyList<string> Texts(string name, IReadOnlyList<string>? otherwise = null) =>
        Find(name) is not { } value ? otherwise ?? throw new InputException($"{File} has no {name}.")
        : value.ValueKind == JsonValueKind.Array
        && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String)
            ? [.. value.EnumerateArray().Select(item => item.GetString()!)]
        : throw new InputException($"{File}: {name} is {value}, but a list of texts is wanted.");

    /// <summary>The first entry of a list of texts, or null.</summary>
    public string? FirstOf(string name) =>
        Find(name) is { ValueKind: JsonValueKind.Array } list
        && list.GetArrayLength() > 0
        && list[0].ValueKind == JsonValueKind.String
            ? list[0].GetString()
            : null;

    /// <summary>The config, if its width can be divided among its heads.</summary>
    public T Divisible<T>(int width, int heads, T config) =>
        width % heads == 0
            ? config
            : throw new InputException($"{File}: a width of {width} cannot be divided among {heads} attention heads.");

    private static bool IsSize(JsonElement item) => item.TryGetInt32(out var number) && number > 0;

    private JsonElement? Find(string name) =>
        Json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
}
