using System.Text;

namespace Semblance.Runs.Formats;

/// <summary>
/// Comma or tab separated text by RFC 4180: cells in quotes may hold separators, line ends and doubled quotes; line
/// ends are LF or CRLF; empty lines are left out.
/// </summary>
internal static class SeparatedText
{
    /// <summary>Records in the order of the text, each with the number of the line that it begins on, from 1.</summary>
    /// <exception cref="FormatException">A quote that is never closed, or text after a closing quote.</exception>
    public static IEnumerable<(int Line, string[] Cells)> Read(TextReader text, char separator)
    {
        List<string> cells = [];
        var cell = new StringBuilder();
        var line = 1;
        var begin = 1;
        var quoted = false;
        var closed = false;
        while (true)
        {
            var next = text.Read();
            var c = (char)next;
            if (quoted)
            {
                if (next < 0)
                {
                    throw new FormatException($"line {begin}: a quote is opened and never closed");
                }

                if (c == '"' && text.Peek() == '"')
                {
                    cell.Append((char)text.Read());
                }
                else if (c == '"')
                {
                    (quoted, closed) = (false, true);
                }
                else
                {
                    line += c == '\n' ? 1 : 0;
                    cell.Append(c);
                }
            }
            else if (next < 0 || c == '\n' || (c == '\r' && text.Peek() == '\n'))
            {
                if (c == '\r')
                {
                    continue;
                }

                if (cells.Count > 0 || cell.Length > 0 || closed)
                {
                    yield return (begin, [.. cells, cell.ToString()]);
                }

                if (next < 0)
                {
                    yield break;
                }

                cells.Clear();
                cell.Clear();
                closed = false;
                begin = ++line;
            }
            else if (c == separator)
            {
                cells.Add(cell.ToString());
                cell.Clear();
                closed = false;
            }
            else if (closed)
            {
                throw new FormatException($"line {line}: text after a closing quote");
            }
            else if (c == '"' && cell.Length == 0)
            {
                quoted = true;
            }
            else
            {
                cell.Append(c);
            }
        }
    }
}
