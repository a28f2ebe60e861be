namespace Semblance.Models.Diffusion.Schedulers;

/// <summary>
/// What a model was trained on, which its scheduler's configuration describes. A scheduler of another family makes noise
/// of the model's images.
/// </summary>
internal enum SchedulerFamily
{
    /// <summary>A table of training steps, each with a variance (beta).</summary>
    Discrete,

    /// <summary>Any noise level, with inputs and outputs scaled around it (Karras et al., 2022, table 1).</summary>
    Edm,

    /// <summary>Straight lines between image and noise (Lipman et al., 2023).</summary>
    Flow,
}
