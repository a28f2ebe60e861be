using Semblance.Cluster.Jobs;
using Semblance.Studies.Files;

namespace Semblance.Cluster.Tests;

/// <summary>Plans of a small study.</summary>
internal static class Plans
{
    public static ClusterPlan Of(StudyFile study, int shards = 4) =>
        new(study, new JobSettings(shards, ["/opt/semblance"]));

    /// <summary>A study that is nowhere but in memory.</summary>
    public static StudyFile Study(string path, string run, bool makesImages = true) =>
        new(path, "A study, of foxes", [], makesImages ? [new StudyModel("m", new PainterSource("steady"), [])] : [])
        {
            Run = run,
        };
}
