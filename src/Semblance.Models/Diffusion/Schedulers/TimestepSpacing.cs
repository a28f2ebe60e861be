namespace Semblance.Models.Diffusion.Schedulers;

/// <summary>Which of the training steps are visited, Lin et al. (2023), table 2; in a configuration in lower case.</summary>
public enum TimestepSpacing
{
    /// <summary>Both ends and equal parts between.</summary>
    Linspace,

    /// <summary>Multiples of a whole number, from the clean end.</summary>
    Leading,

    /// <summary>Equal parts counted from the noisy end.</summary>
    Trailing,
}
