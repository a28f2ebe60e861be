namespace Semblance.Runs.Formats;

/// <summary>Lines before the header of a table that begin with <c>#</c>, and empty ones.</summary>
/// <param name="Count">How many there are.</param>
/// <param name="Last">The last one that is not empty, without its sign: it may hold the names of the columns.</param>
internal readonly record struct CommentLines(int Count, string Last)
{
    /// <summary>The number of the first line after them.</summary>
    public int Next => Count + 1;

    /// <summary>Reads over the comments that a text begins with.</summary>
    /// <exception cref="FormatException">A line is too long.</exception>
    public static CommentLines Skip(TextReader text)
    {
        var comments = new CommentLines(0, "");
        while (text.Peek() is '#' or '\n' or '\r')
        {
            var line = TextLines.Next(text, comments.Next) ?? "";
            comments = new CommentLines(comments.Next, line.StartsWith('#') ? line.TrimStart('#') : comments.Last);
        }

        return comments;
    }
}
