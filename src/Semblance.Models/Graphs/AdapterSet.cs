using Semblance.Models.Checkpoints;

namespace Semblance.Models.Graphs;

/// <summary>
/// A change of a weight matrix by two thin ones beside it: W + f B A, where B A is never formed (Hu et al., "LoRA",
/// arXiv 2106.09685).
/// </summary>
/// <param name="Name">Unique in the graph.</param>
/// <param name="Down">A: [rank, input], or [rank, input, kernel, kernel] beside a convolution.</param>
/// <param name="Up">B: [output, rank].</param>
/// <param name="Factor">f.</param>
/// <param name="OutputScale">[output], by which the branch is multiplied; null for 1.</param>
internal sealed record LowRankBranch(string Name, TensorEntry Down, TensorEntry Up, float Factor, float[]? OutputScale);

/// <summary>What is done to one module.</summary>
/// <param name="Branches">Added to its output.</param>
/// <param name="BaseScale">[output], by which its own product (without the bias and the deltas) is multiplied; null for 1.</param>
/// <param name="Deltas">Added to its weight before anything is run.</param>
/// <param name="BiasDeltas">The same for its bias.</param>
internal sealed record ModuleAdapter(
    IReadOnlyList<LowRankBranch> Branches,
    float[]? BaseScale,
    IReadOnlyList<WeightDelta> Deltas,
    IReadOnlyList<WeightDelta> BiasDeltas
);

/// <summary>What is done to the modules of one network while its own weights stay where they are.</summary>
/// <param name="Source">Where it comes from, for messages.</param>
/// <param name="Modules">By the name of a linear layer or convolution.</param>
/// <param name="NewRows">Further rows of embedding tables, row major, by the table's name.</param>
internal sealed record AdapterSet(
    string Source,
    IReadOnlyDictionary<string, ModuleAdapter> Modules,
    IReadOnlyDictionary<string, float[]> NewRows
)
{
    /// <summary>A set that changes nothing.</summary>
    public static AdapterSet None { get; } =
        new("", new Dictionary<string, ModuleAdapter>(), new Dictionary<string, float[]>());
}
