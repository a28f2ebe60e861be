using System.Text;

namespace Semblance.Runs.Formats;

/// <summary>Lines of a text that may be of any length, since strangers write them.</summary>
internal static class TextLines
{
    /// <summary>A longer line is none: something else than a text, or one whose line ends are missing.</summary>
    private const int Longest = 1 << 26;

    /// <summary>The next line without its end; null after the last.</summary>
    /// <param name="text">Read to the end of the line.</param>
    /// <param name="number">Of the line, for the message.</param>
    /// <exception cref="FormatException">It is too long.</exception>
    public static string? Next(TextReader text, int number)
    {
        StringBuilder? line = null;
        for (int next; (next = text.Read()) >= 0; )
        {
            line ??= new StringBuilder();
            if (next is '\n' or '\r')
            {
                if (next == '\r' && text.Peek() == '\n')
                {
                    _ = text.Read();
                }

                break;
            }

            if (line.Length == Longest)
            {
                throw new FormatException(
                    $"line {number}: a line of more than {Longest} characters; are the line ends missing?"
                );
            }

            line.Append((char)next);
        }

        return line?.ToString();
    }
}
