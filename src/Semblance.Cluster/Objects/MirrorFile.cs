namespace Semblance.Cluster.Objects;

/// <summary>What a file of a run is to a mirror.</summary>
internal enum MirrorKind
{
    /// <summary>Not held elsewhere: caches, logs, votes, what failed, and what is not ours.</summary>
    None,

    /// <summary>An image that was made: written once, and brought where it is read.</summary>
    Image,

    /// <summary>A chunk of embeddings: written once, and brought before embedding.</summary>
    Chunk,

    /// <summary>What shards make, and whose the run is: written once, and brought first.</summary>
    Record,

    /// <summary>What images hash to: written once, by the mirror itself.</summary>
    HashList,

    /// <summary>A result: written by the command that is no shard when it is done, in place of the one before.</summary>
    Result,
}

/// <summary>Tells the files of a run apart by their names.</summary>
internal static class MirrorFile
{
    public const string HashLists = "hashes";
    public const string Images = "images";
    public const string Embeddings = "embeddings";
    public const string Records = "shards";
    public const string StudyMark = "study/study.json";

    private const int MostBytes = 255;

    /// <summary>The kind of a file.</summary>
    /// <param name="name">Relative to the run folder and with /.</param>
    public static MirrorKind KindOf(string name)
    {
        var parts = name.Split('/');
        // Temporary files begin with a dot.
        return parts[^1].Length == 0 || parts[^1][0] == '.'
            ? MirrorKind.None
            : (parts, Path.GetExtension(name)) switch
            {
                ([Images, _, _, _], ".png" or ".jpg" or ".webp") => MirrorKind.Image,
                ([Embeddings, _, _], ".safetensors") => MirrorKind.Chunk,
                ([Records, _], ".json") => MirrorKind.Record,
                ([HashLists, _], ".tsv") => MirrorKind.HashList,
                (["study", "study.json"], _) => MirrorKind.Record,
                (["study", _], ".json" or ".jsonl" or ".yaml") => MirrorKind.Result,
                ([_], ".json" or ".jsonl" or ".parquet" or ".csv" or ".html") => MirrorKind.Result,
                _ => MirrorKind.None,
            };
    }

    /// <summary>Whether a name leads to a file in its folder on every system, and nowhere else.</summary>
    public static bool IsSafe(string name) =>
        name.Split('/')
            .All(part =>
                part is not ("" or "." or "..")
                && System.Text.Encoding.UTF8.GetByteCount(part) <= MostBytes
                && !part.Any(c => char.IsControl(c) || c == '\\' || (OperatingSystem.IsWindows() && c == ':'))
            );
}
