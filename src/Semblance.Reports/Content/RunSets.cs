using Semblance.Comparison;
using Semblance.Consistency;
using Semblance.Runs.Folder;

namespace Semblance.Reports.Content;

/// <summary>What a run folder has of each set: the whole score and the images.</summary>
internal sealed class RunSets
{
    private readonly Dictionary<(string, string), StoredScore> _scores = [];
    private readonly ILookup<(string, string), ImageRecord> _images;

    public RunSets(RunFolder? run, EncoderIdentity? encoder)
    {
        IEnumerable<ImageRecord> images = run?.ReadImages() ?? [];
        _images = images.ToLookup(image => (image.Model, image.Prompt));
        foreach (var line in run?.ReadScores() ?? [])
        {
            if (encoder is not null && line.Encoder == encoder.Name && IsOf(line, encoder))
            {
                _scores[(line.Set.Model, line.Set.Prompt)] = line;
            }
        }
    }

    /// <summary>As it was found when the run was scored; the score alone, since how many pairs it is of is not kept.</summary>
    public ConsistencyFloor? Floor =>
        _scores.Values.Select(line => line.Floor).FirstOrDefault() is { } floor
            ? new ConsistencyFloor(floor, 0, 0)
            : null;

    public SetContent Of(PromptScore score) =>
        new(
            score,
            _scores.GetValueOrDefault((score.Model, score.Prompt))?.Set,
            [.. _images[(score.Model, score.Prompt)]]
        );

    private static bool IsOf(StoredScore line, EncoderIdentity encoder) =>
        line.EncoderKey == StoredScore.KeyOf(encoder);
}
