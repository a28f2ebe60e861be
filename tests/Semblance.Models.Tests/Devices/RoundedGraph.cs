using Google.Protobuf;
using Microsoft.ML.OnnxRuntime.Tensors;
using Semblance.Models.Devices;
using Semblance.Models.Graphs;
using Semblance.Models.Graphs.Onnx;

namespace Semblance.Models.Tests.Devices;

/// <summary>
/// A graph in half precision as one in single precision whose every result is rounded to the half: what a device with
/// such kernels calculates, each of which adds up in single precision and rounds once, on a processor that has none.
/// </summary>
internal static class RoundedGraph
{
    private static readonly string[] Moving =
    [
        "Reshape",
        "Transpose",
        "Slice",
        "Split",
        "Unsqueeze",
        "Squeeze",
        "Expand",
        "Concat",
        "Gather",
        "GatherND",
        "Identity",
    ];

    /// <summary>The graph, and how many of its nodes round to the half.</summary>
    /// <param name="graph">In half precision.</param>
    /// <param name="half">The type that becomes single precision.</param>
    public static (Graph Graph, int Roundings) Of(Graph graph, TensorElementType half)
    {
        var model = ModelProto.Parser.ParseFrom(graph.Model);
        var types = Types(model).ToList();
        var stored = model
            .Graph.Initializer.Where(tensor => tensor.DataType == (int)half)
            .Select(tensor => tensor.Name)
            .ToHashSet();
        List<NodeProto> nodes = [.. stored.Select(name => Cast(name, $"{name}.wide", TensorElementType.Float))];
        var roundings = 0;
        foreach (var (node, (_, type)) in model.Graph.Node.Zip(types))
        {
            for (var i = 0; i < node.Input.Count; i++)
            {
                node.Input[i] = stored.Contains(node.Input[i]) ? $"{node.Input[i]}.wide" : node.Input[i];
            }

            nodes.Add(node);
            if (type != half || Moving.Contains(node.OpType))
            {
                continue;
            }

            roundings++;
            if (node.OpType == "Cast")
            {
                node.Attribute[0].I = (long)half;
                var name = node.Output[0];
                node.Output[0] = $"{name}.half";
                nodes.Add(Cast($"{name}.half", name, TensorElementType.Float));
                continue;
            }

            for (var i = 0; i < node.Output.Count; i++)
            {
                var name = node.Output[i];
                node.Output[i] = $"{name}.exact";
                nodes.Add(Cast($"{name}.exact", $"{name}.half", half));
                nodes.Add(Cast($"{name}.half", name, TensorElementType.Float));
            }
        }

        model.Graph.Node.Clear();
        model.Graph.Node.AddRange(nodes);
        return (graph with { Model = model.ToByteArray(), Precision = Precision.Fp32 }, roundings);
    }

    /// <summary>Every node's operator and the type of its results, in order: that of its first input, but for casts.</summary>
    public static IEnumerable<(string Operator, TensorElementType Type)> Types(ModelProto model)
    {
        var types = model.Graph.Initializer.ToDictionary(
            tensor => tensor.Name,
            tensor => (TensorElementType)tensor.DataType
        );
        foreach (var input in model.Graph.Input)
        {
            types[input.Name] = (TensorElementType)input.Type.TensorType.ElemType;
        }

        foreach (var node in model.Graph.Node)
        {
            var type = node.OpType == "Cast" ? (TensorElementType)node.Attribute[0].I : types[node.Input[0]];
            foreach (var output in node.Output)
            {
                types[output] = type;
            }

            yield return (node.OpType, type);
        }
    }

    private static NodeProto Cast(string from, string to, TensorElementType type)
    {
        var node = new NodeProto { OpType = "Cast", Name = $"cast to {to}" };
        node.Input.Add(from);
        node.Output.Add(to);
        node.Attribute.Add(OnnxAttribute.Of("to", (long)type));
        return node;
    }
}
