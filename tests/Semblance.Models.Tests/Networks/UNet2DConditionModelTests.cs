using Microsoft.ML.OnnxRuntime.Tensors;
using Semblance.Models.Graphs;
using Semblance.Models.Networks;
using Semblance.Models.Tests.Diffusion;

namespace Semblance.Models.Tests.Networks;

public sealed class UNet2DConditionModelTests
{
    public static IEnumerable<TheoryDataRow<string, string>> Cases => DiffusionCase.All("unet", "sdxl", "sd15");

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Cases))]
    public void Every_module_gives_what_the_reference_gives(string area, string name)
    {
        var golden = new DiffusionCase(area, name);
        var config = UNet2DConditionConfig.Read(golden.Config());
        var (latents, states) = (golden.InputShape("sample"), golden.InputShape("encoder_hidden_states"));
        var batch = latents[0];
        // One number stands for the whole batch.
        var timestep = golden.Input("timestep") is [var one]
            ? [.. Enumerable.Repeat(one, (int)batch)]
            : golden.Input("timestep");

        var weights = golden.Weights();
        var g = new GraphBuilder(weights);
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
        var modules = golden.ObserveAll(g);
        Assert.Empty(golden.Outputs.Except(modules.Select(module => $"at.{module}")).Except(["sample"]));
        Assert.Empty(weights.Unused);
        using var session = new GraphSession(g.Build(), threads: 1);

        float[] Run(string output)
        {
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

            return session.Run(feeds, output);
        }

        foreach (var module in modules)
        {
            if (module.EndsWith(".ff", StringComparison.Ordinal) && golden.HasTolerance("max_abs_of_at_ff"))
            {
                // One activation deep, and so close that the exact GELU is told from its approximations.
                golden.AssertClose($"at.{module}", Run($"at.{module}"), golden.Tolerance("max_abs_of_at_ff"));
                continue;
            }

            AssertClose($"at.{module}", Run($"at.{module}"));
        }

        AssertClose("sample", Run("sample_out"));

        void AssertClose(string output, float[] actual) =>
            Closeness.Assert(output, golden.Expected(output), actual, golden.Tolerance("max_abs"));
    }
}
