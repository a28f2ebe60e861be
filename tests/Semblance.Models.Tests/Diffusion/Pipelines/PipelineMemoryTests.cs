using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Semblance.Models.Configuration;
using Semblance.Models.Devices;
using Semblance.Models.Diffusion.Components;
using Semblance.Models.Diffusion.Denoising;
using Semblance.Models.Diffusion.Lora;
using Semblance.Models.Diffusion.Pipelines;
using Semblance.Models.Networks;
using Semblance.Models.Tests.Encoders;

namespace Semblance.Models.Tests.Diffusion.Pipelines;

/// <summary>The estimate of memory beside what was measured: never below, and not far above.</summary>
public sealed class PipelineMemoryTests
{
    private const double Most = 1.35;

    /// <summary>What the peak at a size lay above that at 64x64, in GB, guided.</summary>
    [Theory]
    [InlineData("sd15", 512, 0.77)]
    [InlineData("sd15", 768, 1.92)]
    [InlineData("sdxl", 768, 0.84)]
    public void A_unet_takes_what_was_measured(string model, int side, double measured)
    {
        var config = UNet2DConditionConfig.Read(Published($"{model}.unet.json"));

        var estimate = PipelineMemory.Activations(config, new LatentShape(4, side / 8, side / 8), batch: 2);

        Assert.InRange(estimate / 1e9, measured, Most * measured);
    }

    [Theory]
    [InlineData(1024, 0.19)]
    [InlineData(2304, 0.42)]
    [InlineData(4096, 0.92)]
    public void A_transformer_takes_what_was_measured(int tokens, double measured)
    {
        var config = PixArtTransformer2DConfig.Read(Published("pixart.transformer.json"));
        var side = 2 * (int)Math.Sqrt(tokens);

        var estimate = PipelineMemory.Activations(config, new LatentShape(4, side, side), batch: 2);

        Assert.InRange(estimate / 1e9, measured, Most * measured);
        Assert.Equal(estimate, 2 * PipelineMemory.Activations(config, new LatentShape(4, side, side), batch: 1));
    }

    /// <summary>The peak of the whole process, in GB, with the models that it was measured with (of whose U-Net's config this is the hash).</summary>
    [Theory]
    [InlineData("sdxl/model", "653c859d19e4", 64, 0.110)]
    [InlineData("sdxl/model", "653c859d19e4", 1024, 0.432)]
    [InlineData("sd15/model", "acd9b9379479", 512, 0.224)]
    [InlineData("sd15/model", "acd9b9379479", 1024, 0.467)]
    public void A_tiny_model_takes_what_was_measured(string model, string unet, int side, double measured)
    {
        var folder = Fixtures.At(model.Split('/'));
        var hash = SHA256.HashData(File.ReadAllBytes(Path.Combine(folder, "unet", "config.json")));
        Assert.SkipUnless(
            Convert.ToHexStringLower(hash).StartsWith(unet, StringComparison.Ordinal),
            "Another model than the one that was measured."
        );
        Assert.InRange(Needed(folder, side) / 1e9, measured, Most * measured);
    }

    /// <summary>The published autoencoder beside a tiny U-Net: whole pictures, and tiles of its training's size.</summary>
    [Theory]
    [InlineData(256, false, 0.82)]
    [InlineData(512, false, 1.57)]
    [InlineData(768, false, 2.99)]
    [InlineData(768, true, 1.78)]
    public void A_decode_takes_what_was_measured(int side, bool tiled, double measured)
    {
        var config = AutoencoderKLConfig.Read(Published("sd15.vae.json"));
        var needed = PipelineMemory
            .Of(
                ModelFolder.Open(Fixtures.At("sd15", "model")),
                activations: 0,
                config,
                new LatentShape(4, side / 8, side / 8),
                tiled,
                LoraStack.None
            )
            .Decoding;
        // The decoder's 49.5 million weights.
        Assert.InRange((needed + (4 * 2.5 * 49.5e6)) / 1e9, measured, Most * measured);
    }

    [Fact]
    public void More_pixels_width_and_guidance_take_more()
    {
        var model = Fixtures.At("sd15", "model");
        Assert.True(Needed(model, 1024) > Needed(model, 512));
        Assert.True(Needed(model, 4096, 7, tiled: true) > Needed(model, 4096, 1, tiled: true));
        Assert.True(Needed(model, 4096) > Needed(model, 4096, tiled: true));
    }

