namespace Semblance.Models.Diffusion.Schedulers;

/// <summary>Which solver takes an image from noise to a clean latent.</summary>
internal enum SchedulerKind
{
    /// <summary>Euler's method on the sigma scale, Karras et al. (2022), algorithm 2 without churn.</summary>
    Euler,

    /// <summary>Euler's method with fresh noise at every step.</summary>
    EulerAncestral,

    /// <summary>DPM-Solver++, multistep, Lu et al. (2022).</summary>
    DpmSolver,

    /// <summary>Denoising diffusion implicit models, Song et al. (2020), eta 0.</summary>
    Ddim,

    /// <summary>The predictor-corrector of Zhao et al. (2023).</summary>
    UniPc,

    /// <summary>Pseudo numerical methods, Liu et al. (2022): Stable Diffusion 1.5's own.</summary>
    Pndm,
}

/// <summary>How the variances of the training steps run.</summary>
internal enum BetaSchedule
{
    /// <summary>In equal steps.</summary>
    Linear,

    /// <summary>Their square roots in equal steps.</summary>
    ScaledLinear,

    /// <summary>From a squared cosine of the signal, <c>squaredcos_cap_v2</c>.</summary>
    Cosine,
}

/// <summary>What the network's output means.</summary>
internal enum PredictionType
{
    /// <summary>The noise.</summary>
    Epsilon,

    /// <summary>The velocity, Salimans and Ho (2022).</summary>
    Velocity,

    /// <summary>The clean latent.</summary>
    Sample,
}

/// <summary>Which of the training steps are visited, Lin et al. (2023), table 2.</summary>
internal enum TimestepSpacing
{
    /// <summary>Both ends and equal parts between.</summary>
    Linspace,

    /// <summary>Multiples of a whole number, from the clean end.</summary>
    Leading,

    /// <summary>Equal parts counted from the noisy end.</summary>
    Trailing,
}
