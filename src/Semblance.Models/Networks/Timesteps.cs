using Semblance.Models.Graphs;

namespace Semblance.Models.Networks;

/// <summary>Numbers as sinusoids of falling frequency (diffusers' <c>get_timestep_embedding</c>; Vaswani et al., arXiv 1706.03762).</summary>
internal static class Timesteps
{
    /// <summary>Emits the sinusoids into the graph of <paramref name="numbers"/>, in float32 in every precision, as the reference does.</summary>
    /// <param name="numbers">[batch].</param>
    /// <param name="width">Of the result; where it is odd the last column is zero.</param>
    /// <param name="cosineFirst">Whether the cosines come before the sines (<c>flip_sin_to_cos</c>).</param>
    /// <param name="shift">Taken from half the width before frequencies are spaced (<c>freq_shift</c>).</param>
    /// <returns>[batch, width].</returns>
    public static Value Forward(Value numbers, int width, bool cosineFirst, float shift)
    {
        var g = numbers.Graph;
        var half = width / 2;
        // In single precision, step by step as the reference does: at t = 999 a frequency's last bit is seen.
        var frequencies = new float[half];
        for (var i = 0; i < half; i++)
        {
            frequencies[i] = MathF.Exp((float)-Math.Log(10000) * i / (half - shift));
        }

        var angles = numbers.Reshape(-1, 1) * g.Constant(frequencies, 1, half); // [batch, half]
        var (sine, cosine) = (g.Op("Sin", [angles]), g.Op("Cos", [angles]));
        var both = cosineFirst ? g.Concat(1, cosine, sine) : g.Concat(1, sine, cosine);
        return width % 2 == 0 ? both : g.Op("Pad", [both, g.Constant([0, 0, 0, 1])]);
    }
}

/// <summary>Two linear layers with an activation between them (diffusers' <c>TimestepEmbedding</c>).</summary>
internal static class TimestepEmbedding
{
    /// <summary>Emits the layers into the graph of <paramref name="x"/>.</summary>
    /// <param name="x">[batch, input].</param>
    /// <param name="name">The module's name.</param>
    /// <param name="input">Width of <paramref name="x"/>.</param>
    /// <param name="width">Of the result.</param>
    /// <param name="activation">Name of the activation function.</param>
    /// <param name="condition">What is projected and added to <paramref name="x"/> first, [batch, its width], or null.</param>
    /// <returns>[batch, width].</returns>
    public static Value Forward(
        Value x,
        string name,
        int input,
        int width,
        string activation = "silu",
        (Value Value, int Width)? condition = null
    )
    {
        var g = x.Graph;
        if (condition is { } added)
        {
            x += g.Linear(added.Value, $"{name}.cond_proj", added.Width, input, bias: false);
        }

        x = g.Linear(x, $"{name}.linear_1", input, width).Activate(activation);
        return g.Observe(name, g.Linear(x, $"{name}.linear_2", width, width));
    }
}
