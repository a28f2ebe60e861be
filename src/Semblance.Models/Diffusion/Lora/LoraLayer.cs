using Semblance.Models.Checkpoints;

namespace Semblance.Models.Diffusion.Lora;

/// <summary>What one file does to one module.</summary>
/// <param name="Target">The module.</param>
internal abstract record LoraLayer(LoraTarget Target);

/// <summary>Two thin matrices beside the module.</summary>
/// <param name="Target">The module.</param>
/// <param name="Down">A: [rank, input], or [rank, input, kernel, kernel].</param>
/// <param name="Up">B: [output, rank].</param>
/// <param name="Factor">Alpha over rank.</param>
/// <param name="Magnitude">DoRA's lengths of the rows, [output], or null.</param>
internal sealed record LowRankLayer(
    LoraTarget Target,
    TensorEntry Down,
    TensorEntry Up,
    double Factor,
    TensorEntry? Magnitude
) : LoraLayer(Target);

/// <summary>A change that is added to the module's weight, and perhaps one to its bias.</summary>
/// <param name="Target">The module.</param>
/// <param name="Weight">The change of the weight; null for none.</param>
/// <param name="Factor">Alpha over rank.</param>
/// <param name="Bias">The change of the bias, [output]; null for none.</param>
/// <param name="Lengths">DoRA's lengths of the rows (axis 0) or columns (axis 1) of the changed weight; null for none.</param>
internal sealed record MergedLayer(
    LoraTarget Target,
    WeightFormula? Weight,
    double Factor,
    TensorEntry? Bias,
    (TensorEntry Values, int Axis)? Lengths
) : LoraLayer(Target);
