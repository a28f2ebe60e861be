using Semblance.Models.Devices;
using Semblance.Models.Diffusion.Texts;
using Semblance.Models.Graphs;

namespace Semblance.Models.Diffusion.Denoising;

/// <summary>A denoising network for one size of images, loaded when it is first needed.</summary>
internal sealed class Denoiser : IDisposable
{
    private readonly DenoiserInputs _inputs;
    private readonly DeferredSession _session;

    /// <summary>Readies an emitted network for running.</summary>
    /// <param name="inputs">What it is given.</param>
    /// <param name="prediction">[batch, channels, height, width], as many channels as the latents or more.</param>
    /// <param name="threads">Threads within one operator; 0 for one per physical core.</param>
    /// <param name="device">What it runs on.</param>
    public Denoiser(DenoiserInputs inputs, Value prediction, int threads, Device device)
    {
        inputs.Graph.Output("prediction", prediction);
        _inputs = inputs;
        _session = new DeferredSession(inputs.Graph.Build(), threads, Workload.Denoiser, device);
    }

    /// <summary>Loads the weights, which the first prediction does otherwise.</summary>
    /// <exception cref="InputException">ONNX Runtime refuses the network.</exception>
    public void Load() => _ = _session.Loaded;

    /// <summary>Predicts what the scheduler asks for, guidance applied.</summary>
    /// <param name="latents">[channels, height, width], scaled by the scheduler.</param>
    /// <param name="timestep">Of the scheduler.</param>
    /// <param name="prompt">The texts.</param>
    /// <param name="prediction">Receives [channels, height, width].</param>
    public void Predict(ReadOnlySpan<float> latents, float timestep, PromptPair prompt, Span<float> prediction) =>
        _inputs.Guidance.Combine(Raw(latents, timestep, prompt), prediction);

    /// <summary>What the network says before guidance.</summary>
    /// <returns>
    /// [batch, channels, height, width], the batch being negative and positive text, or the positive text alone. Channels beyond
    /// those of the latents are a variance, which no scheduler here uses.
    /// </returns>
    public float[] Raw(ReadOnlySpan<float> latents, float timestep, PromptPair prompt) =>
        _session.Loaded.Run(_inputs.At(latents, timestep, prompt), "prediction");

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();
}
