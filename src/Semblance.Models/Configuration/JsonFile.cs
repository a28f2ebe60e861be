using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;

namespace Semblance.Models.Configuration;

/// <summary>Reads JSON files that others wrote, and says what is wrong with them to whoever has the file.</summary>
internal static class JsonFile
{
    /// <summary>Reads a file and gives its root to <paramref name="read"/>.</summary>
    /// <param name="file">Its path.</param>
    /// <param name="read">
    /// May ask for properties that are not there or are of another kind, and may throw a <see cref="FormatException"/>
    /// with half a sentence about what is wrong.
    /// </param>
    /// <exception cref="InputException">The file cannot be read or does not have that form; the message names it.</exception>
    public static T Read<T>(string file, Func<JsonElement, T> read) => Parse(file, bytes => read(Root(bytes)));

    /// <summary>The root of a JSON text all of whose texts can be read.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    /// <exception cref="FormatException">It is not in UTF-8, or an escape names half a character.</exception>
    public static JsonElement Root(ReadOnlySpan<byte> json)
    {
        // The parser takes any bytes within a text, and throws when the text is asked for.
        if (!Utf8.IsValid(json))
        {
            throw new FormatException("it is not in UTF-8; fetch it again");
        }

        var root = JsonElement.Parse(json);
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
            if (reader.ValueIsEscaped && reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName)
            {
                try
                {
                    _ = reader.GetString();
                }
                catch (InvalidOperationException error)
                {
                    throw new FormatException(
                        "an escape such as \\ud83d names half a character; fetch it again",
                        error
                    );
                }
            }
        }

        return root;
    }

    /// <summary>A text that must be there.</summary>
    /// <exception cref="FormatException">It is null.</exception>
    /// <exception cref="InvalidOperationException">It is of another kind.</exception>
    public static string Text(this JsonElement value) =>
        value.GetString() ?? throw new FormatException("it has null where a text belongs");

    /// <summary>As <see cref="Read"/>, for any parser of bytes.</summary>
    public static T Parse<T>(string file, Func<byte[], T> read)
    {
        try
        {
            return read(RegularFile.ReadAllBytes(file, RegularFile.MostOfText));
        }
        catch (Exception error) when (IsOfForm(error))
        {
            throw new InputException($"{file} cannot be understood: {Fault(error)}.", error);
        }
        catch (Exception error) when (FileFault.IsOne(error))
        {
            throw new InputException($"{file} cannot be read: {error.Message}", error);
        }
    }

    /// <summary>Whether an exception is about the form of what was read.</summary>
    public static bool IsOfForm(Exception error) =>
        error
            is JsonException
                or FormatException
                or ArgumentException
                or InvalidOperationException
                or KeyNotFoundException;

    /// <summary>
    /// Half a sentence such as <c>it is not valid JSON at line 3, byte 17; fetch it again</c>; what our own readers found
    /// wrong is said as it is.
    /// </summary>
    public static string Fault(Exception error) =>
        error switch
        {
            JsonException { LineNumber: { } line, BytePositionInLine: { } place } => string.Create(
                CultureInfo.InvariantCulture,
                $"it is not valid JSON at line {line + 1}, byte {place + 1}; fetch it again"
            ),
            // What the parser's elements say when they are of another kind than was asked for, or not there.
            InvalidOperationException or KeyNotFoundException => "it is JSON, but not of the form that belongs there",
            _ => error.Message.TrimEnd('.'),
        };
}
