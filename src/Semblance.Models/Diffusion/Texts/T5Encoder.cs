using Microsoft.ML.OnnxRuntime.Tensors;
using Semblance.Models.Checkpoints;
using Semblance.Models.Configuration;
using Semblance.Models.Devices;
using Semblance.Models.Graphs;
using Semblance.Models.Networks;

namespace Semblance.Models.Diffusion.Texts;

/// <summary>
/// T5 over all prompts of a run in one pass over its weights: block after block is loaded, applied to every prompt, and
/// released, so memory holds one block (0.8 GB of T5-XXL's 19 GB in single precision) and the prompts' states.
/// </summary>
/// <param name="checkpoint">The weights.</param>
/// <param name="config">Sizes.</param>
/// <param name="threads">Threads within one operator; 0 for one per physical core.</param>
/// <param name="device">What it runs on.</param>
/// <param name="precision">In which it calculates.</param>
internal sealed class T5Encoder(
    Checkpoint checkpoint,
    T5EncoderConfig config,
    int threads = 0,
    Device device = default,
    Precision precision = default
)
{
    // The table is read row by row; some files hold it twice, and some the decoder too.
    private static readonly string[] OtherParts =
    [
        T5EncoderModel.Embedding,
        "encoder.embed_tokens.",
        "decoder.",
        "lm_head.",
    ];

    private readonly Weights _weights = Weights.From(checkpoint);

    public T5EncoderConfig Config => config;

    /// <summary>Reads config and weights of a folder; numbers are read when texts are encoded.</summary>
    /// <exception cref="InputException">A file is missing or damaged, or it is another network.</exception>
    public static T5Encoder Open(
        string folder,
        int threads = 0,
        string? variant = null,
        Device device = default,
        Precision precision = default
    ) =>
        new(
            TransformersNames.Of(Checkpoint.Open(folder, variant)),
            T5EncoderConfig.Read(ConfigJson.Read(Path.Combine(folder, "config.json"))),
            threads,
            device,
            precision
        );

    /// <summary>Encodes texts, each for itself: a text's states do not depend on the others.</summary>
    /// <param name="texts">Token ids of each text, at most <paramref name="length"/>.</param>
    /// <param name="length">To which texts are padded; the padding is encoded too, but not attended to.</param>
    /// <param name="pad">Id that pads.</param>
    /// <param name="afterBlock">Called after each block with how many are done; may throw to stop.</param>
    /// <returns>last_hidden_state of each text, [length, width].</returns>
    /// <exception cref="InputException">A tensor is missing or mis-shaped, or an id has no embedding.</exception>
    public IReadOnlyList<float[]> Encode(
        IReadOnlyList<int[]> texts,
        int length,
        int pad,
        Action<int>? afterBlock = null
    )
    {
        var states = new List<float[]>(texts.Count);
        var masks = new List<float[]>(texts.Count);
        foreach (var text in texts)
        {
            var ids = new int[length];
            ids.AsSpan(text.Length).Fill(pad);
            text.CopyTo(ids, 0);
            if (ids.Max() is var largest && largest >= config.VocabSize)
            {
                throw new InputException(
                    $"{checkpoint.Path} has embeddings for {config.VocabSize} token ids, but the tokenizer gives {largest}; they do not belong together."
                );
            }

            states.Add(checkpoint.Require(T5EncoderModel.Embedding, config.VocabSize, config.Width).ReadRows(ids));
            var mask = new float[length];
            mask.AsSpan(0, text.Length).Fill(1);
            masks.Add(mask);
        }

        var blocks = Emit(length);
        for (var block = 0; block < blocks.Length && texts.Count > 0; block++)
        {
            using var session = new GraphSession(blocks[block], threads, device: device);
            for (var i = 0; i < texts.Count; i++)
            {
                // Into a new array: nothing says that a graph may write over its input.
                var next = new float[states[i].Length];
                session.Run(
                    [
                        Feed.Of<float>("states", states[i], 1, length, config.Width),
                        Feed.Of<float>("mask", masks[i], 1, length),
                    ],
                    [Feed.Of<float>("next", next, 1, length, config.Width)]
                );
                states[i] = next;
            }

            afterBlock?.Invoke(block + 1);
        }

        return states;
    }

    /// <summary>
    /// Emits all blocks for texts of this length. A tensor that is missing is so found before the first block is loaded.
    /// </summary>
    /// <exception cref="InputException">A tensor is missing, left over or mis-shaped.</exception>
    public Graph[] Emit(int length)
    {
        _ = checkpoint.Require(T5EncoderModel.Embedding, config.VocabSize, config.Width);
        var blocks = Enumerable.Range(0, config.Layers).Select(index => Block(index, length)).ToArray();
        _weights.RefuseUnused(OtherParts);
        return blocks;
    }

    private Graph Block(int index, int length)
    {
        var g = new GraphBuilder(_weights, precision: precision);
        var x = g.Input("states", TensorElementType.Float, 1, length, config.Width);
        var bias = T5EncoderModel.Bias(g.Input("mask", TensorElementType.Float, 1, length), length, config);
        x = T5EncoderModel.Block(x, bias, index, config);
        g.Output("next", index == config.Layers - 1 ? T5EncoderModel.FinalNorm(x, config) : x);
        return g.Build();
    }
}
