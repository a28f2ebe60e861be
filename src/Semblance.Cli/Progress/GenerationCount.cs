using Semblance.Cli.Terminal;
using Semblance.Models.Diffusion.Pipelines;
using Semblance.Runs.Generating;

namespace Semblance.Cli.Progress;

/// <summary>
/// Counts the steps and pictures of a generation. A picture takes all its steps, whether it is made here, by another
/// process meanwhile, or comes out broken half-way.
/// </summary>
internal sealed class GenerationCount : IProgress<DenoisingStep>, IProgress<GenerateProgress>, IProgress<FailedImage>
{
    private Action<int, int> _report = static (_, _) => { };
    private int _pictures;
    private int _stepsEach;
    private int _there;
    private int _broken;
    private int _step;

    /// <summary>Pictures that need nothing more, of all that were missing at the start: <c>3/6 pictures</c>.</summary>
    public string Pictures => $"{Finished}/{Figures.Count(_pictures, "picture")}";

    private int Finished => Math.Min(_pictures, _there + _broken);

    /// <summary>Begins.</summary>
    /// <param name="missing">How many pictures there are to make.</param>
    /// <param name="steps">Of each.</param>
    /// <param name="told">Told how many steps of how many are done.</param>
    public void Start(int missing, int steps, Action<int, int> told)
    {
        (_pictures, _stepsEach, _report) = (missing, steps, told);
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
        // Those that were there at the start come first, and are no work.
        var now = value.Done - (value.Total - _pictures);
        if (now > _there)
        {
            (_there, _step) = (now, 0);
            Tell();
        }
    }

    /// <inheritdoc/>
    public void Report(FailedImage value)
    {
        (_broken, _step) = (_broken + 1, 0);
        Tell();
    }

    private void Tell() =>
        _report((Finished * _stepsEach) + (Finished < _pictures ? _step : 0), _pictures * _stepsEach);
}
