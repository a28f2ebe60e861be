namespace Semblance;

/// <summary>What the system says when a file or folder cannot be read, written, made or removed.</summary>
public static class FileFault
{
    /// <summary>Whether it is one: missing, forbidden, in use, no space, a broken disk. For <c>catch ... when</c>.</summary>
    public static bool IsOne(Exception error) => error is IOException or UnauthorizedAccessException;
}
