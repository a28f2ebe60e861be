using Semblance.Models.Configuration;
using Semblance.Models.Graphs;

namespace Semblance.Models.Networks;

/// <summary>The activation functions, by the names that configs have for them (<c>hidden_act</c>, <c>act_fn</c>).</summary>
internal static class ActivationFunction
{
    private static readonly Dictionary<string, Func<Value, Value>> Functions = new(StringComparer.Ordinal)
    {
        ["quick_gelu"] = x => x.QuickGelu(),
        ["gelu"] = x => x.Gelu(),
        ["gelu_pytorch_tanh"] = x => x.GeluTanh(),
        ["gelu_new"] = x => x.GeluTanh(),
        ["silu"] = x => x.Silu(),
        ["swish"] = x => x.Silu(),
        ["relu"] = x => x.Graph.Op("Relu", [x]),
    };

    /// <summary>Applies the function of this name, which <see cref="Known"/> has let through.</summary>
    public static Value Activate(this Value x, string name) => Functions[name](x);

    /// <summary>The activation function that a config names, or the one that it means where it names none.</summary>
    /// <exception cref="InputException">There is no such function.</exception>
    public static string Activation(this ConfigJson json, string key, string otherwise) =>
        Known(json.Text(key, otherwise), json, key);

    /// <summary>A name, if there is such a function.</summary>
    /// <param name="name">Of the function.</param>
    /// <param name="json">Where it stands.</param>
    /// <param name="key">Under which it stands.</param>
    /// <exception cref="InputException">There is none.</exception>
    public static string Known(string name, ConfigJson json, string key) =>
        Functions.ContainsKey(name)
            ? name
            : throw new InputException(
                $"{json.File}: {json.Within}{key} names the activation function \"{name}\", which is not supported; {string.Join(", ", Functions.Keys)} are."
            );
}
