using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Semblance.Studies.Files;

/// <summary>The fields of one mapping of a study file, each read as what it has to be. What is wrong is noted, and counts as not given.</summary>
internal sealed partial class YamlFields
{
    private const int Deepest = 24;

    private readonly YamlReading _reading;
    private readonly Dictionary<string, (YamlNode Key, YamlNode Value)> _fields = [];

    /// <summary>Takes a mapping, and notes keys that are not known.</summary>
    /// <param name="reading">The file.</param>
    /// <param name="node">The mapping.</param>
    /// <param name="what">What it is, for messages: "a model".</param>
    /// <param name="known">The keys that it may have.</param>
    /// <param name="aliases">Other names of keys.</param>
    public YamlFields(
        YamlReading reading,
        YamlMappingNode node,
        string what,
        IReadOnlyList<string> known,
        IReadOnlyDictionary<string, string>? aliases = null
    )
    {
        (_reading, Node, What) = (reading, node, what);
        foreach (var (key, value) in node.Children)
        {
            var given = key is YamlScalarNode { Value: { } text } ? text : key.ToString();
            var name = aliases?.GetValueOrDefault(given) ?? given;
            if (!known.Contains(name))
            {
                var near = NearestName.Of(given, known.Concat(aliases?.Keys ?? []));
                reading.Fault(
                    key,
                    near is null
                        ? $"\"{given}\" is not a field of {what}; the fields are {string.Join(", ", known)}."
                        : $"\"{given}\" is not a field of {what}; did you mean \"{near}\"?"
                );
            }
            else if (!_fields.TryAdd(name, (key, value)))
            {
                reading.Fault(key, $"\"{given}\" is given twice, as \"{name}\" too; remove one.");
            }
        }
    }

    private YamlFields(YamlFields from, IEnumerable<KeyValuePair<string, YamlNode>> others)
    {
        (_reading, Node, What) = (from._reading, from.Node, from.What);
        _fields = new(from._fields);
        foreach (var (name, value) in others)
        {
            _fields[name] = (value, value);
        }
    }

    /// <summary>The mapping itself, for the place of what is missing in it.</summary>
    public YamlMappingNode Node { get; }

    /// <summary>What it is, for messages.</summary>
    public string What { get; }

    /// <summary>The fields that are given.</summary>
    public IEnumerable<string> Names => _fields.Keys;

    public bool Has(string name) => _fields.ContainsKey(name);

    /// <summary>The same with some fields replaced.</summary>
    public YamlFields With(IEnumerable<KeyValuePair<string, YamlNode>> others) => new(this, others);

    /// <summary>The key of a field, or the mapping where it is not given.</summary>
    public YamlNode At(string name) => _fields.TryGetValue(name, out var field) ? field.Key : Node;

    /// <summary>The value of a field; null where it is not given.</summary>
    public YamlNode? Value(string name) => _fields.TryGetValue(name, out var field) ? field.Value : null;

    public void Fault(string name, string sentence) => _reading.Fault(Value(name) ?? Node, sentence);

    public string? Text(string name) =>
        Value(name) switch
        {
            null => null,
            YamlScalarNode scalar when !IsNull(scalar) => scalar.Value,
            _ => Wrong<string>(name, "a text"),
        };

    /// <summary>A text that is not empty.</summary>
    public string? Word(string name) =>
        Text(name) is not { } text ? null
        : string.IsNullOrWhiteSpace(text) ? Wrong<string>(name, "a text that is not empty")
        : text;

    public string? OneOf(string name, params IReadOnlyList<string> allowed)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        if (allowed.Contains(text))
        {
            return text;
        }

