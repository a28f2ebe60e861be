using System.Collections.Concurrent;
using Microsoft.ML.OnnxRuntime;
using Semblance.Imaging;
using Semblance.Imaging.Formats;
using Semblance.Models.Checkpoints;
using Semblance.Models.Devices;
using Semblance.Models.Encoders.Preprocessing;
using Semblance.Models.Graphs;

namespace Semblance.Models.Encoders;

/// <summary>What sets one encoder apart from another.</summary>
/// <param name="Name">For the reader.</param>
/// <param name="Source">Hub id or path.</param>
/// <param name="Revision">Of the hub; empty where there is none.</param>
/// <param name="WeightsSha256">Gives the hash of the weights; called once, when the identity is asked for.</param>
/// <param name="Precision">See <see cref="EncoderIdentity.Precision"/>.</param>
/// <param name="Recipe">From an image to the network's input.</param>
/// <param name="Dimension">Length of an embedding.</param>
/// <param name="Caution">See <see cref="IImageEncoder.Caution"/>.</param>
/// <param name="LowNorm">See <see cref="IImageEncoder.LowNorm"/>.</param>
/// <param name="Limits">On image files.</param>
internal sealed record EncoderTraits(
    string Name,
    string Source,
    string Revision,
    Func<string> WeightsSha256,
    string Precision,
    PreprocessingRecipe Recipe,
    int Dimension,
    string? Caution,
    double LowNorm,
    ImageLimits Limits
)
{
    /// <summary>Real paths of the weights, which are watched while they are used.</summary>
    public Func<IReadOnlyList<string>> Files { get; init; } = () => [];

    /// <summary>What the network runs on.</summary>
    public Device Device { get; init; }

    /// <summary>Others, on which it runs as well.</summary>
    public IReadOnlyList<Device> FurtherDevices { get; init; } = [];

    /// <summary>In which numbers it calculates.</summary>
    public Precision Arithmetic { get; init; }
}

/// <summary>
/// Any network as an <see cref="IImageEncoder"/>. The network is loaded when the first image is encoded, so asking
/// for the identity costs a hash at most.
/// </summary>
/// <remarks>
/// Every run has the same number of images, the last one filled up with zeros: matrix kernels choose their way by the
/// number of rows, and with another way the last bits of a vector would depend on its neighbours.
/// </remarks>
internal sealed class NetworkEncoder : IImageEncoder
{
    private static readonly (ImageRemarks Flag, string Text)[] Remarks =
    [
        (ImageRemarks.NotTurned, "the EXIF orientation is ignored, as in the reference recipes"),
        (ImageRemarks.FirstOfSeveral, "only the first of several frames or pages is used"),
        (ImageRemarks.Damaged, "damaged data are read as Pillow reads them, and a part of the image may be missing"),
    ];

    private readonly EncoderTraits _traits;
    private readonly ImageNetwork _network;
    private readonly ClipTextEncoder? _text;
    private readonly Lazy<EncoderIdentity> _identity;
    private readonly DeferredSession[] _sessions;
    private readonly ConcurrentQueue<DeferredSession> _free;
    private readonly object _pixelKey;
    private readonly Lazy<WeightsWatch> _watch;

    /// <summary>An encoder that loads and hashes nothing yet.</summary>
    public NetworkEncoder(EncoderTraits traits, ImageNetwork network, ClipTextEncoder? text = null)
    {
        (_traits, _network, _text) = (traits, network, text);
        _sessions =
        [
            .. traits
                .FurtherDevices.Prepend(traits.Device)
                .Select(device => new DeferredSession(() => network.Session(device))),
        ];
        _free = new ConcurrentQueue<DeferredSession>(Enumerable.Range(0, network.Lanes).SelectMany(_ => _sessions));
        _pixelKey = (traits.Limits, traits.Recipe.Geometry);
        _watch = new Lazy<WeightsWatch>(() => new WeightsWatch(traits.Files()));
        _identity = new Lazy<EncoderIdentity>(() =>
        {
            // Before the weights are hashed: what changes later is not what the hash says.
            _ = _watch.Value;
            return new EncoderIdentity(
                traits.Name,
                traits.Source,
                traits.Revision,
                traits.WeightsSha256(),
                traits.Recipe.Description,
                traits.Precision,
                traits.Dimension,
                $"onnxruntime {OnnxRuntimeVersion} {traits.Device.Identity(traits.Arithmetic)}, batches of {network.Batch}; {ImageDecoder.Version}"
            );
        });
    }

