using Semblance.Models.Graphs;

namespace Semblance.Models.Encoders;

/// <summary>The activation functions that configs name by <c>hidden_act</c>.</summary>
internal static class Activation
{
    /// <summary>Applies the function of this name.</summary>
    /// <exception cref="InputException">The name is none of those known.</exception>
    public static Value Activate(this Value x, string name) =>
        name switch
        {
            "quick_gelu" => x.QuickGelu(),
            "gelu" => x.Gelu(),
            "gelu_pytorch_tanh" or "gelu_new" => x.GeluTanh(),
            "silu" or "swish" => x.Silu(),
            "relu" => x.Graph.Op("Relu", [x]),
            _ => throw new InputException(
                $"The activation function {name}, which the config of {x.Graph.Weights.Source} names, is not supported; quick_gelu, gelu, gelu_pytorch_tanh, silu and relu are."
            ),
        };
}
