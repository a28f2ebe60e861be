namespace Semblance.Models.Graphs;

internal sealed partial class GraphBuilder
{
    /// <summary>
    /// PyTorch's <c>Conv2d</c>: <c>weight</c> [out, in, kernel, kernel] and <c>bias</c> [out] over
    /// [batch, in, height, width].
    /// </summary>
    /// <param name="x">[batch, in, height, width].</param>
    /// <param name="name">The module's name, under which its weights are stored.</param>
    /// <param name="inChannels">Channels of <paramref name="x"/>.</param>
    /// <param name="outChannels">Channels of the result.</param>
    /// <param name="kernel">Side of the square kernel.</param>
    /// <param name="stride">Step in both directions.</param>
    /// <param name="pads">Zeros put at top, left, bottom, right; nothing stands for half the kernel on every side.</param>
    /// <param name="bias">Whether there is a bias.</param>
    public Value Conv2d(
        Value x,
        string name,
        long inChannels,
        long outChannels,
        long kernel,
        long stride = 1,
        ReadOnlySpan<long> pads = default,
        bool bias = true
    )
    {
        var half = kernel / 2;
        var zeros = pads.IsEmpty ? [half, half, half, half] : pads;
        var weight = Weight($"{name}.weight", outChannels, inChannels, kernel, kernel);
        Value? shift = bias ? Weight($"{name}.bias", outChannels) : null;
        return AdapterOf(name) is { } adapter
            ? Conv(x, weight, shift, stride, zeros, adapter)
            : Conv(x, weight, shift, stride, zeros);
    }
}
