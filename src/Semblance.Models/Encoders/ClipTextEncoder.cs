using Microsoft.ML.OnnxRuntime.Tensors;
using Semblance.Models.Graphs;
using Semblance.Models.Networks;
using Semblance.Models.Tokenizers;

namespace Semblance.Models.Encoders;

/// <summary>CLIP's text encoder ready to run; the network is loaded when the first text is encoded.</summary>
internal sealed class ClipTextEncoder : IDisposable
{
    // Every run has the same number of texts, for the reason that images have: see NetworkEncoder.
    private const int Batch = 8;

    private readonly ClipTextConfig _config;
    private readonly Lazy<ClipTokenizer> _tokenizer;
    private readonly DeferredSession _session;

    /// <summary>Emits the network, which checks the weights.</summary>
    /// <param name="weights">The checkpoint.</param>
    /// <param name="config">Sizes.</param>
    /// <param name="names">Tensor names.</param>
    /// <param name="tokenizer">Whose ids the network knows.</param>
    /// <param name="options">Threads, device and precision.</param>
    /// <exception cref="InputException">A tensor is missing or has another shape.</exception>
    public ClipTextEncoder(
        Weights weights,
        ClipTextConfig config,
        ClipNames names,
        Lazy<ClipTokenizer> tokenizer,
        EncoderOptions options
    )
    {
        (_config, _tokenizer) = (config, tokenizer);
        var g = new GraphBuilder(weights, precision: options.Precision);
        var ids = g.Input("ids", TensorElementType.Int64, Batch, config.MaxPositions);
        var pooledAt = g.Input("pooled_at", TensorElementType.Int64, Batch, 1);
        g.Output("text_embeds_out", ClipTextModel.Forward(ids, pooledAt, config, names));
        _session = new DeferredSession(() => new GraphSession(g.Build(), options.Threads, device: options.Device));
    }

    /// <summary>What the network reads of a text.</summary>
    public TextReading Read(string text)
    {
        var (tokenizer, length) = (_tokenizer.Value, _config.MaxPositions);
        return new TextReading(tokenizer.Encode(text, length), tokenizer.CutFrom(text, length));
    }

    /// <summary>One vector for each text, not normalised.</summary>
    public IReadOnlyList<float[]> Encode(IReadOnlyList<string> texts)
    {
        var (length, dimension) = (_config.MaxPositions, _config.ProjectionDim);
        var vectors = new List<float[]>(texts.Count);
        foreach (var chunk in texts.Chunk(Batch))
        {
            var ids = new long[Batch * length];
            var pooledAt = new long[Batch];
            for (var i = 0; i < chunk.Length; i++)
            {
                var row = ids.AsSpan(i * length, length);
                var tokens = _tokenizer.Value.Encode(chunk[i], length, pad: true);
                for (var j = 0; j < length; j++)
                {
                    row[j] = tokens[j];
                }

                pooledAt[i] = ClipTextModel.EndOfText(row, _config.EosTokenId);
            }

            var output = new float[Batch * dimension];
            _session.Loaded.Run(
                [Feed.Of<long>("ids", ids, Batch, length), Feed.Of<long>("pooled_at", pooledAt, Batch, 1)],
                [Feed.Of<float>("text_embeds_out", output, Batch, dimension)]
            );
            vectors.AddRange(output.Chunk(dimension).Take(chunk.Length));
        }

        return vectors;
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();
}
