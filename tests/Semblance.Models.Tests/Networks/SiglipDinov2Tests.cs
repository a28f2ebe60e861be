using Microsoft.ML.OnnxRuntime.Tensors;
using Semblance.Models.Checkpoints;
using Semblance.Models.Configuration;
using Semblance.Models.Graphs;
using Semblance.Models.Networks;
using Semblance.Models.Tests.Encoders;

namespace Semblance.Models.Tests.Networks;

public sealed class SiglipDinov2Tests
{
    public static IEnumerable<TheoryDataRow<string>> SiglipCases => Fixtures.Cases("siglip");

    public static IEnumerable<TheoryDataRow<string, string>> Dinov2Inputs =>
        from row in Fixtures.Cases("dinov2")
        let name = row.Data
        from input in new Golden("dinov2", name).Inputs
        select new TheoryDataRow<string, string>(name, input);

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(SiglipCases))]
    public void Siglip_gives_the_reference_hidden_states_and_embeddings(string name)
    {
        var golden = new Golden("siglip", name);
        var config = SiglipVisionConfig.Read(
            ConfigJson.Read(Path.Combine(golden.Folder, "model", "config.json")).Object("vision_config")!
        );
        var shape = golden.InputShape("pixel_values");
        var g = new GraphBuilder(Weights.From(Checkpoint.Open(Path.Combine(golden.Folder, "model"))));
        _ = SiglipVisionModel.Forward(g.Input("pixels", TensorElementType.Float, shape), (int)shape[0], config);
        Assert.True(Compare(golden, g, "pixel_values", "") >= config.Transformer.Layers + 4);
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Dinov2Inputs))]
    public void Dinov2_gives_the_reference_hidden_states_and_embeddings(string name, string input)
    {
        var golden = new Golden("dinov2", name);
        var config = Dinov2Config.Read(ConfigJson.Read(Path.Combine(golden.Folder, "model", "config.json")));
        var shape = golden.InputShape(input);
        var g = new GraphBuilder(Weights.From(Checkpoint.Open(Path.Combine(golden.Folder, "model"))));
        var pixels = g.Input("pixels", TensorElementType.Float, shape);
        _ = Dinov2Model.Forward(pixels, (int)shape[0], (int)shape[2], (int)shape[3], config);
        var size = input["pixel_values".Length..].TrimStart('_');
        Assert.True(Compare(golden, g, input, size.Length == 0 ? "" : $"{size}.") >= 3);
    }

    private static int Compare(Golden golden, GraphBuilder g, string input, string prefix)
    {
        var outputs = golden.ObserveAll(g, prefix);
        using var session = new GraphSession(g.Build(), threads: 1);
        foreach (var output in outputs)
        {
            var pixels = Feed.Of<float>("pixels", golden.Input(input), golden.InputShape(input));
            var actual = session.Run([pixels], $"out.{output}");
            if (output == "image_embeds")
            {
                golden.AssertEmbeddings(prefix + output, actual);
            }
            else
            {
                golden.AssertStates(prefix + output, actual);
            }
        }

        return outputs.Count;
    }
}
