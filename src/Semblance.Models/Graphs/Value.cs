namespace Semblance.Models.Graphs;

/// <summary>A tensor that flows through a graph under construction.</summary>
/// <param name="Graph">The graph it belongs to.</param>
/// <param name="Name">Its name there.</param>
internal readonly record struct Value(GraphBuilder Graph, string Name)
{
    /// <summary>The sum of each pair of elements, with broadcasting.</summary>
    public static Value operator +(Value a, Value b) => a.Graph.Op("Add", [a, b]);

    /// <summary>The difference of each pair of elements, with broadcasting.</summary>
    public static Value operator -(Value a, Value b) => a.Graph.Op("Sub", [a, b]);

    /// <summary>The product of each pair of elements, with broadcasting.</summary>
    public static Value operator *(Value a, Value b) => a.Graph.Op("Mul", [a, b]);

    /// <summary>The quotient of each pair of elements, with broadcasting.</summary>
    public static Value operator /(Value a, Value b) => a.Graph.Op("Div", [a, b]);

    public static Value operator *(Value a, float b) => a * a.Graph.Scalar(b);

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

    /// <summary>x W^T + b for <paramref name="weight"/> [output, input] and <paramref name="bias"/> [output].</summary>
    /// <remarks>
    /// With a Transpose of its own ONNX Runtime would keep a turned copy of every matrix: ViT-B/32 then takes 580 MB
    /// instead of 185 MB, and no less time.
    /// </remarks>
    public Value Linear(Value weight, Value? bias)
    {
        var product = Graph.Op("FusedMatMul", [this, weight], GraphBuilder.Contrib, ("transB", 1L));
        return bias is { } b ? product + b : product;
    }

    public Value Softmax(long axis = -1) => Graph.Op("Softmax", [this], ("axis", axis));

    public Value Sigmoid() => Graph.Op("Sigmoid", [this]);

    /// <summary>x sigmoid(x), which PyTorch calls SiLU.</summary>
    public Value Silu() => this * Sigmoid();

    /// <summary>x sigmoid(1.702 x), OpenAI's cheap GELU.</summary>
    public Value QuickGelu() => Graph.Op("QuickGelu", [this], GraphBuilder.Contrib, ("alpha", 1.702f));

    /// <summary>GELU by the error function.</summary>
    public Value Gelu() => Graph.Op("Gelu", [this], ("approximate", "none"));

    /// <summary>GELU by its tanh approximation.</summary>
    public Value GeluTanh() => Graph.Op("Gelu", [this], ("approximate", "tanh"));

    /// <summary>Limits every value to [low, high].</summary>
    public Value Clip(float low, float high) => Graph.Op("Clip", [this, Graph.Scalar(low), Graph.Scalar(high)]);

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
}