    /// <inheritdoc/>
    public EncoderIdentity Identity => _identity.Value;

    /// <inheritdoc/>
    public int InputLength => 3 * _traits.Recipe.Height * _traits.Recipe.Width;

    /// <inheritdoc/>
    public int BatchSize => _network.Batch;

    /// <inheritdoc/>
    public int Lanes => _network.Lanes * _sessions.Length;

    /// <inheritdoc/>
    public bool HasText => _text is not null;

    /// <inheritdoc/>
    public string? Caution => _traits.Caution;

    /// <inheritdoc/>
    public double LowNorm => _traits.LowNorm;

    // The managed assembly's version, which is the package's: asking the native library would load it.
    private static string OnnxRuntimeVersion => typeof(InferenceSession).Assembly.GetName().Version!.ToString(3);

    /// <inheritdoc/>
    public void Prepare(ReadOnlyMemory<byte> file, Span<float> pixels)
    {
        using var image = new ImageFile(file);
        PrepareWithRemarks(image, pixels);
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> PrepareWithRemarks(ImageFile file, Span<float> pixels)
    {
        ArgumentNullException.ThrowIfNull(file);
        var (recipe, limits) = (_traits.Recipe, _traits.Limits);
        var image = file.Once(
            limits,
            () =>
                ImageDecoder.Decode(
                    file.Content,
                    limits,
                    length => file.Owning(new RentedBytes(length)).Bytes,
                    file.Owning(limits.Memory.Begin())
                )
        );
        var bytes = file.Once(_pixelKey, () => Preprocessor.Pixels(image, recipe));
        // Where nothing had to be done these are the image's own samples, in an array that may be longer.
        Preprocessor.Normalise(bytes.AsSpan(0, InputLength), recipe, pixels);
        return image.Remarks == ImageRemarks.None
            ? []
            : [.. Remarks.Where(remark => image.Remarks.HasFlag(remark.Flag)).Select(remark => remark.Text)];
    }

    /// <inheritdoc/>
    public void Encode(ReadOnlyMemory<float> pixels, int count, Memory<float> vectors)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(pixels.Length, count * InputLength);
        ArgumentOutOfRangeException.ThrowIfLessThan(vectors.Length, count * _traits.Dimension);
        _ = _watch.Value;
        var (batch, length, dimension) = (_network.Batch, InputLength, _traits.Dimension);
        for (var start = 0; start < count; start += batch)
        {
            var rows = Math.Min(batch, count - start);
            var input = pixels.Slice(start * length, rows * length);
            var output = vectors.Slice(start * dimension, rows * dimension);
            if (rows == batch)
            {
                Run(input, output);
                continue;
            }

            var filled = new float[batch * length];
            var all = new float[batch * dimension];
            input.CopyTo(filled);
            Run(filled, all);
            all.AsMemory(0, rows * dimension).CopyTo(output);
        }

        _watch.Value.Check();
    }

    /// <inheritdoc/>
    public TextReading? ReadText(string text) => _text?.Read(text);

    /// <inheritdoc/>
    public IReadOnlyList<float[]> EncodeText(IReadOnlyList<string> texts) =>
        _text?.Encode(texts) ?? throw new NotSupportedException($"{_traits.Name} has no text encoder.");

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var session in _sessions)
        {
            session.Dispose();
        }

        _text?.Dispose();
    }

    private void Run(ReadOnlyMemory<float> input, Memory<float> output)
    {
        var recipe = _traits.Recipe;
        // The device that has been idle longest; whoever has more runs under way than there are lanes shares the first.
        var taken = _free.TryDequeue(out var session);
        try
        {
            (session ?? _sessions[0]).Loaded.Run(
                [Feed.Of(_network.Input, input, _network.Batch, 3, recipe.Height, recipe.Width)],
                [Feed.Of<float>(_network.Output, output, _network.Batch, _traits.Dimension)]
            );
        }
        finally
        {
            if (taken)
            {
                _free.Enqueue(session!);
            }
        }
    }
}
