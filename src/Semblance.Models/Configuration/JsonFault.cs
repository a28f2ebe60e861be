using System.Globalization;
using System.Text.Json;

namespace Semblance.Models.Configuration;

/// <summary>What is wrong with a JSON file, in words for whoever has the file and not for whoever wrote the parser.</summary>
internal static class JsonFault
{
    /// <summary>
    /// For example <c>it is not valid JSON at line 3, byte 17</c>; what a reader of ours found wrong is said as it is.
    /// </summary>
    public static string Of(Exception error) =>
        error switch
        {
            JsonException { LineNumber: { } line, BytePositionInLine: { } place } => string.Create(
                CultureInfo.InvariantCulture,
                $"it is not valid JSON at line {line + 1}, byte {place + 1}"
            ),
            // What the parser's own elements say when they are of another kind than was asked for, or not there.
            InvalidOperationException or KeyNotFoundException => "it is JSON, but not of the form that belongs there",
            _ => error.Message.TrimEnd('.'),
        };
}
