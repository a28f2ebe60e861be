using Semblance.Models.Checkpoints;
using Semblance.Models.Diffusion.Pipelines;
using Semblance.Models.Encoders;

namespace Semblance.Models.Tests.Checkpoints;

public sealed class WeightsWatchTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("other length")]
    [InlineData("other time")]
    [InlineData("gone")]
    public void Files_that_change_are_named(string how)
    {
        var (one, two) = (_folder.Write("1234", "one"), _folder.Write("5678", "two"));
        var watch = new WeightsWatch([one, two]);
        watch.Check();
        Change(two, how);
        var error = Assert.Throws<InputException>(watch.Check);
        Assert.StartsWith($"{two} was changed while it was used", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_encoder_gives_no_vectors_of_weights_that_changed()
    {
        var model = Copy("clip", "vit32-gelu", "model");
        using var encoder = ModelEncoder.Open(ModelFiles.At(model), new EncoderOptions());
        _ = encoder.Identity;
        var pixels = new float[encoder.InputLength];
        encoder.Encode(pixels, 1, new float[encoder.Identity.Dimension]);
        Change(Directory.EnumerateFiles(model, "*.safetensors").First(), "other time");
        Assert.Throws<InputException>(() => encoder.Encode(pixels, 1, new float[encoder.Identity.Dimension]));
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task A_pipeline_gives_no_image_of_weights_that_changed()
    {
        var model = Copy("sdxl", "model");
        var pipeline = DiffusionPipeline.Open(model, new DiffusionSettings { Steps = 1 });
        _ = pipeline.Recipe;
        ImageRequest[] requests = [new("a cat", 1, 64, 64), new("a cat", 2, 64, 64)];
        var made = 0;
        await Assert.ThrowsAsync<InputException>(async () =>
        {
            await foreach (var image in pipeline.GenerateAsync(requests, TestContext.Current.CancellationToken))
            {
                made++;
                Change(Path.Combine(model, "unet", "diffusion_pytorch_model.safetensors"), "other time");
            }
        });
        Assert.Equal(1, made);
    }

    [Fact]
    public void Weights_that_are_read_give_the_same_vectors_to_the_bit()
    {
        var model = Copy("clip", "vit32-gelu", "model");
        var pixels = new float[3 * 1024 * 1024];
        for (var i = 0; i < pixels.Length; i++)
        {
            pixels[i] = MathF.Sin(i * 0.37f);
        }

        float[] Vector()
        {
            using var encoder = ModelEncoder.Open(ModelFiles.At(model), new EncoderOptions());
            var vector = new float[encoder.Identity.Dimension];
            encoder.Encode(pixels.AsMemory(0, encoder.InputLength), 1, vector);
            return vector;
        }

        var mapped = Vector();
        try
        {
            WeightMapping.IsOn = false;
            Assert.Equal(mapped, Vector());
        }
        finally
        {
            WeightMapping.IsOn = true;
        }
    }

    private static void Change(string path, string how)
    {
        switch (how)
        {
            case "other length":
                File.AppendAllText(path, "x");
                File.SetLastWriteTimeUtc(path, File.GetLastWriteTimeUtc(path).AddHours(-1));
                break;
            case "other time":
                File.SetLastWriteTimeUtc(path, File.GetLastWriteTimeUtc(path).AddHours(-1));
                break;
            default:
                File.Delete(path);
                break;
        }
    }

    private string Copy(params string[] parts)
    {
        var source = Fixtures.At(parts);
        foreach (var path in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            File.Copy(path, _folder.For("model", Path.GetRelativePath(source, path)));
        }

        return _folder.At("model");
    }
}
