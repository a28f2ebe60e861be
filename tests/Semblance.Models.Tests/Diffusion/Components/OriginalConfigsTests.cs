using System.IO.Compression;
using System.Text.Json;
using Semblance.Models.Checkpoints;
using Semblance.Models.Configuration;
using Semblance.Models.Diffusion.Components;
using Semblance.Models.Diffusion.Originals;
using Semblance.Models.Diffusion.Schedulers;
using Semblance.Models.Networks;
using Semblance.Models.Tests.Encoders;
using Semblance.Tensors;

namespace Semblance.Models.Tests.Diffusion.Components;

/// <summary>From the tensors of the published models in one file follow their published configurations.</summary>
public sealed class OriginalConfigsTests
{
    private static readonly JsonSerializerOptions Every = new()
    {
        IncludeFields = true,
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    [Theory]
    [InlineData("sdxl")]
    [InlineData("sd15")]
    public void A_published_model_in_one_file_has_its_published_sizes(string area)
    {
        Assert.SkipUnless(Directory.Exists(Fixtures.At("manifests", area)), "This fixture root has no such manifest.");
        var config = UNet2DConditionConfig.Read(Published(area, "unet"));
        var before = area == "sdxl" ? "conditioner.embedders.0.transformer." : "cond_stage_model.transformer.";
        List<(string Name, long[] Shape)> tensors =
        [
            .. Manifest(area, "unet")
                .Select(t => ($"model.diffusion_model.{OneFile.UNetName(t.Name, config)}", t.Shape)),
            .. Manifest(area, "vae")
                .Select(t =>
                    (
                        $"first_stage_model.{OneFile.VaeName(t.Name)}",
                        OneFile.IsVaeMatrix(t.Name) ? [.. t.Shape, 1, 1] : t.Shape
                    )
                ),
            .. Manifest(area, "text_encoder").Select(t => (before + t.Name, t.Shape)),
        ];
        if (area == "sdxl")
        {
            tensors.AddRange(OpenClip());
        }

        var file = Path.Combine(TinyModels.NewFolder(), "published.safetensors");
        TinyModels.WriteSafeTensors(file, new Dictionary<string, (long[], float[])> { ["x"] = ([1], [1]) });
        var checkpoint = Checkpoint
            .Open(file)
            .With(tensors.Select(t => new TensorEntry(t.Name, TensorType.Float16, t.Shape, file, 0, 0, null)));
        var folder = OneFileModel.Open(checkpoint, null, Fixtures.At("sdxl", "model", "tokenizer"), null);

        foreach (var component in folder.Networks)
        {
            var (expected, actual) = (Manifest(area, component), folder.Weights(component).All);
            Assert.Equal(
                expected.Select(t => $"{t.Name} {string.Join('x', t.Shape)}").Order(StringComparer.Ordinal),
                actual.Select(t => $"{t.Key} {string.Join('x', t.Value.Shape)}").Order(StringComparer.Ordinal)
            );
        }

        Same(config, UNet2DConditionConfig.Read(folder.Config("unet")));
        Same(AutoencoderKLConfig.Read(Published(area, "vae")), AutoencoderKLConfig.Read(folder.Config("vae")));
        foreach (var encoder in folder.Networks.Where(name => name.StartsWith("text", StringComparison.Ordinal)))
        {
            Same(
                ClipTextConfig.Read(Published(area, encoder), null),
                ClipTextConfig.Read(folder.Config(encoder), null)
            );
        }

        Assert.Equal(area == "sdxl" ? "StableDiffusionXLPipeline" : "StableDiffusionPipeline", folder.ClassName);
        var scheduler = Fixtures.At(area, "model", "scheduler", "scheduler_config.json");
        Assert.Equal(SchedulerConfig.Read(scheduler), SchedulerConfig.Read(folder.Parts.Scheduler!));
    }

    [Fact]
    public void A_file_that_says_how_it_predicts_is_believed()
    {
        var table = new OriginalConfigs("x", OriginalFamily.Sdxl);
        Assert.Equal(PredictionType.Epsilon, SchedulerConfig.Read(table.Scheduler([])).Prediction);
        Assert.Equal(PredictionType.VPrediction, SchedulerConfig.Read(table.Scheduler(["v_pred"])).Prediction);
    }

    private static IEnumerable<(string, long[])> OpenClip() =>
        from tensor in Manifest("sdxl", "text_encoder_2")
        let name = OneFile.OpenClipName(tensor.Name)
        where name is not null
        select (
            name,
            tensor.Name.Contains("q_proj", StringComparison.Ordinal) ? [3 * tensor.Shape[0], .. tensor.Shape[1..]]
            : tensor.Name == "text_projection.weight" ? [.. tensor.Shape.Reverse()]
            : tensor.Shape
        );

    private static void Same<T>(T expected, T actual) =>
        Assert.Equal(JsonSerializer.Serialize(expected, Every), JsonSerializer.Serialize(actual, Every));

    private static ConfigJson Published(string area, string component) =>
        ConfigJson.Read(Fixtures.At("manifests", area, $"{component}.config.json"));

    private static List<(string Name, long[] Shape)> Manifest(string area, string component)
    {
        using var packed = new GZipStream(
            File.OpenRead(Fixtures.At("manifests", area, $"{component}.json.gz")),
            CompressionMode.Decompress
        );
        using var json = JsonDocument.Parse(packed);
        return
        [
            .. json
                .RootElement.EnumerateObject()
                .Select(tensor =>
                    (tensor.Name, tensor.Value.EnumerateArray().Select(size => size.GetInt64()).ToArray())
                ),
        ];
    }
}