    [Fact]
    public void Changes_that_are_added_to_weights_take_several_times_these()
    {
        const string Module = "mid_block.attentions.0.transformer_blocks.0.attn1.to_q";
        var model = Fixtures.At("sd15", "model");
        var shape = ModelFolder.Open(model).WeightFiles("unet").Tensors[$"{Module}.weight"].Shape;
        var count = shape.Aggregate(1L, (product, size) => product * size);
        var file = Path.Combine(TinyModels.NewFolder(), "lora.safetensors");
        TinyModels.WriteSafeTensors(
            file,
            new Dictionary<string, (long[], float[])> { [$"unet.{Module}.diff"] = (shape, new float[count]) }
        );
        Assert.Equal(5.2 * sizeof(float) * count, Needed(model, 512, lora: file) - Needed(model, 512), 1.0);
    }

    /// <summary>Never held against a device: what half precision halves, and what it leaves.</summary>
    [Fact]
    public void Half_precision_halves_what_a_device_holds_and_nothing_of_the_processor_s()
    {
        var single = OnCard("sdxl", 1024, Precision.Fp32);
        var half = OnCard("sdxl", 1024, Precision.Fp16);
        var brain = OnCard("sdxl", 1024, Precision.Bf16);
        var program = 137L << 20;
        Assert.True(half < single);
        // Its autoencoder stays in fp32 under fp16.
        Assert.InRange(half - program, (single - program) / 2, single - program);
        Assert.InRange(brain - program, (long)(0.49 * (single - program)), half - program);
        var plain = OnCard("sd15", 512, Precision.Fp32);
        Assert.InRange((OnCard("sd15", 512, Precision.Fp16) - program) / (double)(plain - program), 0.5, 0.7);
        Assert.Equal(
            OnCard("sd15", 512, Precision.Fp32, DeviceKind.Cpu),
            OnCard("sd15", 512, Precision.Fp16, DeviceKind.Cpu)
        );
        Assert.True(OnCard("sd15", 512, Precision.Fp32, batch: 4) > plain);
    }

    [Fact]
    public void A_full_device_is_told_with_what_would_need_less()
    {
        var settings = new DiffusionSettings
        {
            Device = new Device(DeviceKind.Cuda, 1),
            Batch = 4,
            Scheduler = "euler",
            Name = "tiny",
        };
        var model = Fixtures.At("sd15", "model");
        var fault = DiffusionPipeline
            .Open(model, settings)
            .Full(settings.Device, 1024, 1024, new InvalidOperationException("2: out of memory"));
        Assert.Matches(
            @"^cuda:1's memory is full: tiny at 1024x1024 needs about [\d.]+ [MG]B there; it would be [\d.]+ [MG]B with one image at a time, [\d.]+ [MG]B with fp16 as well, [\d.]+ [MG]B with tiles as well\. End what else uses it, or make smaller images\.$",
            fault.Message
        );
        var least = settings with { Batch = 1, Tiled = true, Precision = Precision.Bf16 };
        Assert.DoesNotContain(
            "it would be",
            DiffusionPipeline.Open(model, least).Full(settings.Device, 1024, 1024, fault).Message,
            StringComparison.Ordinal
        );
    }

    private static long OnCard(
        string model,
        int side,
        Precision precision,
        DeviceKind kind = DeviceKind.Cuda,
        int batch = 1
    ) =>
        DiffusionPipeline
            .Open(
                Fixtures.At(model, "model"),
                new DiffusionSettings
                {
                    Device = new Device(kind),
                    Precision = precision,
                    Batch = batch,
                    Scheduler = "euler",
                }
            )
            .MemoryNeeded(side, side);

    private static ConfigJson Published(string file, [CallerFilePath] string here = "") =>
        ConfigJson.Read(Path.Combine(Path.GetDirectoryName(here)!, "PublishedConfigs", file));

    private static long Needed(string model, int side, float guidance = 7, bool tiled = false, string? lora = null) =>
        DiffusionPipeline
            .Open(
                model,
                new DiffusionSettings
                {
                    Guidance = guidance,
                    Tiled = tiled,
                    Scheduler = "euler",
                    Loras = lora is null ? [] : [new LoraSource(lora, 1)],
                }
            )
            .MemoryNeeded(side, side);
}
