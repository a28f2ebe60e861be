using Semblance.Models.Checkpoints;
using Semblance.Models.Graphs;

namespace Semblance.Models.Diffusion.Lora;

/// <summary>
/// How a change of a weight is made of the tensors of a file. It becomes part of the graph, where it is worked out once,
/// when the network is loaded.
/// </summary>
internal abstract record WeightFormula
{
    /// <summary>Emits it; the result has as many elements as the weight, in its order.</summary>
    public abstract Value Emit(GraphBuilder g, string name);

    /// <summary>A tensor, in the shape in which it is stored.</summary>
    internal sealed record Stored(TensorEntry Tensor) : WeightFormula
    {
        /// <inheritdoc/>
        public override Value Emit(GraphBuilder g, string name) => g.WideInitializer(name, Tensor);
    }

    /// <summary>Left times right: [output, rank] and [rank, input ...], all axes but the first counted as one.</summary>
    internal sealed record Product(TensorEntry Left, TensorEntry Right) : WeightFormula
    {
        /// <inheritdoc/>
        public override Value Emit(GraphBuilder g, string name) =>
            g.WideInitializer($"{name}.a", Left)
                .Reshape(Left.Shape[0], -1)
                .MatMul(g.WideInitializer($"{name}.b", Right).Reshape(Right.Shape[0], -1));
    }

    /// <summary>
    /// A convolution by its Tucker decomposition: w[p, r, k, l] = sum over i and j of core[i, j, k, l] left[i, p]
    /// right[j, r] (LyCORIS, Yeh et al., arXiv 2309.14859, section A.2).
    /// </summary>
    /// <param name="Core">[rank, rank, kernel, kernel].</param>
    /// <param name="Left">[rank, output]; or its transpose.</param>
    /// <param name="Right">[rank, input].</param>
    /// <param name="LeftTransposed">Whether Left is [output, rank].</param>
    internal sealed record Tucker(TensorEntry Core, TensorEntry Left, TensorEntry Right, bool LeftTransposed)
        : WeightFormula
    {
        /// <inheritdoc/>
        public override Value Emit(GraphBuilder g, string name) =>
            g.Op(
                "Einsum",
                [
                    g.WideInitializer($"{name}.t", Core),
                    g.WideInitializer($"{name}.a", Left).Reshape(Left.Shape[0], Left.Shape[1]),
                    g.WideInitializer($"{name}.b", Right).Reshape(Right.Shape[0], Right.Shape[1]),
                ],
                ("equation", LeftTransposed ? "ijkl,pi,jr->prkl" : "ijkl,ip,jr->prkl")
            );
    }

    /// <summary>LoHa: element by element the product of two matrices.</summary>
    internal sealed record Hadamard(WeightFormula First, WeightFormula Second) : WeightFormula
    {
        /// <inheritdoc/>
        public override Value Emit(GraphBuilder g, string name) =>
            First.Emit(g, $"{name}.1") * Second.Emit(g, $"{name}.2");
    }

    /// <summary>LoKr: every element of a coarse matrix times a fine one.</summary>
    /// <param name="Coarse">[a, b].</param>
    /// <param name="Fine">[c, d] with the kernel's axes in d.</param>
    /// <param name="Sizes">a, b, c and d.</param>
    internal sealed record Kronecker(WeightFormula Coarse, WeightFormula Fine, (long A, long B, long C, long D) Sizes)
        : WeightFormula
    {
        /// <inheritdoc/>
        public override Value Emit(GraphBuilder g, string name) =>
            Coarse.Emit(g, $"{name}.1").Reshape(Sizes.A, 1, Sizes.B, 1)
            * Fine.Emit(g, $"{name}.2").Reshape(1, Sizes.C, 1, Sizes.D);
    }
}
