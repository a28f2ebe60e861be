using System.Buffers;
using System.Text;

namespace Semblance.Runs.Formats;

/// <summary>
/// Comma or tab separated text by RFC 4180: cells in quotes may hold separators, line ends and doubled quotes; line
/// ends are LF, CRLF, or CR alone where the first line ends so; empty lines are left out, and what only pads the end.
/// </summary>
internal sealed class SeparatedText
{
    /// <summary>Longer cells are the rest of a file after a quote that is never closed.</summary>
    private const int LongestCell = 1 << 24;

    private readonly TextReader _text;
    private readonly char _separator;
    private readonly CellStyle _style;
    private readonly SearchValues<char> _stops;
    private readonly SearchValues<char> _quotedStops;
    private readonly char[] _buffer = new char[1 << 15];
    private readonly StringBuilder _cell = new();
    private int _at;
    private int _end;
    private int _line;
    private int _begin;

    private SeparatedText(TextReader text, char separator, CellStyle style, int line)
    {
        _text = text;
        _separator = separator;
        _style = style;
        _stops = SearchValues.Create(separator, '"', '\n', '\r');
        _quotedStops = SearchValues.Create(style == CellStyle.Backslash ? "\"\n\\" : "\"\n");
        (_line, _begin) = (line, line);
    }

    /// <summary>Records in the order of the text, each with the number of the line that it begins on, from 1.</summary>
    /// <param name="text">Read to its end.</param>
    /// <param name="separator">Of cells.</param>
    /// <param name="style">How cells are written.</param>
    /// <param name="line">The number of the first line.</param>
    /// <exception cref="FormatException">A quote that is never closed, or text beside quotes.</exception>
    public static IEnumerable<(int Line, string[] Cells)> Read(
        TextReader text,
        char separator,
        CellStyle style = CellStyle.Plain,
        int line = 1
    ) => new SeparatedText(text, separator, style, line).Records();

    private IEnumerable<(int Line, string[] Cells)> Records()
    {
        List<string> cells = [];
        // Whether a carriage return alone ends a line; null before the first line end.
        bool? bare = null;
        var closed = false;
        // A cell that ends in a backslash and quotes in a cell without: written with backslashes, it would be one cell.
        (var escaped, var stray) = (false, false);
        while (true)
        {
            if (!closed && _cell.Length == 0 && Plain(cells.Count > 0, out var ends) is { } plain)
            {
                cells.Add(plain);
                if (ends)
                {
                    yield return (_begin, Whole());
                    bare ??= false;
                    Begin();
                }

                continue;
            }

            if (!closed)
            {
                Take(_stops);
            }

            var next = Next();
            if (next == _separator)
            {
                cells.Add(Cell(closed));
                closed = false;
            }
            else if (next is '\r' && (Peek() == '\n' || bare == false))
            {
                if (Peek() != '\n')
                {
                    _cell.Append('\r');
                }
            }
            else if (next is < 0 or '\n' or '\r')
            {
                bare ??= next == '\r';
                if (next < 0 && !closed)
                {
                    DropPadding();
                }

                if (cells.Count > 0 || _cell.Length > 0 || closed)
                {
                    cells.Add(Cell(closed));
                    yield return (_begin, Whole());
                }

                if (next < 0)
                {
                    yield break;
                }

                Begin();
            }
            else if (closed)
            {
                // Nothing but spaces and padding may stand between a quote and what ends its cell.
                if (next is not (' ' or '\t' or '\u001a' or '\0'))
                {
                    throw new FormatException($"line {_line}: text after a closing quote");
                }
            }
            else if (next == '"' && IsBlank())
            {
                if (_cell.Length > 0 && _style != CellStyle.Spaced)
                {
                    throw new FormatException(
                        $"line {_line}: a space before a quote, which can be read two ways; put the whole cell in quotes"
                    );
                }

                _cell.Clear();
                Quoted();
                closed = true;
                escaped |= _cell is [.., '\\'];
            }
            else
            {
                stray = true;
                _cell.Append((char)next);
            }
        }

        string[] Whole() =>
            escaped && stray
                ? throw new FormatException(
                    $"line {_begin}: a backslash before a quote, which can be read two ways; double the quotes within quotes"
                )
                : [.. cells];

        void Begin()
        {
            cells.Clear();
            (closed, escaped, stray) = (false, false, false);
            _begin = ++_line;
        }
    }

    /// <summary>The rest of a cell in quotes, to the quote that closes it.</summary>
    private void Quoted()
    {
        while (true)
        {
            Take(_quotedStops);
            switch (Next())
            {
                case < 0:
                    throw new FormatException($"line {_begin}: a quote is opened and never closed");
                case '\n':
                    _line++;
                    _cell.Append('\n');
                    break;
                case '\\' when Peek() is '"' or '\\':
                    _cell.Append((char)Next());
                    break;
                case '\\':
                    _cell.Append('\\');
                    break;
                default:
                    if (_style == CellStyle.Backslash || Peek() != '"')
                    {
                        return;
                    }

                    _cell.Append((char)Next());
                    break;
            }
        }
    }

    /// <summary>Whether a cell has no more than spaces so far.</summary>
    private bool IsBlank()
    {
        for (var at = 0; at < _cell.Length; at++)
        {
            if (_cell[at] != ' ')
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Takes off what CP/M and DOS end texts with, and the zeros of a file that was given more room than it needs.</summary>
    private void DropPadding()
    {
        while (_cell is [.., '\u001a' or '\0'])
        {
            _cell.Length--;
        }
    }

    private string Cell(bool closed)
    {
        var cell = _style == CellStyle.Spaced && !closed ? _cell.ToString().Trim() : _cell.ToString();
        _cell.Clear();
        return cell;
    }

    private int Peek() => Fill() ? _buffer[_at] : -1;

    private int Next() => Fill() ? _buffer[_at++] : -1;

    private bool Fill()
    {
        if (_at == _end)
        {
            (_at, _end) = (0, _text.Read(_buffer, 0, _buffer.Length));
        }

        return _end > 0;
    }

    /// <summary>A cell without quotes that ends within the buffer, as most do, and is taken with what ends it; else null.</summary>
    /// <param name="maybeLast">Whether it may be the last of its line.</param>
    /// <param name="isLast">Whether it is.</param>
    private string? Plain(bool maybeLast, out bool isLast)
    {
        isLast = false;
        if (!Fill())
        {
            return null;
        }

        var rest = _buffer.AsSpan(_at, _end - _at);
        var stop = rest.IndexOfAny(_stops);
        if (stop < 0)
        {
            return null;
        }

        var after = stop + 1;
        if (rest[stop] != _separator)
        {
            after += rest[stop..].StartsWith("\r\n") ? 1 : 0;
            isLast = maybeLast && rest[after - 1] == '\n';
            if (!isLast)
            {
                return null;
            }
        }

        _at += after;
        return new string(_style == CellStyle.Spaced ? rest[..stop].Trim() : rest[..stop]);
    }

    /// <summary>Appends what stands before the next of some characters.</summary>
    private void Take(SearchValues<char> stops)
    {
        while (Fill())
        {
            var rest = _buffer.AsSpan(_at, _end - _at);
            var stop = rest.IndexOfAny(stops);
            _cell.Append(stop < 0 ? rest : rest[..stop]);
            _at = stop < 0 ? _end : _at + stop;
            if (_cell.Length > LongestCell)
            {
                throw new FormatException(
                    $"line {_begin}: a cell of more than {LongestCell} characters; is a quote or a line end missing?"
                );
            }

            if (stop >= 0)
            {
                return;
            }
        }
    }
}
