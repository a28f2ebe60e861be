using Microsoft.ML.OnnxRuntime.Tensors;
using Semblance.Models.Checkpoints;
using Semblance.Models.Configuration;
using Semblance.Models.Graphs;
using Semblance.Models.Networks;
using Semblance.Models.Tests.Encoders;

namespace Semblance.Models.Tests.Networks;

public sealed class ClipTests
{
    public static IEnumerable<TheoryDataRow<string>> Cases => Fixtures.Cases("clip");

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Cases))]
    public void Vision_tower_gives_the_reference_hidden_states_and_embeddings(string name)
    {
        var golden = new Golden("clip", name);
        Assert.SkipUnless(golden.HasInput("pixel_values"), "The case starts from image files.");
        var config = ConfigJson.Read(Path.Combine(golden.Folder, "model", "config.json"));
        var vision = ClipVisionConfig.Read(config.Object("vision_config")!, config.Size("projection_dim"));
        var shape = golden.InputShape("pixel_values");

        var g = new GraphBuilder(Weights.From(Checkpoint.Open(Path.Combine(golden.Folder, "model"))));
        var pixels = g.Input("pixels", TensorElementType.Float, shape);
        _ = ClipVisionModel.Forward(pixels, (int)shape[0], vision, ClipNames.HuggingFace);
        var outputs = golden.ObserveAll(g);
        using var session = new GraphSession(g.Build(), threads: 1);

        Assert.True(outputs.Count >= vision.Transformer.Layers + 3);
        foreach (var output in outputs)
        {
            var actual = session.Run([Feed.Of<float>("pixels", golden.Input("pixel_values"), shape)], $"out.{output}");
            if (output == "image_embeds")
            {
                golden.AssertEmbeddings(output, actual);
            }
            else
            {
                golden.AssertStates(output, actual);
            }
        }
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Cases))]
    public void Text_tower_gives_the_reference_hidden_states_and_embeddings(string name)
    {
        var golden = new Golden("clip", name);
        var config = ConfigJson.Read(Path.Combine(golden.Folder, "model", "config.json"));
        var text = ClipTextConfig.Read(config.Object("text_config")!, config.Size("projection_dim"));
        var shape = golden.InputShape("input_ids");
        var ids = golden.InputIds("input_ids");
        var ends = ids.Chunk((int)shape[1])
            .Select(row => (long)ClipTextModel.EndOfText(row, text.EosTokenId))
            .ToArray();

        var g = new GraphBuilder(Weights.From(Checkpoint.Open(Path.Combine(golden.Folder, "model"))));
        var input = g.Input("ids", TensorElementType.Int64, shape);
        var at = g.Input("at", TensorElementType.Int64, shape[0], 1);
        _ = ClipTextModel.Forward(input, at, text, ClipNames.HuggingFace);
        var outputs = golden.ObserveAll(g);
        using var session = new GraphSession(g.Build(), threads: 1);

        Assert.True(outputs.Count >= text.Transformer.Layers + 3);
        foreach (var output in outputs)
        {
            var actual = session.Run(
                [Feed.Of<long>("ids", ids, shape), Feed.Of<long>("at", ends, shape[0], 1)],
                $"out.{output}"
            );
            if (output == "text_embeds")
            {
                golden.AssertEmbeddings(output, actual);
            }
            else
            {
                golden.AssertStates(output, actual);
            }
        }
    }
}
