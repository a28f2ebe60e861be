using System.Text.Json;

namespace Semblance.Models.Configuration;

/// <summary>
/// A JSON object of a model's configuration, with the file's name for messages. Where a key is missing or null, what the
/// caller gives stands for it. A key that the caller gives nothing for, and any value of another kind than is asked for,
/// is an <see cref="InputException"/>.
/// </summary>
/// <param name="File">Path of the file.</param>
/// <param name="Json">The object.</param>
/// <param name="Within">What stands before its keys in messages: <c>vision_config.</c> for an object below the file's own.</param>
internal sealed record ConfigJson(string File, JsonElement Json, string Within = "")
{
    /// <summary>More layers, one after another, than any model has: lists of this many are made at once.</summary>
    public const int MostLayers = 1000;

    /// <summary>More entries, channels or positions than any model has: products of two of them stay far from overflowing.</summary>
    private const int MostSize = 1 << 24;

    /// <summary>Reads the JSON object of a file.</summary>
    /// <exception cref="InputException">It is missing, unreadable, or not a JSON object.</exception>
    public static ConfigJson Read(string file) => JsonFile.Parse(file, bytes => Parse(file, bytes));

    /// <summary>Reads a text that a file holds.</summary>
    /// <exception cref="InputException">It is not a JSON object.</exception>
    public static ConfigJson Parse(string file, ReadOnlyMemory<byte> text)
    {
        try
        {
            var json = JsonFile.Root(text.Span);
            return json.ValueKind == JsonValueKind.Object
                ? new ConfigJson(file, json)
                : throw new InputException($"{file} does not hold a JSON object.");
        }
        catch (Exception error) when (error is JsonException or FormatException)
        {
            throw new InputException($"{file} cannot be understood: {JsonFile.Fault(error)}.", error);
        }
    }

    /// <summary>Whether the key is there and not null.</summary>
    public bool Has(string name) => Find(name) is not null;

    /// <summary>Whether the key holds a list.</summary>
    public bool IsList(string name) => Find(name) is { ValueKind: JsonValueKind.Array };

    /// <summary>An object below this one; null where the key is missing or holds something else.</summary>
    public ConfigJson? Object(string name) =>
        Find(name) is { ValueKind: JsonValueKind.Object } value
            ? new ConfigJson(File, value, $"{Within}{name}.")
            : null;

    /// <summary>An object below this one that must be there.</summary>
    public ConfigJson Part(string name) => Object(name) ?? throw Missing(name);

    /// <summary>A whole number above zero, and no more than any model has of anything.</summary>
    public int Size(string name, int? otherwise = null) =>
        Find(name, IsSize, $"a whole number from 1 to {MostSize}")?.GetInt32() ?? otherwise ?? throw Missing(name);

    /// <summary>A whole number above zero that no model has more of than <paramref name="most"/>.</summary>
    public int Size(string name, int? otherwise, int most) =>
        Find(name, value => IsSize(value) && value.GetInt32() <= most, $"a whole number from 1 to {most}")?.GetInt32()
        ?? otherwise
        ?? throw Missing(name);

    /// <summary>A whole number, perhaps negative.</summary>
    public int Integer(string name, int otherwise) => Find(name, IsWhole, "a whole number")?.GetInt32() ?? otherwise;

    /// <summary>A number in single precision.</summary>
    public float Number(string name, float otherwise) => Find(name, IsSingle, "a number")?.GetSingle() ?? otherwise;

    /// <summary>What a normalisation adds to a variance: above 0, and at most 1.</summary>
    public float Epsilon(string name, float otherwise) =>
        Find(name, value => IsSingle(value) && value.GetSingle() is > 0 and <= 1, "a number above 0 and up to 1")
            ?.GetSingle()
        ?? otherwise;

    /// <summary>A number in double precision.</summary>
    public double Double(string name, double otherwise) => Find(name, IsNumber, "a number")?.GetDouble() ?? otherwise;

    /// <summary>The value of a field that is true or false.</summary>
    public bool Flag(string name, bool otherwise) =>
        Find(name, value => value.ValueKind is JsonValueKind.True or JsonValueKind.False, "true or false")?.GetBoolean()
        ?? otherwise;

    /// <summary>The text of a field, which may be empty.</summary>
    public string Text(string name, string? otherwise = null) =>
        Find(name, IsText, "a text")?.GetString() ?? otherwise ?? throw Missing(name);

    /// <summary>A list of one or more whole numbers above zero.</summary>
    public IReadOnlyList<int> Sizes(string name, IReadOnlyList<int>? otherwise = null) =>
        Find(
            name,
            value => IsListOf(value, IsSize) && value.GetArrayLength() > 0,
            $"a list of whole numbers from 1 to {MostSize}"
        )
            is { } list
            ? [.. list.EnumerateArray().Select(item => item.GetInt32())]
            : otherwise ?? throw Missing(name);

