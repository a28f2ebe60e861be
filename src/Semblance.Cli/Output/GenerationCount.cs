using Semblance.Models.Diffusion;
using Semblance.Runs;

namespace Semblance.Cli.Output;

/// <summary>
/// Counts the steps and pictures of a generation. A picture takes all its steps, whether it is made here, by another
/// process meanwhile, or comes out broken half-way.
/// </summary>
internal sealed class GenerationCount : IProgress<DenoisingStep>, IProgress<GenerateProgress>, IProgress<FailedImage>
{
    private Action<int, int> report = static (_, _) => { };
    private int pictures;
    private int stepsEach;
    private int there;
    private int broken;
    private int step;

    /// <summary>Pictures that need nothing more, of all that were missing at the start: <c>3/6 pictures</c>.</summary>
    public string Pictures => $"{Finished}/{Figures.Count(pictures, "picture")}";

    private int Finished => Math.Min(pictures, there + broken);

    /// <summary>Begins.</summary>
    /// <param name="missing">How many pictures there are to make.</param>
    /// <param name="steps">Of each.</param>
    /// <param name="told">Told how many steps of how many are done.</param>
    public void Start(int missing, int steps, Action<int, int> told)
    {
        (pictures, stepsEach, report) = (missing, steps, told);
        if (missing > 0)
        {
            Tell();
        }
    }

    /// <inheritdoc/>
    public void Report(DenoisingStep value)
    {
        step = value.Step;
        Tell();
    }

    /// <inheritdoc/>
    public void Report(GenerateProgress value)
    {
        // Those that were there at the start come first, and are no work.
        int now = value.Done - (value.Total - pictures);
        if (now > there)
        {
            (there, step) = (now, 0);
            Tell();
        }
    }

    /// <inheritdoc/>
    public void Report(FailedImage value)
    {
        (broken, step) = (broken + 1, 0);
        Tell();
    }

    private void Tell() => report((Finished * stepsEach) + (Finished < pictures ? step : 0), pictures * stepsEach);
}
