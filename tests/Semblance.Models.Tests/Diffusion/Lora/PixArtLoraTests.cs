using Semblance.Models.Checkpoints;
using Semblance.Models.Diffusion.Lora;
using Semblance.Models.Diffusion.Pipelines;
using Semblance.Models.Tests.Encoders;

namespace Semblance.Models.Tests.Diffusion.Lora;

public sealed class PixArtLoraTests
{
    private const int Rank = 2;
    private static readonly Random _random = new(5);

    /// <summary>A LoRA as peft saves it, for every linear layer of the transformer, against the same model with merged weights.</summary>
    [Theory]
    [InlineData("base_model.model.{0}.lora_A.weight", "base_model.model.{0}.lora_B.weight")]
    [InlineData("transformer.{0}.lora.down.weight", "transformer.{0}.lora.up.weight")]
    [InlineData("lora_transformer_{1}.lora_down.weight", "lora_transformer_{1}.lora_up.weight")]
    public void A_transformer_with_a_lora_predicts_what_merged_weights_predict(string down, string up)
    {
        var model = Fixtures.At("pixart", "model", "small");
        Assert.SkipUnless(Directory.Exists(model), "This fixture root has no such model.");
        var own = Checkpoint.Open(Path.Combine(model, "transformer"));
        var merged = own.Tensors.Values.ToDictionary(t => t.Name, t => (t.Shape, Values: own.ReadFloat32(t.Name)));
        var lora = new Dictionary<string, (long[], float[])>();
        foreach (var (name, (shape, values)) in merged.Where(IsLinear).ToList())
        {
            var module = name[..^".weight".Length];
            var (a, b) = (Numbers(Rank * (int)shape[1]), Numbers((int)shape[0] * Rank));
            lora.Add(string.Format(down, module, module.Replace('.', '_')), ([Rank, shape[1]], a));
            lora.Add(string.Format(up, module, module.Replace('.', '_')), ([shape[0], Rank], b));
            for (var i = 0; i < values.Length; i++)
            {
                var (row, column) = (i / shape[1], i % shape[1]);
                for (var r = 0; r < Rank; r++)
                {
                    values[i] += 0.5f * b[(row * Rank) + r] * a[(r * shape[1]) + column];
                }
            }
        }

        var file = Path.Combine(TinyModels.NewFolder(), "lora.safetensors");
        TinyModels.WriteSafeTensors(file, lora);

        var expected = Latents(Copy(model, merged), []);
        var actual = Latents(model, [new LoraSource(file, 0.5)]);
        var plain = Latents(model, []);
        var size = expected.Max(MathF.Abs);
        Assert.InRange(DiffusionCase.Farthest(expected, actual) / size, 0, 1e-4);
        Assert.True(DiffusionCase.Farthest(expected, plain) / size > 1e-2, "The LoRA changes nothing.");
    }

    private static bool IsLinear(KeyValuePair<string, (long[] Shape, float[] Values)> tensor) =>
        tensor.Key.EndsWith(".weight", StringComparison.Ordinal) && tensor.Value.Shape.Length == 2;

    private static float[] Latents(string model, IReadOnlyList<LoraSource> loras)
    {
        var pipeline = DiffusionPipeline.Open(
            model,
            new DiffusionSettings
            {
                Steps = 2,
                Loras = loras,
                ResolutionBinning = false,
                Threads = 1,
            }
        );
        Assert.All(pipeline.Loras, report => Assert.True(report.Modules["transformer"] > 0));
        var prompt = pipeline.EncodePrompts(["a cat"], TestContext.Current.CancellationToken)["a cat"];
        var side = 8 * pipeline.Autoencoder.Factor;
        using var denoiser = pipeline.OpenDenoiser(side, side);
        return pipeline.Walk(denoiser, prompt, new ImageRequest("a cat", 3, side, side)).Last();
    }

    private static string Copy(string model, Dictionary<string, (long[], float[])> transformer)
    {
        var folder = TinyModels.NewFolder();
        foreach (var file in Directory.EnumerateFiles(model, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(folder, Path.GetRelativePath(model, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        var weights = Path.Combine(folder, "transformer");
        foreach (var file in Directory.GetFiles(weights, "*.safetensors"))
        {
            TinyModels.WriteSafeTensors(file, transformer);
        }

        return folder;
    }

    private static float[] Numbers(int count) =>
        [.. Enumerable.Range(0, count).Select(_ => ((_random.NextSingle() * 2) - 1) * 0.2f)];
}
