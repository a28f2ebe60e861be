using System.Text;
using Semblance.Tensors;

namespace Semblance.Runs.Formats;

/// <summary>Says why a file cannot be read as Parquet, by what it begins and ends with.</summary>
internal static class ParquetFault
{
    private const string Again = "fetch it or write it again";

    /// <summary>The reason, to stand behind a colon, and what to do.</summary>
    /// <param name="path">The file.</param>
    /// <param name="error">What the library or <see cref="ParquetCheck"/> threw; what is not supported says why itself.</param>
    public static string Of(string path, Exception error)
    {
        if (error is NotSupportedException or NotImplementedException or UnauthorizedAccessException)
        {
            return error.Message.TrimEnd('.');
        }

        (var head, var tail) = Ends(path);
        return ForeignFile.Of(path) is { } other ? $"it {other}"
            : head.StartsWith("ARROW1", StringComparison.Ordinal)
                ? "it is a file of Arrow (Feather); write it as Parquet"
            : head.StartsWith("PARE", StringComparison.Ordinal) || tail == "PARE"
                ? "it is encrypted; write it without encryption"
            : !head.StartsWith("PAR1", StringComparison.Ordinal) ? $"it does not begin as a Parquet file does; {Again}"
            : tail != "PAR1" ? $"it does not end as a Parquet file does, so its end is missing; {Again}"
            : $"it is damaged; {Again}";
    }

    private static (string Head, string Tail) Ends(string path)
    {
        try
        {
            using var file = RegularFile.OpenRead(path);
            var bytes = new byte[8];
            var head = Encoding.Latin1.GetString(bytes, 0, file.ReadAtLeast(bytes, bytes.Length, false));
            file.Position = Math.Max(0, file.Length - 4);
            return (head, Encoding.Latin1.GetString(bytes, 0, file.ReadAtLeast(bytes.AsSpan(0, 4), 4, false)));
        }
        catch (IOException)
        {
            return ("", "");
        }
    }
}