        var near = NearestName.Of(text, allowed);
        Fault(
            name,
            $"{name} is \"{text}\"; {(near is null ? $"it is one of {string.Join(", ", allowed)}" : $"did you mean \"{near}\"?{(allowed.Count < 8 ? $" It is one of {string.Join(", ", allowed)}" : "")}")}.".Replace(
                "?.",
                "?",
                StringComparison.Ordinal
            )
        );
        return null;
    }

    public int? Whole(string name, int least, int most) =>
        Text(name) is not { } text ? null
        : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
        && number >= least
        && number <= most
            ? number
        : Wrong<int?>(name, $"a whole number from {least} to {most}");

    public double? Number(string name) =>
        Text(name) is not { } text ? null
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
        && double.IsFinite(number)
            ? number
        : Wrong<double?>(name, "a number");

    public decimal? Money(string name) =>
        Text(name) is not { } text ? null
        : decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= 0
            ? number
        : Wrong<decimal?>(name, "an amount of 0 or more, without a currency");

    public bool? Flag(string name) =>
        Text(name) switch
        {
            null => null,
            "true" or "yes" or "on" => true,
            "false" or "no" or "off" => false,
            _ => Wrong<bool?>(name, "true or false"),
        };

    /// <summary>A time such as <c>500ms</c>, <c>30s</c>, <c>10m</c>, <c>1h</c>.</summary>
    public TimeSpan? Duration(string name) =>
        Text(name) is not { } text ? null
        : DurationText().Match(text) is { Success: true } found
        && double.TryParse(found.Groups["n"].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
        && number is > 0 and < 1e6
            ? found.Groups["unit"].Value switch
            {
                "ms" => TimeSpan.FromMilliseconds(number),
                "s" => TimeSpan.FromSeconds(number),
                "m" => TimeSpan.FromMinutes(number),
                _ => TimeSpan.FromHours(number),
            }
        : Wrong<TimeSpan?>(name, "a time such as 500ms, 30s, 10m or 1h");

    /// <summary>A mapping with known keys.</summary>
    public YamlFields? Map(string name, string what, IReadOnlyList<string> known) =>
        Value(name) switch
        {
            null => null,
            YamlMappingNode map => new YamlFields(_reading, map, what, known),
            YamlScalarNode scalar when IsNull(scalar) => null,
            _ => Wrong<YamlFields>(name, "fields and values"),
        };

    /// <summary>A mapping whose keys are names that the user chooses.</summary>
    public IReadOnlyList<(string Name, YamlNode Key, YamlNode Value)> Entries(string name)
    {
        switch (Value(name))
        {
            case null:
                return [];
            case YamlMappingNode map:
                return [.. map.Children.Select(one => (one.Key.ToString(), one.Key, one.Value))];
            case YamlScalarNode scalar when IsNull(scalar):
                return [];
            default:
                Wrong<string>(name, "names and values");
                return [];
        }
    }

    /// <summary>The items of a list; one value counts as a list of one.</summary>
    public IReadOnlyList<YamlNode> List(string name) =>
        Value(name) switch
        {
            null => [],
            YamlSequenceNode list => [.. list.Children],
            YamlScalarNode scalar when IsNull(scalar) => [],
            var one => [one],
        };

    /// <summary>The items of a list that has to hold texts.</summary>
    public IReadOnlyList<string> Texts(string name)
    {
        List<string> texts = [];
        foreach (var item in List(name))
        {
            if (item is YamlScalarNode { Value: { Length: > 0 } text })
            {
                texts.Add(text);
            }
            else
            {
                _reading.Fault(item, $"{name} takes texts.");
            }
        }

        return texts;
    }

    /// <summary>A mapping of any fields, as JSON: numbers and truth values are such, unless they are quoted.</summary>
    public JsonObject Json(string name) =>
        Value(name) switch
        {
            null => [],
            YamlMappingNode map => (JsonObject)ToJson(map, Deepest)!,
            _ => Wrong<JsonObject>(name, "fields and values") ?? [],
        };

    /// <summary>A value of any kind as JSON.</summary>
    public JsonNode? AnyJson(string name) => Value(name) is { } node ? ToJson(node, Deepest) : null;

    private JsonNode? ToJson(YamlNode node, int depth)
    {
        if (depth == 0)
        {
            _reading.Fault(node, "The fields are nested too deeply.");
            return null;
        }

        return node switch
        {
            YamlMappingNode map => new JsonObject(
                map.Children.DistinctBy(one => one.Key.ToString())
                    .Select(one => KeyValuePair.Create(one.Key.ToString(), ToJson(one.Value, depth - 1)))
            ),
            YamlSequenceNode list => new JsonArray([.. list.Children.Select(item => ToJson(item, depth - 1))]),
            YamlScalarNode scalar => Scalar(scalar),
            _ => null,
        };
    }

    private static JsonNode? Scalar(YamlScalarNode scalar)
    {
        var text = scalar.Value ?? "";
        if (scalar.Style != ScalarStyle.Plain)
        {
            return text;
        }

        return text switch
        {
            "" or "~" or "null" => null,
            "true" => true,
            "false" => false,
            _ when JsonNumber().IsMatch(text) => JsonNode.Parse(text),
            _ => text,
        };
    }

    private static bool IsNull(YamlScalarNode scalar) =>
        scalar.Style == ScalarStyle.Plain && scalar.Value is null or "" or "~" or "null";

    private T? Wrong<T>(string name, string expected)
    {
        var found = Value(name) is YamlScalarNode { Value: { } text } ? $"\"{text}\"" : "something else";
        Fault(name, $"{name} takes {expected}; found {found}.");
        return default;
    }

    [GeneratedRegex(
        @"^(?<n>\d+(?:\.\d+)?) ?(?<unit>ms|s|m|h)$",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 2000
    )]
    private static partial Regex DurationText();

    [GeneratedRegex(
        @"^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$",
        RegexOptions.None,
        matchTimeoutMilliseconds: 2000
    )]
    private static partial Regex JsonNumber();
}
