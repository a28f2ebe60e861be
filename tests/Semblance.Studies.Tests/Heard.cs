using Semblance.Consistency;
using Semblance.Models.Hub.Pulling;

namespace Semblance.Studies.Tests;

/// <summary>What a study said and asked.</summary>
internal sealed class Heard
{
    public List<string> Notes { get; } = [];

    public List<string> Warnings { get; } = [];

    public List<SkippedFile> LeftOut { get; } = [];

    public List<string> Stages { get; } = [];

    public List<StageCount> Counts { get; } = [];

    public List<Download> Asked { get; } = [];

    /// <summary>The answer to every download.</summary>
    public bool Agrees { get; init; } = true;

    /// <summary>A host that writes down what it hears.</summary>
    public StudyHost Host(HubSettings? hub = null) =>
        new()
        {
            Note = Notes.Add,
            Warning = Warnings.Add,
            LeftOut = LeftOut.AddRange,
            Hub = hub,
            Agree = (download, _) =>
            {
                Asked.Add(download);
                return Task.FromResult(Agrees);
            },
            Stage = (stage, work) =>
            {
                Stages.Add(stage.What);
                return work(count =>
                {
                    lock (Counts)
                    {
                        Counts.Add(count);
                    }
                });
            },
        };
}
