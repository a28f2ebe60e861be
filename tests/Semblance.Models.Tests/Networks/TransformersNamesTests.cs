using System.Text.Json.Nodes;
using Semblance.Models.Catalog;
using Semblance.Models.Checkpoints;
using Semblance.Models.Diffusion.Pipelines;
using Semblance.Models.Encoders;
using Semblance.Models.Tests.Diffusion;
using Semblance.Models.Tests.Encoders;
using Semblance.Tensors;

namespace Semblance.Models.Tests.Networks;

/// <summary>Networks under the names that newer transformers write are the same networks.</summary>
public sealed class TransformersNamesTests
{
    [Theory]
    [InlineData("text_encoder")]
    [InlineData("text_encoder_2")]
    public void Text_encoders_without_text_model_before_their_names_are_read(string component)
    {
        var model = Fixtures.At("sdxl", "model");
        Assert.SkipUnless(Directory.Exists(model), "This fixture root has no such model.");
        var copy = ModelCopies.Of(model);
        Rename(Path.Combine(copy, component), Path.Combine(copy, component), name => Without(name, "text_model."));
        Assert.Equal(States(model), States(copy));
    }

    [Theory]
    [InlineData("clip", "vit32-quickgelu", "clip_vision_model", "pre_layrnorm.weight")]
    [InlineData("siglip", "vit32", "siglip_vision_model", "head.probe")]
    public void Vision_encoders_without_vision_model_before_their_names_are_read(
        string area,
        string name,
        string type,
        string sign
    )
    {
        var model = Fixtures.At(area, name, "model");
        Assert.SkipUnless(Directory.Exists(model), "This fixture root has no such model.");
        var copy = TinyModels.NewFolder();
        Rename(
            model,
            copy,
            own =>
                own.StartsWith("text_", StringComparison.Ordinal) || own.StartsWith("logit", StringComparison.Ordinal)
                    ? null
                    : Without(own, "vision_model.")
        );
        var config = JsonNode.Parse(File.ReadAllText(Path.Combine(model, "config.json")))!.AsObject();
        var vision = config["vision_config"]!.DeepClone().AsObject();
        vision["model_type"] = type;
        if (config["projection_dim"] is { } projection)
        {
            vision["projection_dim"] = projection.DeepClone();
        }

        File.WriteAllText(Path.Combine(copy, "config.json"), vision.ToJsonString());
        File.Copy(Path.Combine(model, "preprocessor_config.json"), Path.Combine(copy, "preprocessor_config.json"));
        Assert.Contains(sign, Checkpoint.Open(copy).Tensors.Keys);
        Assert.Equal(Vector(model), Vector(copy));
    }

    [Fact]
    public void Dinov2_below_a_name_of_its_own_is_read()
    {
        var model = Fixtures.At("dinov2", "vit42", "model");
        Assert.SkipUnless(Directory.Exists(model), "This fixture root has no such model.");
        var copy = TinyModels.NewFolder();
        foreach (var file in Directory.GetFiles(model, "*.json"))
        {
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        }

        Rename(model, copy, name => $"dinov2.{name}");
        Assert.Equal(Vector(model), Vector(copy));
    }

    [Fact]
    public void T5_may_have_its_table_under_the_name_of_the_encoder_alone()
    {
        var model = Fixtures.At("pixart", "model", "small");
        Assert.SkipUnless(Directory.Exists(model), "This fixture root has no such model.");
        var copy = ModelCopies.Of(model);
        var encoder = Path.Combine(copy, "text_encoder");
        Rename(
            encoder,
            encoder,
            name =>
                name switch
                {
                    "shared.weight" => "encoder.embed_tokens.weight",
                    "encoder.embed_tokens.weight" => null,
                    _ => name,
                }
        );
        Assert.Equal(States(model), States(copy));
    }

    private static string Without(string name, string beginning) =>
        name.StartsWith(beginning, StringComparison.Ordinal) ? name[beginning.Length..] : name;

    private static void Rename(string from, string to, Func<string, string?> name)
    {
        var checkpoint = Checkpoint.Open(from);
        var tensors = checkpoint
            .Tensors.Values.Where(entry => entry.Type.IsFloat() && name(entry.Name) is not null)
            .ToDictionary(entry => name(entry.Name)!, entry => (entry.Shape, checkpoint.ReadFloat32(entry.Name)));
        foreach (var old in Directory.GetFiles(to, "*.safetensors"))
        {
            File.Delete(old);
        }

        TinyModels.WriteSafeTensors(Path.Combine(to, "model.safetensors"), tensors);
    }

    private static float[] States(string model)
    {
        var pipeline = DiffusionPipeline.Open(model, new DiffusionSettings { Threads = 1 });
        var prompt = pipeline.EncodePrompts(["a cat"], TestContext.Current.CancellationToken)["a cat"].Positive;
        return [.. prompt.States, .. prompt.Pooled];
    }

    private static float[] Vector(string model)
    {
        using var encoder = EncoderCatalog.Open(model, new EncoderOptions { Threads = 1 });
        var pixels = new float[encoder.InputLength];
        for (var i = 0; i < pixels.Length; i++)
        {
            pixels[i] = MathF.Sin(i);
        }

        var vector = new float[encoder.Identity.Dimension];
        encoder.Encode(pixels, 1, vector);
        return vector;
    }
}
