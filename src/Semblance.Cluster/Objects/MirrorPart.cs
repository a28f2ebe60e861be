namespace Semblance.Cluster.Objects;

/// <summary>What a command needs of a run that is held in a bucket.</summary>
[Flags]
public enum MirrorPart
{
    /// <summary>The images: which there are, and what they hash to.</summary>
    Images = 0,

    /// <summary>Also the chunks of embeddings.</summary>
    Embeddings = 1,

    /// <summary>Also the results; written anew when the command is done. Of a command that is no shard.</summary>
    Results = 2,
}
