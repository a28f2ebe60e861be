using Microsoft.ML.OnnxRuntime.Tensors;

namespace Semblance.Models.Graphs;

/// <summary>
/// A tensor that flows through a graph under construction. As in PyTorch, an operator of two tensors of which one is half
/// and the other single precision gives single precision; a plain number takes the tensor's type.
/// </summary>
/// <param name="Graph">The graph it belongs to.</param>
/// <param name="Name">Its name there.</param>
/// <param name="Type">Of its elements.</param>
internal readonly record struct Value(GraphBuilder Graph, string Name, TensorElementType Type)
{
    /// <summary>The sum of each pair of elements, with broadcasting.</summary>
    public static Value operator +(Value a, Value b) => Pairwise("Add", a, b);

    /// <summary>The difference of each pair of elements, with broadcasting.</summary>
    public static Value operator -(Value a, Value b) => Pairwise("Sub", a, b);

    /// <summary>The product of each pair of elements, with broadcasting.</summary>
    public static Value operator *(Value a, Value b) => Pairwise("Mul", a, b);

    /// <summary>The quotient of each pair of elements, with broadcasting.</summary>
    public static Value operator /(Value a, Value b) => Pairwise("Div", a, b);

    public static Value operator *(Value a, float b) => a * a.Graph.Scalar(b, a.Type);

    public static Value operator +(Value a, float b) => a + a.Graph.Scalar(b, a.Type);

    /// <summary>The same numbers in another type, rounded where it has fewer bits; as it is where it has that type.</summary>
    public Value In(TensorElementType type) => type == Type ? this : Graph.Cast(this, type);

    /// <summary>Reads the same numbers in another shape; one size may be -1, and 0 keeps the size at its place.</summary>
    public Value Reshape(params ReadOnlySpan<long> shape) => Graph.Op("Reshape", [this, Graph.Constant(shape)]);

    /// <summary>Axis <c>i</c> of the result is axis <c>axes[i]</c> of this.</summary>
    public Value Transpose(params ReadOnlySpan<long> axes) => Graph.Op("Transpose", [this], ("perm", axes.ToArray()));

    /// <summary>Rows <paramref name="start"/> (inclusive) to <paramref name="end"/> (exclusive) along an axis.</summary>
    public Value Slice(long axis, long start, long end) =>
        Graph.Op("Slice", [this, Graph.Constant([start]), Graph.Constant([end]), Graph.Constant([axis])]);

    /// <summary>Cuts into equal parts along an axis.</summary>
    public Value[] Split(int parts, long axis) =>
        Graph.Ops("Split", [this], parts, [("axis", axis), ("num_outputs", (long)parts)]);

    /// <summary>Inserts axes of size 1.</summary>
    public Value Unsqueeze(params ReadOnlySpan<long> axes) => Graph.Op("Unsqueeze", [this, Graph.Constant(axes)]);

    /// <summary>Removes axes of size 1.</summary>
    public Value Squeeze(params ReadOnlySpan<long> axes) => Graph.Op("Squeeze", [this, Graph.Constant(axes)]);

    /// <summary>Repeats along axes of size 1 until the tensor has this shape.</summary>
    public Value Expand(params ReadOnlySpan<long> shape) => Graph.Op("Expand", [this, Graph.Constant(shape)]);

    /// <summary>Matrix product over the last two axes, the others broadcast.</summary>
    public Value MatMul(Value other) => Graph.Op("MatMul", [this, other]);

    /// <summary>x W^T + b for <paramref name="weight"/> [output, input] and <paramref name="bias"/> [output], in the weight's type.</summary>
    /// <remarks>
    /// With a Transpose of its own ONNX Runtime would keep a turned copy of every matrix: ViT-B/32 then takes 580 MB
    /// instead of 185 MB, and no less time.
    /// </remarks>
    public Value Linear(Value weight, Value? bias)
    {
        var product = Graph.Op("FusedMatMul", [In(weight.Type), weight], GraphBuilder.Contrib, ("transB", 1L));
        return bias is { } b ? product + b : product;
    }

    public Value Softmax(long axis = -1) => Graph.Op("Softmax", [this], ("axis", axis));

    public Value Sigmoid() => Graph.Op("Sigmoid", [this]);

    /// <summary>x sigmoid(x), which PyTorch calls SiLU.</summary>
    /// <remarks>In half precision by one operator, since the reference rounds once.</remarks>
    public Value Silu() =>
        Type == TensorElementType.Float
            ? this * Sigmoid()
            : Graph.Op("QuickGelu", [this], GraphBuilder.Contrib, ("alpha", 1f));

    /// <summary>x sigmoid(1.702 x), OpenAI's cheap GELU.</summary>
    public Value QuickGelu() => Graph.Op("QuickGelu", [this], GraphBuilder.Contrib, ("alpha", 1.702f));

    /// <summary>GELU by the error function.</summary>
    public Value Gelu() => Graph.Op("Gelu", [this], ("approximate", "none"));

    /// <summary>GELU by its tanh approximation.</summary>
    public Value GeluTanh() => Graph.Op("Gelu", [this], ("approximate", "tanh"));

    /// <summary>Limits every value to [low, high].</summary>
    public Value Clip(float low, float high) =>
        Graph.Op("Clip", [this, Graph.Scalar(low, Type), Graph.Scalar(high, Type)]);

    /// <summary>Resamples to exactly these sizes by PyTorch's bicubic (a = -0.75, half-pixel centres, no antialiasing).</summary>
    public Value ResizeBicubic(params ReadOnlySpan<long> sizes) =>
        Graph.Op(
            "Resize",
            [this, Graph.Absent, Graph.Absent, Graph.Constant(sizes)],
            ("mode", "cubic"),
            ("cubic_coeff_a", -0.75f),
            ("coordinate_transformation_mode", "half_pixel")
        );

    /// <summary>Resamples the last two of four axes as PyTorch's <c>interpolate(mode="nearest")</c>: pixel i takes floor(i in / out).</summary>
    public Value ResizeNearest(long height, long width) =>
        Graph.Op(
            "Resize",
            [this, Graph.Absent, Graph.Absent, Graph.Constant([height, width])],
            ("axes", new[] { 2L, 3L }),
            ("mode", "nearest"),
            ("nearest_mode", "floor"),
            ("coordinate_transformation_mode", "asymmetric")
        );

    /// <summary>Mean over the spatial axes, [n, c, h, w] to [n, c, 1, 1].</summary>
    public Value GlobalAveragePool() => Graph.Op("GlobalAveragePool", [this]);

    private static Value Pairwise(string type, Value a, Value b) =>
        a.Type == b.Type
            ? a.Graph.Op(type, [a, b])
            : a.Graph.Op(type, [a.In(TensorElementType.Float), b.In(TensorElementType.Float)]);
}
