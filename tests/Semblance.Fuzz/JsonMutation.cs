using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Semblance.Fuzz;

/// <summary>Damages JSON by its structure: it stays JSON mostly, but says something odd in one to three places.</summary>
internal static class JsonMutation
{
    private const string Mark = "the odd value";

    private static readonly string[] Odd =
    [
        "null",
        "true",
        "0",
        "-1",
        "1",
        "2",
        "3",
        "0.5",
        "65537",
        "500000000",
        "2147483647",
        "-2147483648",
        "4294967296",
        "9223372036854775807",
        "18446744073709551616",
        "1e38",
        "1e400",
        "-1e400",
        "1e-400",
        "\"\"",
        "\"x\"",
        "\" \"",
        "\"\\u0000\"",
        "\"\\ud83d\"",
        "\"\\ud83d\\udca9\"",
        "\"../../x\"",
        "\"F8_E4M3\"",
        "\"(a+)+$\"",
        "[]",
        "[0]",
        "[-1, -1]",
        "[1, 2, 3, 4, 5]",
        "[\"x\"]",
        "[[1], [null]]",
        "[4294967296, 4294967296]",
        "[2, 9223372036854775807]",
        "{}",
        "{\"x\": 1}",
        "{\"content\": \"\"}",
    ];

    /// <summary>A damaged copy of a JSON text.</summary>
    public static byte[] Of(byte[] json, Random random)
    {
        var text = Encoding.UTF8.GetString(json);
        for (var times = 1 + random.Next(3); times > 0; times--)
        {
            JsonNode? root;
            try
            {
                root = JsonNode.Parse(text);
                text = root is null ? text : Once(root, random);
            }
            catch (Exception error) when (error is JsonException or ArgumentException or InvalidOperationException)
            {
                // Damaged beyond more of it.
                break;
            }
        }

        return Encoding.UTF8.GetBytes(text);
    }

    private static string Once(JsonNode root, Random random)
    {
        // From the root down, so that the few keys at the top are met as often as the many entries of a vocabulary.
        var (at, depth) = (root, 0);
        while (true)
        {
            var children = at switch
            {
                JsonObject all => all.Count,
                JsonArray all => all.Count,
                _ => 0,
            };
            if (children == 0)
            {
                return JsonSerializer.Serialize(root);
            }

            var index = random.Next(children);
            var child = at is JsonObject some ? some.GetAt(index).Value : at[index];
            if (child is JsonObject or JsonArray && (random.Next(4) > 0 || (depth == 0 && random.Next(4) > 0)))
            {
                (at, depth) = (child, depth + 1);
                continue;
            }

            return Changed(root, at, index, random);
        }
    }

    private static string Changed(JsonNode root, JsonNode parent, int index, Random random)
    {
        var what = random.Next(10);
        if (parent is JsonObject fields)
        {
            var (name, value) = fields.GetAt(index);
            switch (what)
            {
                case 0:
                    fields.Remove(name);
                    return JsonSerializer.Serialize(root);
                case 1:
                    fields.Remove(name);
                    fields[random.Next(2) == 0 ? "" : name + "x"] = value;
                    return JsonSerializer.Serialize(root);
                case 2:
                    fields[name] = fields.GetAt(random.Next(fields.Count)).Value?.DeepClone();
                    return JsonSerializer.Serialize(root);
                default:
                    fields[name] = Mark;
                    break;
            }
        }
        else
        {
            var list = (JsonArray)parent;
            switch (what)
            {
                case 0:
                    list.RemoveAt(index);
                    return JsonSerializer.Serialize(root);
                case 1:
                    list.Add(list[index]?.DeepClone());
                    return JsonSerializer.Serialize(root);
                default:
                    list[index] = Mark;
                    break;
            }
        }

        var odd = random.Next(12) switch
        {
            0 => $"\"{new string('a', 50_000)}\"",
            1 => new string('[', 70) + new string(']', 70),
            _ => Odd[random.Next(Odd.Length)],
        };
        return JsonSerializer.Serialize(root).Replace($"\"{Mark}\"", odd, StringComparison.Ordinal);
    }
}
