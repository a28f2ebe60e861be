using System.Text.Encodings.Web;
using System.Text.Json;

namespace Semblance.Runs.Formats;

/// <summary>How JSON is written here: indented, readable text in any script.</summary>
internal static class JsonText
{
    public static JsonWriterOptions Options { get; } =
        new()
        {
            Indented = true,
            NewLine = "\n",
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };

    /// <summary>Reads back what <see cref="Write"/> wrote.</summary>
    /// <exception cref="KeyNotFoundException">A field is missing.</exception>
    /// <exception cref="InvalidOperationException">A field is of another kind.</exception>
    public static EncoderIdentity ReadEncoder(JsonElement encoder)
    {
        string Text(string name) => encoder.GetProperty(name).GetString() ?? "";
        return new EncoderIdentity(
            Text("name"),
            Text("source"),
            Text("revision"),
            Text("weights_sha256"),
            Text("preprocessing"),
            Text("precision"),
            encoder.GetProperty("dimension").GetInt32(),
            Text("runtime")
        );
    }

    public static void Write(Utf8JsonWriter json, EncoderIdentity encoder)
    {
        json.WriteStartObject();
        json.WriteString("name", encoder.Name);
        json.WriteString("source", encoder.Source);
        json.WriteString("revision", encoder.Revision);
        json.WriteString("weights_sha256", encoder.WeightsSha256);
        json.WriteString("preprocessing", encoder.Preprocessing);
        json.WriteString("precision", encoder.Precision);
        json.WriteNumber("dimension", encoder.Dimension);
        json.WriteString("runtime", encoder.Runtime);
        json.WriteEndObject();
    }
}
