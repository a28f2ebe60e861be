using Microsoft.ML.OnnxRuntime.Tensors;
using Semblance.Models.Devices;
using Semblance.Models.Graphs;
using Semblance.Models.Networks;
using Semblance.Models.Tokenizers;

namespace Semblance.Models.Diffusion.Texts;

/// <summary>Which states of CLIP's text transformer a diffusion model is given.</summary>
/// <param name="FromEnd">Those after this layer, counted from the end: 1 for the last one.</param>
/// <param name="Normed">Whether the final norm is applied to them, as in Stable Diffusion 1.5; SDXL takes them as they are.</param>
internal readonly record struct ClipStates(int FromEnd, bool Normed);

/// <summary>A CLIP text encoder of a diffusion model (<c>CLIPTextModel</c>, <c>CLIPTextModelWithProjection</c>) with its tokenizer.</summary>
internal sealed class ClipPromptEncoder : IDisposable
{
    // Files of older transformers hold them; they are 0, 1, 2 ... and no weights.
    private const string PositionIds = "text_model.embeddings.position_ids";

    private readonly ClipTextConfig _config;
    private readonly ClipTokenizer _tokenizer;
    private readonly bool _pools;
    private readonly DeferredSession _session;

    /// <summary>Emits the network, which is loaded with the first text.</summary>
    /// <param name="tokenizer">Of this encoder: SDXL's two pad differently.</param>
    /// <param name="weights">Of this encoder.</param>
    /// <param name="config">Its <c>config.json</c>.</param>
    /// <param name="states">Which states are wanted.</param>
    /// <param name="threads">Threads within one operator; 0 for one per physical core.</param>
    /// <param name="adapters">LoRAs for it, and embeddings of the tokenizer's new tokens.</param>
    /// <param name="pooled">Whether the model needs the pooled text, so that the projection must be there.</param>
    /// <param name="device">What it runs on.</param>
    /// <param name="precision">In which it calculates.</param>
    /// <exception cref="InputException">Tensors are missing, left over or of another shape.</exception>
    public ClipPromptEncoder(
        ClipTokenizer tokenizer,
        Weights weights,
        ClipTextConfig config,
        ClipStates states,
        int threads = 0,
        AdapterSet? adapters = null,
        bool pooled = false,
        Device device = default,
        Precision precision = default
    )
    {
        (_tokenizer, _config) = (tokenizer, config);
        _pools = pooled || weights.Has(ClipNames.HuggingFace.TextProjection);
        CheckVocabulary(tokenizer, weights, config, adapters);
        var g = new GraphBuilder(weights, adapters, precision);
        Emit(g, states);
        weights.RefuseUnused(PositionIds);
        _session = new DeferredSession(g.Build(), threads, device: device);
    }

    /// <summary>Length of every text in tokens.</summary>
    public int Tokens => _config.MaxPositions;

    /// <summary>The ids of a text, padded or cut to <see cref="Tokens"/>.</summary>
    public int[] Ids(string text) => _tokenizer.Encode(text, Tokens, pad: true);

    /// <summary>Encodes one text, padded or cut to <see cref="Tokens"/>.</summary>
    /// <returns>States [tokens, hidden]; pooled [projection], empty for an encoder without projection.</returns>
    public PromptEmbedding Encode(string text)
    {
        long[] ids = [.. Ids(text)];
        return Encode(ids);
    }

    /// <summary>Encodes the ids of a text, as many as <see cref="Tokens"/>.</summary>
    public PromptEmbedding Encode(long[] ids)
    {
        long[] pooledAt = [ClipTextModel.EndOfText(ids, _config.EosTokenId)];
        var states = new float[Tokens * _config.Transformer.HiddenSize];
        var pooled = new float[_pools ? _config.ProjectionDim : 0];
        List<Feed> inputs = [Feed.Of<long>("ids", ids, 1, Tokens)];
        List<Feed> outputs = [Feed.Of<float>("states", states, 1, Tokens, _config.Transformer.HiddenSize)];
        if (_pools)
        {
            inputs.Add(Feed.Of<long>("pooled_at", pooledAt, 1, 1));
            outputs.Add(Feed.Of<float>("pooled", pooled, 1, _config.ProjectionDim));
        }

        _session.Loaded.Run(inputs, outputs);
        return new PromptEmbedding(states, pooled, Mask: []);
    }

    /// <summary>What is cut from a text that is too long, or nothing.</summary>
    public string CutFrom(string text) => _tokenizer.CutFrom(text, Tokens);

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    /// <summary>New rows stand at the end of the table, so they must be those of the last ids.</summary>
    private static void CheckVocabulary(
        ClipTokenizer tokenizer,
        Weights weights,
        ClipTextConfig config,
        AdapterSet? adapters
    )
    {
        var added = adapters?.NewRows.Values.Sum(rows => rows.Length / config.Transformer.HiddenSize) ?? 0;
        var known = tokenizer.VocabularySize - added;
        if (known > config.VocabSize || (added > 0 && known < config.VocabSize))
        {
            throw new InputException(
                $"{weights.Source}: the tokenizer has {known} tokens, but vocab_size of the text encoder is {config.VocabSize}; they do not belong together."
            );
        }
    }

    private void Emit(GraphBuilder g, ClipStates states)
    {
        var names = ClipNames.HuggingFace;
        var ids = g.Input("ids", TensorElementType.Int64, 1, Tokens);
        var (all, last) = ClipTextModel.States(ids, _config, names);
        var taken = all[^states.FromEnd];
        g.Output(
            "states",
            !states.Normed ? taken
                : states.FromEnd == 1 ? last
                : ClipTextModel.FinalNorm(taken, _config, names)
        );
        if (_pools)
        {
            var pooledAt = g.Input("pooled_at", TensorElementType.Int64, 1, 1);
            g.Output("pooled", ClipTextModel.Project(last, pooledAt, _config, names));
        }
    }
}
