using System.Text.RegularExpressions;

namespace Semblance.Cluster.Objects;

/// <summary>A place in an object store: <c>s3://bucket/prefix</c>.</summary>
/// <param name="Bucket">Its name.</param>
/// <param name="Prefix">Of all objects that are meant, without / at its ends; may be empty.</param>
public sealed partial record BucketAddress(string Bucket, string Prefix)
{
    private const string Scheme = "s3://";

    /// <summary>Whether a text is meant to be one.</summary>
    public static bool IsOne(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Reads what a user wrote.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    public static BucketAddress Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!IsOne(text))
        {
            throw new UsageException($"A place in a bucket is s3://BUCKET/PREFIX, not '{text}'.");
        }

        var rest = text[Scheme.Length..];
        var end = rest.IndexOf('/', StringComparison.Ordinal);
        (var bucket, var prefix) = end < 0 ? (rest, "") : (rest[..end], rest[(end + 1)..].Trim('/'));
        return !Name().IsMatch(bucket)
                ? throw new UsageException(
                    $"'{bucket}' is no name of a bucket: 3 to 63 lower-case letters, digits, dots and hyphens; write s3://BUCKET/PREFIX."
                )
            : prefix.Split('/').Any(part => part is "." or "..")
                ? throw new UsageException(
                    $"The prefix of {text} holds '.' or '..', which names no folder in a bucket."
                )
            : new BucketAddress(bucket, prefix);
    }

    /// <summary>The key of an object by its name below the prefix.</summary>
    public string KeyOf(string name) => Prefix.Length == 0 ? name : $"{Prefix}/{name}";

    /// <inheritdoc/>
    public override string ToString() => Prefix.Length == 0 ? $"{Scheme}{Bucket}" : $"{Scheme}{Bucket}/{Prefix}";

    [GeneratedRegex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", RegexOptions.None, 60_000)]
    private static partial Regex Name();
}
