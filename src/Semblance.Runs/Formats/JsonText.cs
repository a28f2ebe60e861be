using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Semblance.Text;

namespace Semblance.Runs.Formats;

/// <summary>How JSON is written here: indented, readable text in any script, with a line end.</summary>
internal static class JsonText
{
    private static readonly JsonWriterOptions Options = new()
    {
        Indented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Of<T>(T document, JsonTypeInfo<T> type) => Encoding.UTF8.GetString(Bytes(document, type));

    public static byte[] Bytes<T>(T document, JsonTypeInfo<T> type)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Options))
        {
            JsonSerializer.Serialize(json, document, type);
        }

        stream.Write("\n"u8);
        return Disarmed(Harmless(stream.ToArray()));
    }

    /// <summary>With an escape in what CI servers obey anywhere in a line, which can only be within texts.</summary>
    private static byte[] Disarmed(byte[] json) =>
        json.AsSpan().IndexOf("##["u8) < 0
            ? json
            : Encoding.UTF8.GetBytes(
                Encoding.UTF8.GetString(json).Replace("##[", "\\u0023#[", StringComparison.Ordinal)
            );

    /// <summary>With escapes in the place of what reorders text on a terminal, which can only be within texts.</summary>
    private static byte[] Harmless(byte[] json)
    {
        // All of them begin with these two bytes.
        if (json.AsSpan().IndexOf("\u2028"u8[..2]) < 0 && json.AsSpan().IndexOf("\u2066"u8[..2]) < 0)
        {
            return json;
        }

        var text = Encoding.UTF8.GetString(json);
        var harmless = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            _ =
                character != '\n' && ControlCharacters.Contains(character)
                    ? harmless.Append(ControlCharacters.CodeOf(character))
                    : harmless.Append(character);
        }

        return Encoding.UTF8.GetBytes(harmless.ToString());
    }
}
