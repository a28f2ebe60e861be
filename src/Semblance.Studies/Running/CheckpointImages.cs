using Semblance.Remote;
using Semblance.Remote.Calls;
using Semblance.Studies.Files;
using Semblance.Studies.Generating;

namespace Semblance.Studies.Running;

/// <summary>The checkpoints of a study, opened and checked; one alone takes all memory.</summary>
internal sealed class CheckpointImages(IReadOnlyList<(StudyModel Model, GenerateStudy Study)> studies)
{
    /// <summary>Finds and opens the checkpoints, and fetches what is lacking after somebody agreed.</summary>
    public static async Task<CheckpointImages> OpenAsync(
        StudyFolder folder,
        IReadOnlyList<StudyModel> open,
        StudyHost host,
        Action<StudyModel, StageCount> count,
        CancellationToken cancellationToken
    )
    {
        List<(StudyModel, GenerateStudy)> studies = [];
        foreach (var model in open)
        {
            if (model.Source is not CheckpointSource source)
            {
                continue;
            }

            var quiet = host with { Stage = (_, work) => work(done => count(model, done)) };
            foreach (var request in StudyCells.Generations(model, source, folder.Study.Run))
            {
                var found = await GenerateStudy.FindAsync(request, look: false, host, cancellationToken);
                var study = GenerateStudy.Open(request, found, quiet);
                study.Check(study.Needs(study.Missing.Count));
                studies.Add((model, study));
            }
        }

        return new CheckpointImages(studies);
    }

    /// <summary>Makes what is missing, one checkpoint after another.</summary>
    public async Task RunAsync(Action<LostImage> lose, CancellationToken cancellationToken)
    {
        foreach ((var model, var study) in studies)
        {
            var outcome = await study.RunAsync(cancellationToken);
            foreach (var image in outcome.Failed)
            {
                lose(new LostImage(image.Request, CallState.Failed, $"{model.Id}: {image.Reason}"));
            }
        }
    }
}
