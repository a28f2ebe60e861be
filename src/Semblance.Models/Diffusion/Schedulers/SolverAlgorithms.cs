namespace Semblance.Models.Diffusion.Schedulers;

/// <summary>What follows from a <see cref="SolverAlgorithm"/>.</summary>
internal static class SolverAlgorithms
{
    /// <summary>Each by the name that configurations have for it. diffusers itself reads <c>deis</c> as the first.</summary>
    public static IReadOnlyDictionary<string, SolverAlgorithm> ByName { get; } =
        new Dictionary<string, SolverAlgorithm>(StringComparer.Ordinal)
        {
            ["dpmsolver++"] = SolverAlgorithm.DpmSolverPlusPlus,
            ["sde-dpmsolver++"] = SolverAlgorithm.SdeDpmSolverPlusPlus,
            ["dpmsolver"] = SolverAlgorithm.DpmSolver,
            ["sde-dpmsolver"] = SolverAlgorithm.SdeDpmSolver,
            ["deis"] = SolverAlgorithm.DpmSolverPlusPlus,
        };

    /// <summary>Whether each step adds noise.</summary>
    public static bool AddsNoise(this SolverAlgorithm algorithm) =>
        algorithm is SolverAlgorithm.SdeDpmSolverPlusPlus or SolverAlgorithm.SdeDpmSolver;

    /// <summary>Whether it integrates the noise in place of the clean latent.</summary>
    public static bool IsOfNoise(this SolverAlgorithm algorithm) =>
        algorithm is SolverAlgorithm.DpmSolver or SolverAlgorithm.SdeDpmSolver;

    /// <summary>The name of the solver for a reader.</summary>
    public static string Title(this SolverAlgorithm algorithm) =>
        algorithm switch
        {
            SolverAlgorithm.DpmSolverPlusPlus => "DPM-Solver++",
            SolverAlgorithm.SdeDpmSolverPlusPlus => "DPM-Solver++ SDE",
            SolverAlgorithm.DpmSolver => "DPM-Solver",
            _ => "DPM-Solver SDE",
        };
}
