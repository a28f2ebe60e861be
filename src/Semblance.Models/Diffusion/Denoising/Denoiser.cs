using Semblance.Models.Devices;
using Semblance.Models.Diffusion.Texts;
using Semblance.Models.Graphs;

namespace Semblance.Models.Diffusion.Denoising;

/// <summary>
/// A denoising network for one size of images and number of them at a time, loaded when it is first needed. Weights go to
/// its device once, texts and sizes once for each prompt; in each step latents go there and the prediction comes back (0.5 MB
/// each way for a guided image of SDXL), since the scheduler calculates on the processor.
/// </summary>
internal sealed class Denoiser : IDisposable
{
    private readonly DenoiserInputs _inputs;
    private readonly DeferredSession _session;
    private readonly float[] _latents;
    private readonly float[] _timestep;
    private readonly float[] _prediction;
    private readonly int _channels;
    private BoundRun? _run;
    private PromptPair? _prompt;

    /// <summary>Readies an emitted network for running.</summary>
    /// <param name="inputs">What it is given.</param>
    /// <param name="prediction">[batch, channels, height, width].</param>
    /// <param name="channels">Of the prediction, as many as the latents have or more.</param>
    /// <param name="threads">Threads within one operator; 0 for one per physical core.</param>
    /// <param name="device">What it runs on.</param>
    public Denoiser(DenoiserInputs inputs, Value prediction, int channels, int threads, Device device)
    {
        inputs.Graph.Output("prediction", prediction);
        (_inputs, _channels) = (inputs, channels);
        var pixels = inputs.Shape.Height * inputs.Shape.Width;
        _latents = new float[inputs.Batch * inputs.Shape.Length];
        _timestep = new float[inputs.Batch];
        _prediction = new float[inputs.Batch * channels * pixels];
        _session = new DeferredSession(inputs.Graph.Build(), threads, Workload.Denoiser, device);
    }

    /// <summary>How many images it takes at a time; fewer take as long.</summary>
    public int Images => _inputs.Images;

    /// <summary>Loads the weights, which the first prediction does otherwise.</summary>
    /// <exception cref="InputException">ONNX Runtime refuses the network.</exception>
    public void Load() => _ = _session.Loaded;

    /// <summary>Predicts what the scheduler asks for, guidance applied.</summary>
    /// <param name="latents">Of up to <see cref="Images"/> images, [images, channels, height, width], scaled by the scheduler.</param>
    /// <param name="timestep">Of the scheduler.</param>
    /// <param name="prompt">The texts of all.</param>
    /// <param name="prediction">Receives [images, channels, height, width].</param>
    public void Predict(ReadOnlySpan<float> latents, float timestep, PromptPair prompt, Span<float> prediction)
    {
        Run(latents, timestep, prompt);
        var all = new float[_inputs.Images * _inputs.Shape.Length];
        _inputs.Guidance.Combine(_prediction, all, _inputs.Images);
        all.AsSpan(0, prediction.Length).CopyTo(prediction);
    }

    /// <summary>What the network says before guidance.</summary>
    /// <returns>
    /// [batch, channels, height, width], the batch being negative and positive text, or the positive text alone. Channels beyond
    /// those of the latents are a variance, which no scheduler here uses.
    /// </returns>
    public float[] Raw(ReadOnlySpan<float> latents, float timestep, PromptPair prompt)
    {
        Run(latents, timestep, prompt);
        return [.. _prediction];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _run?.Dispose();
        _session.Dispose();
    }

    private void Run(ReadOnlySpan<float> latents, float timestep, PromptPair prompt)
    {
        var run = _run ??= Bound();
        if (!ReferenceEquals(_prompt, prompt))
        {
            run.Bind(_inputs.Conditions(prompt));
            _prompt = prompt;
        }

        Fill(latents);
        _timestep.AsSpan().Fill(timestep);
        run.Renew("latents");
        run.Renew("timestep");
        run.Run();
    }

    /// <summary>Every text's rows are the latents of all images; where there are fewer, the last one is repeated.</summary>
    private void Fill(ReadOnlySpan<float> latents)
    {
        var length = _inputs.Shape.Length;
        for (var row = 0; row < _inputs.Batch; row++)
        {
            var image = Math.Min(row % _inputs.Images, (latents.Length / length) - 1);
            latents.Slice(image * length, length).CopyTo(_latents.AsSpan(row * length));
        }
    }

    private BoundRun Bound()
    {
        var shape = _inputs.Shape;
        var run = _session.Loaded.Bind();
        run.Bind(
            Feed.Of<float>("latents", _latents, _inputs.Batch, shape.Channels, shape.Height, shape.Width),
            Feed.Of<float>("timestep", _timestep, _inputs.Batch)
        );
        run.Receive(Feed.Of<float>("prediction", _prediction, _inputs.Batch, _channels, shape.Height, shape.Width));
        return run;
    }
}
