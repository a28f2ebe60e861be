using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace Semblance.Runs.Folder;

/// <summary>
/// File and folder names made from models and prompts: letters, digits, space, <c>-</c>, <c>_</c> and <c>.</c> are
/// kept, anything else becomes <c>_</c>, the name is cut to 100 UTF-8 bytes, and where anything was changed, or
/// the text ends so itself, <c>-</c> and 8 hexadecimal digits of the text's sha256 follow. Texts that share a name all the same are
/// found by <see cref="Clash"/>, names that differ in case alone by <see cref="CaseClash"/>.
/// </summary>
public static class SafeName
{
    private const int MaxBytes = 100;

    /// <summary>Bytes of the sha256 that follow a changed name, each two digits.</summary>
    private const int MarkBytes = 4;

    private static readonly SearchValues<char> Hexadecimal = SearchValues.Create("0123456789abcdef");

    private static readonly SearchValues<string> Devices = SearchValues.Create(
        ["CON", "PRN", "AUX", "NUL", .. Enumerable.Range(1, 9).SelectMany(i => (string[])[$"COM{i}", $"LPT{i}"])],
        StringComparison.OrdinalIgnoreCase
    );

    /// <summary>The name for <paramref name="text"/>, legal on Windows, macOS and Linux.</summary>
    public static string Of(string text)
    {
        var kept = new StringBuilder(text.Length);
        var bytes = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            var next = Rune.IsLetterOrDigit(rune) || rune.Value is ' ' or '-' or '_' or '.' ? rune : new Rune('_');
            bytes += next.Utf8SequenceLength;
            if (bytes > MaxBytes)
            {
                break;
            }

            kept.Append(next);
        }

        // Windows drops dots and spaces at the end of a name, hidden files begin with a dot, and a device name is a
        // device with any extension.
        var name = kept.ToString().Trim(' ').TrimEnd('.', ' ');
        if (name.StartsWith('.') || name.Length == 0)
        {
            name = "_" + name.TrimStart('.');
        }

        if (IsDevice(name))
        {
            name = "_" + name;
        }

        // A text that ends as a changed one does would take the place of that one.
        return string.Equals(name, text, StringComparison.Ordinal) && !HasMark(text)
            ? name
            : $"{name}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, MarkBytes))}";
    }

    /// <summary>Two of some texts that have one name all the same, which chance hardly makes and intent can; or null.</summary>
    internal static (string One, string Other)? Clash(IEnumerable<string> texts)
    {
        var seen = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var text in texts)
        {
            if (!seen.TryAdd(Of(text), text) && seen[Of(text)] != text)
            {
                return (seen[Of(text)], text);
            }
        }

        return null;
    }

    private static bool HasMark(string text) =>
        text.Length > 2 * MarkBytes
        && text[^((2 * MarkBytes) + 1)] == '-'
        && text.AsSpan(text.Length - (2 * MarkBytes)).IndexOfAnyExcept(Hexadecimal) < 0;

    /// <summary>Two names that Windows and macOS take for one, or null.</summary>
    public static (string One, string Other)? CaseClash(IEnumerable<string> names)
    {
        var seen = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var name in names)
        {
            if (!seen.TryAdd(name, name) && seen[name] != name)
            {
                return (seen[name], name);
            }
        }

        return null;
    }

    private static bool IsDevice(string name)
    {
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        return Devices.Contains((dot < 0 ? name : name[..dot]).TrimEnd(' '));
    }
}
