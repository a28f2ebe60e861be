namespace Semblance.Cluster.Jobs;

/// <summary>What a job of a study does.</summary>
public enum ClusterStage
{
    /// <summary>Shards make their part of the images.</summary>
    Images,

    /// <summary>Shards embed their part of the images.</summary>
    Embeddings,

    /// <summary>One process scores, compares and reports.</summary>
    Finish,
}

/// <summary>A study's stages on a cluster.</summary>
public static class ClusterStages
{
    /// <summary>As files and jobs have it.</summary>
    public static string Name(this ClusterStage stage) =>
        stage switch
        {
            ClusterStage.Images => "images",
            ClusterStage.Embeddings => "embeddings",
            _ => "finish",
        };
}
