using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

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
        return stream.ToArray();
    }
}
