using Microsoft.ML.OnnxRuntime.Tensors;
using Semblance.Models.Diffusion.Texts;
using Semblance.Models.Graphs;
using Semblance.Models.Networks;

namespace Semblance.Models.Tests.Diffusion.Texts;

public sealed class T5EncoderTests
{
    [Fact]
    public void Every_block_gives_what_the_reference_gives()
    {
        var golden = Case("encoder");
        var config = T5EncoderConfig.Read(golden.Config());
        var shape = golden.InputShape("ids");
        var tokens = (int)shape[1];
        var weights = golden.Weights();
        var g = new GraphBuilder(weights);
        var ids = g.Input("ids", TensorElementType.Int64, shape);
        var mask = g.Input("mask", TensorElementType.Float, shape);
        _ = T5EncoderModel.Forward(ids, mask, tokens, config);
        var observed = golden.Outputs.Where(g.Observed.ContainsKey).ToList();
        foreach (var name in observed)
        {
            g.Output($"out.{name}", g.Observed[name]);
        }

        using var session = new GraphSession(g.Build(), threads: 1);

        float[] Run(string output, float[] kept) =>
            session.Run(
                [
                    Feed.Of<long>("ids", golden.Input("ids").Select(id => (long)id).ToArray(), shape),
                    Feed.Of<float>("mask", kept, shape),
                ],
                output
            );

        // hidden_states.N of the last block is last_hidden_state.
        Assert.Empty(
            golden
                .Outputs.Except(observed)
                .Except(["long.last_hidden_state", "without_mask", $"hidden_states.{config.Layers}"])
        );
        foreach (var name in observed)
        {
            golden.AssertRelative(name, Run($"out.{name}", golden.Input("mask")));
        }

        var all = Enumerable.Repeat(1f, (int)(shape[0] * shape[1])).ToArray();
        golden.AssertRelative("without_mask", Run("out.last_hidden_state", all));
        Assert.Empty(weights.Unused);
    }

    public static IEnumerable<TheoryDataRow<string>> Forms =>
        Directory.Exists(Fixtures.At("t5"))
            ? Directory
                .EnumerateDirectories(Fixtures.At("t5"))
                .Where(folder => File.Exists(Path.Combine(folder, "config.json")))
                .Select(folder => new TheoryDataRow<string>(Path.GetFileName(folder)))
                .Prepend(new TheoryDataRow<string>(""))
            : [];

    /// <summary>The model of the case and every other form in which the same weights are stored: in shards, as archives.</summary>
    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Forms))]
    public void Block_by_block_gives_what_the_whole_network_gives(string form)
    {
        var golden = Case("encoder");
        var encoder = T5Encoder.Open(form.Length > 0 ? Fixtures.At("t5", form) : golden.Model, threads: 1);
        foreach (var prefix in new[] { "", "long." })
        {
            var shape = golden.InputShape($"{prefix}ids");
            var length = (int)shape[1];
            var mask = golden.Input($"{prefix}mask").Chunk(length).ToArray();
            var texts = golden
                .Input($"{prefix}ids")
                .Chunk(length)
                .Select((row, i) => row.Take((int)mask[i].Sum()).Select(id => (int)id).ToArray())
                .ToArray();
            var blocks = new List<int>();

            var states = encoder.Encode(texts, length, pad: 0, blocks.Add);

            Assert.Equal(Enumerable.Range(1, encoder.Config.Layers), blocks);
            golden.AssertRelative($"{prefix}last_hidden_state", [.. states.SelectMany(state => state)]);
            // A text's states are to the bit the same without its neighbours.
            Assert.Equal(states[1], encoder.Encode([texts[1]], length, pad: 0)[0]);
        }
    }

    [Fact]
    public void Relative_positions_fall_into_the_buckets_of_the_reference()
    {
        var golden = Case("relative-bias");
        var config = T5EncoderConfig.Read(golden.Config());
        Assert.Equal(
            golden.Expected("bucket"),
            golden.Expected("relative_position").Select(p => (float)T5EncoderModel.Bucket((int)p, config))
        );

        var tokens = (int)golden.ExpectedShape("bias.first_row")[1];
        var g = new GraphBuilder(golden.Weights());
        _ = T5EncoderModel.Bias(g.Input("mask", TensorElementType.Float, 1, tokens), tokens, config);
        g.Output("bias", g.Observed["relative_bias"]);
        using var session = new GraphSession(g.Build(), threads: 1);
        var bias = session.Run([Feed.Of<float>("mask", new float[tokens], 1, tokens)], "bias"); // [heads, query, key]

        float[] Row(int query) =>
            [
                .. Enumerable
                    .Range(0, config.Heads)
                    .SelectMany(head => bias.Skip(((head * tokens) + query) * tokens).Take(tokens)),
            ];
        golden.AssertClose("bias.first_row", Row(0), golden.Tolerance("absolute"));
        golden.AssertClose("bias.last_row", Row(tokens - 1), golden.Tolerance("absolute"));
        var side = (int)golden.ExpectedShape("bias.12x12")[1];
        golden.AssertClose(
            "bias.12x12",
            [
                .. from head in Enumerable.Range(0, config.Heads)
                from query in Enumerable.Range(0, side)
                from key in Enumerable.Range(0, side)
                select bias[(((head * tokens) + query) * tokens) + key],
            ],
            golden.Tolerance("absolute")
        );
    }

    [Fact]
    public void An_id_without_embedding_is_refused()
    {
        var encoder = T5Encoder.Open(Case("encoder").Model);
        var error = Assert.Throws<InputException>(() =>
            encoder.Encode(
                [
                    [encoder.Config.VocabSize],
                ],
                4,
                pad: 0
            )
        );
        Assert.Contains($"{encoder.Config.VocabSize} token ids", error.Message);
    }

    private static DiffusionCase Case(string name)
    {
        Assert.SkipUnless(File.Exists(Fixtures.At("t5", name, "case.json")), "No T5 fixtures.");
        return new DiffusionCase("t5", name);
    }
}
