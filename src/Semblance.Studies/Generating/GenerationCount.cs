using Semblance.Models.Diffusion.Pipelines;
using Semblance.Runs.Generating;

namespace Semblance.Studies.Generating;

/// <summary>
/// Counts the steps and images of a generation. An image takes all its steps, whether it is made here, by another
/// process, or fails half-way.
/// </summary>
internal sealed class GenerationCount : IProgress<DenoisingStep>, IProgress<GenerateProgress>, IProgress<FailedImage>
{
    private Action<StageCount> _report = static _ => { };
    private int _images;
    private int _stepsEach;
    private int _there;
    private int _failed;
    private int _step;

    /// <summary>Sets the count to its start.</summary>
    /// <param name="missing">How many images there are to make.</param>
    /// <param name="steps">Of each.</param>
    /// <param name="report">Receives how far it is.</param>
    public void Start(int missing, int steps, Action<StageCount> report)
    {
        (_images, _stepsEach, _report) = (missing, steps, report);
        if (missing > 0)
        {
            Tell();
        }
    }

    /// <inheritdoc/>
    public void Report(DenoisingStep value)
    {
        _step = value.Step;
        Tell();
    }

    /// <inheritdoc/>
    public void Report(GenerateProgress value)
    {
        // Those that were there at the start come first, and take no work.
        var now = value.Done - (value.Total - _images);
        if (now > _there)
        {
            (_there, _step) = (now, 0);
            Tell();
        }
    }

    /// <inheritdoc/>
    public void Report(FailedImage value)
    {
        (_failed, _step) = (_failed + 1, 0);
        Tell();
    }

    private void Tell()
    {
        var finished = Math.Min(_images, _there + _failed);
        var steps = (finished * _stepsEach) + (finished < _images ? _step : 0);
        _report(new StageCount(steps, _images * _stepsEach, finished, _images));
    }
}