    /// <summary>A whole number above zero for each of <paramref name="count"/> parts, written as a list or, where it is one for all, as a number.</summary>
    public IReadOnlyList<int> SizesOrOne(string name, int count, int? otherwise = null, int most = MostSize) =>
        !IsList(name) ? [.. Enumerable.Repeat(Size(name, otherwise, most), count)]
        : Sizes(name) is var sizes && sizes.Count == count ? [.. sizes.Select(size => UpTo(most, name, size))]
        : throw new InputException($"{File}: {Within}{name} has {sizes.Count} entries; expected {count}.");

    /// <summary>A list of three numbers, one for each colour channel, or null.</summary>
    public IReadOnlyList<double>? Channels(string name) =>
        Find(name, value => IsListOf(value, IsNumber) && value.GetArrayLength() == 3, "a list of three numbers")
            is { } list
            ? [.. list.EnumerateArray().Select(item => item.GetDouble())]
            : null;

    /// <summary>A list of numbers, or null.</summary>
    public IReadOnlyList<float>? Numbers(string name) =>
        Find(name, value => IsListOf(value, IsSingle), "a list of numbers") is { } list
            ? [.. list.EnumerateArray().Select(item => item.GetSingle())]
            : null;

    /// <summary>The list of texts of a field.</summary>
    public IReadOnlyList<string> Texts(string name, IReadOnlyList<string>? otherwise = null) =>
        Find(name, value => IsListOf(value, IsText), "a list of texts") is { } list
            ? [.. list.EnumerateArray().Select(item => item.GetString()!)]
            : otherwise ?? throw Missing(name);

    /// <summary>The first entry of a list, where it is a text; else null.</summary>
    public string? FirstOf(string name) =>
        IsList(name) && Json.GetProperty(name).EnumerateArray().FirstOrDefault() is var first && IsText(first)
            ? first.GetString()
            : null;

    /// <summary>Refuses values that would make it another network.</summary>
    /// <param name="keys">
    /// Keys, each with the one value beside null, false and a list of them that changes nothing: a text, or <c>1</c> for
    /// that number.
    /// </param>
    /// <param name="supported">What is supported, for the message.</param>
    /// <exception cref="InputException">One of the keys has another value.</exception>
    public void Refuse(ReadOnlySpan<(string Key, string Plain)> keys, string supported)
    {
        foreach (var (key, plain) in keys)
        {
            if (Find(key) is { } value && !IsPlain(value, plain))
            {
                throw new InputException($"{File}: {Within}{key} is {value}, which is not supported; {supported} are.");
            }
        }
    }

    /// <summary>The config, if its width can be divided among its attention heads.</summary>
    public T Divisible<T>(int width, int heads, T config) =>
        width % heads == 0
            ? config
            : throw new InputException($"{File}: a width of {width} cannot be divided among {heads} attention heads.");

    private static bool IsPlain(JsonElement value, string plain) =>
        value.ValueKind switch
        {
            JsonValueKind.False => true,
            JsonValueKind.Number => plain == "1" && value.GetDouble() == 1,
            JsonValueKind.String => value.ValueEquals(plain),
            JsonValueKind.Array => value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.False),
            _ => false,
        };

    // JSON has no infinity, but numbers too large to be told from it.
    private static bool IsNumber(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && double.IsFinite(value.GetDouble());

    private static bool IsSingle(JsonElement value) => IsNumber(value) && float.IsFinite(value.GetSingle());

    private static bool IsWhole(JsonElement value) => IsNumber(value) && value.TryGetInt32(out _);

    private static bool IsSize(JsonElement value) => IsWhole(value) && value.GetInt32() is > 0 and <= MostSize;

    private static bool IsText(JsonElement value) => value.ValueKind == JsonValueKind.String;

    private static bool IsListOf(JsonElement value, Func<JsonElement, bool> item) =>
        value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(item);

    private JsonElement? Find(string name) =>
        Json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private JsonElement? Find(string name, Func<JsonElement, bool> fits, string wanted) =>
        Find(name) is not { } value ? null
        : fits(value) ? value
        : throw new InputException($"{File}: {Within}{name} is {Shown(value)}; expected {wanted}.");

    /// <summary>As it is written, where it is short: a text in its quotes.</summary>
    private static string Shown(JsonElement value)
    {
        const int Longest = 80;
        var text = value.GetRawText();
        return text.Length > Longest ? $"{text[..Longest]}..." : text;
    }

    private int UpTo(int most, string name, int size) =>
        size <= most
            ? size
            : throw new InputException($"{File}: {Within}{name} is {size}; expected a whole number from 1 to {most}.");

    private InputException Missing(string name) => new($"{File} has no {Within}{name}.");
}
