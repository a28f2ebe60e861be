using Microsoft.ML.OnnxRuntime.Tensors;
using Semblance.Models.Diffusion.Decoding;
using Semblance.Models.Graphs;
using Semblance.Models.Networks;
using Semblance.Models.Tests.Diffusion;

namespace Semblance.Models.Tests.Networks;

public sealed class AutoencoderKLTests
{
    public static IEnumerable<TheoryDataRow<string, string>> Cases => DiffusionCase.All("vae", "sdxl", "sd15");

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Cases))]
    public void Decoding_gives_the_reference_pictures(string area, string name)
    {
        var golden = new DiffusionCase(area, name);
        var config = AutoencoderKLConfig.Read(golden.Config());
        var latents = golden.Inputs.Where(input => input.StartsWith("latent", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(latents);
        foreach (var input in latents)
        {
            var suffix = input["latent".Length..];
            var shape = golden.InputShape(input);
            var g = new GraphBuilder(golden.Weights());
            var x = g.Input("latents", TensorElementType.Float, shape);
            g.Output("image", AutoencoderKL.Decode(x, (int)shape[2], (int)shape[3], config));
            // The modules' values belong to the first input.
            var modules = suffix.Length == 0 ? golden.ObserveAll(g) : [];
            var wanted = golden.Outputs.Count(key =>
                key.StartsWith("at.decoder", StringComparison.Ordinal) || key == "at.post_quant_conv"
            );
            Assert.True(suffix.Length > 0 || modules.Count == wanted);
            using var session = new GraphSession(g.Build(), threads: 1);

            float[] Run(string output) => session.Run([Feed.Of<float>("latents", golden.Input(input), shape)], output);
            foreach (var module in modules)
            {
                AssertClose(golden, $"at.{module}", Run($"at.{module}"));
            }

            AssertClose(golden, $"decoded{suffix}", Run("image"));
        }
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Cases))]
    public void Encoding_gives_the_reference_moments(string area, string name)
    {
        var golden = new DiffusionCase(area, name);
        Assert.SkipUnless(golden.HasInput("image"), "The case decodes only.");
        var config = AutoencoderKLConfig.Read(golden.Config());
        var shape = golden.InputShape("image");
        var g = new GraphBuilder(golden.Weights());
        var x = g.Input("image", TensorElementType.Float, shape);
        var (mean, logVariance) = AutoencoderKL.Encode(x, (int)shape[2], (int)shape[3], config);
        g.Output("mean", mean);
        g.Output("logvar", logVariance);
        var modules = golden.ObserveAll(g);
        Assert.Equal(
            golden.Outputs.Count(key =>
                key.StartsWith("at.encoder", StringComparison.Ordinal) || key == "at.quant_conv"
            ),
            modules.Count
        );
        using var session = new GraphSession(g.Build(), threads: 1);
        foreach (var output in modules.Select(module => $"at.{module}").Concat(["mean", "logvar"]))
        {
            var actual = session.Run([Feed.Of<float>("image", golden.Input("image"), shape)], output);
            AssertClose(golden, output, actual);
        }
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Cases))]
    public void The_decoder_divides_by_the_scaling_factor(string area, string name)
    {
        var golden = new DiffusionCase(area, name);
        var config = AutoencoderKLConfig.Read(golden.Config());
        var shape = golden.InputShape("latent");
        Assert.SkipUnless(shape[0] == 1, "The decoder takes one picture at a time.");
        using var decoder = new LatentDecoder(golden.Weights(), config, tiled: true, threads: 1);
        float[] scaled = [.. golden.Input("latent").Select(value => value * config.ScalingFactor)];
        var decoded = decoder.Decode(new Planes(scaled, (int)shape[1], (int)shape[2], (int)shape[3])).Values;
        AssertClose(golden, "decoded", decoded);
    }

    private static void AssertClose(DiffusionCase golden, string output, float[] actual) =>
        Closeness.Assert(output, golden.Expected(output), actual, golden.Tolerance("max_abs"));
}
