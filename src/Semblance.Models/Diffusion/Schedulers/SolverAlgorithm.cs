namespace Semblance.Models.Diffusion.Schedulers;

/// <summary>Which integral the DPM solvers approximate; in a configuration as <see cref="SolverAlgorithms"/> writes it.</summary>
internal enum SolverAlgorithm
{
    /// <summary>Of the clean latent, along the ordinary differential equation (DPM-Solver++).</summary>
    DpmSolverPlusPlus,

    /// <summary>Of the clean latent, along the stochastic one: each step adds noise.</summary>
    SdeDpmSolverPlusPlus,

    /// <summary>Of the noise, along the ordinary one (DPM-Solver).</summary>
    DpmSolver,

    /// <summary>Of the noise, along the stochastic one.</summary>
    SdeDpmSolver,
}
