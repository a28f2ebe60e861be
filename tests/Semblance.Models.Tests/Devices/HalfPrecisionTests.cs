using Microsoft.ML.OnnxRuntime.Tensors;
using Semblance.Models.Devices;
using Semblance.Models.Graphs;
using Semblance.Models.Networks;
using Semblance.Models.Tests.Diffusion;

namespace Semblance.Models.Tests.Devices;

public sealed class HalfPrecisionTests
{
    [Theory]
    [InlineData("sdxl", "unet")]
    [InlineData("sd15", "unet")]
    public void Probe(string area, string name)
    {
        foreach (var precision in new[] { Precision.Fp32, Precision.Fp16, Precision.Bf16 })
        {
            try
            {
                var golden = new DiffusionCase(area, name);
                var config = UNet2DConditionConfig.Read(golden.Config());
                var (latents, states) = (golden.InputShape("sample"), golden.InputShape("encoder_hidden_states"));
                var batch = latents[0];
                var timestep = golden.Input("timestep") is [var one]
                    ? [.. Enumerable.Repeat(one, (int)batch)]
                    : golden.Input("timestep");
                var g = new GraphBuilder(golden.Weights(), precision: precision);
                var sample = g.Input("sample", TensorElementType.Float, latents);
                var time = g.Input("timestep", TensorElementType.Float, batch);
                var text = g.Input("encoder_hidden_states", TensorElementType.Float, states);
                (Value, Value)? added = golden.HasInput("text_embeds")
                    ? (
                        g.Input("text_embeds", TensorElementType.Float, golden.InputShape("text_embeds")),
                        g.Input("time_ids", TensorElementType.Float, golden.InputShape("time_ids"))
                    )
                    : null;
                g.Output(
                    "sample_out",
                    UNet2DConditionModel.Forward(sample, time, text, added, (int)latents[2], (int)latents[3], config)
                );
                using var session = new GraphSession(g.Build(), threads: 1);
                List<Feed> feeds =
                [
                    Feed.Of<float>("sample", golden.Input("sample"), latents),
                    Feed.Of<float>("timestep", timestep, batch),
                    Feed.Of<float>("encoder_hidden_states", golden.Input("encoder_hidden_states"), states),
                ];
                foreach (var input in added is null ? [] : new[] { "text_embeds", "time_ids" })
                {
                    feeds.Add(Feed.Of<float>(input, golden.Input(input), golden.InputShape(input)));
                }

                var actual = session.Run(feeds, "sample_out");
                var expected = golden.Expected("sample");
                var rms = Math.Sqrt(
                    expected.Zip(actual, (e, a) => Math.Pow(e - a, 2)).Sum() / expected.Sum(e => (double)e * e)
                );
                TestContext.Current.TestOutputHelper!.WriteLine($"{precision} {rms:E3} max {DiffusionCase.Farthest(expected, actual):E3}");
            }
            catch (Exception fault)
            {
                TestContext.Current.TestOutputHelper!.WriteLine($"{precision}: {fault.Message}");
            }
        }
    }
}
