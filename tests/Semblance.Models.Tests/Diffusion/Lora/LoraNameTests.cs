using System.IO.Compression;
using System.Text.Json;
using Semblance.Models.Diffusion.Lora;
using Semblance.Models.Diffusion.Originals;

namespace Semblance.Models.Tests.Diffusion.Lora;

public sealed class LoraNameTests
{
    [Theory]
    [InlineData("unet.x.attn1.to_q.lora_A.weight", "unet.x.attn1.to_q", LoraPart.Down)]
    [InlineData("unet.x.attn1.to_q.lora_B.default.weight", "unet.x.attn1.to_q", LoraPart.Up)]
    [InlineData("unet.x.attn1.to_out.0.lora.up.weight", "unet.x.attn1.to_out.0", LoraPart.Up)]
    [InlineData("x.attn1.processor.to_out_lora.down.weight", "x.attn1.to_out.0", LoraPart.Down)]
    [InlineData("unet.x.attn2.processor.to_v_lora.up.weight", "unet.x.attn2.to_v", LoraPart.Up)]
    [InlineData("text_encoder.y.q_proj.lora_linear_layer.down.weight", "text_encoder.y.q_proj", LoraPart.Down)]
    [InlineData("lora_unet_x.alpha", "lora_unet_x", LoraPart.Alpha)]
    [InlineData("lora_unet_x.lora_down.weight", "lora_unet_x", LoraPart.Down)]
    [InlineData("lora_unet_x.dora_scale", "lora_unet_x", LoraPart.Scale)]
    [InlineData("unet.x.lora_magnitude_vector", "unet.x", LoraPart.Magnitude)]
    internal void Keys_of_every_format_are_taken_apart(string key, string module, LoraPart part) =>
        Assert.Equal(new LoraKey(module, part), LoraKey.Parse(key));

    [Fact]
    public void Other_keys_belong_to_no_format() => Assert.Null(LoraKey.Parse("unet.x.weight"));

    [Theory]
    [InlineData("down_blocks.1.attentions.0.proj_in", "input_blocks.4.1.proj_in")]
    [InlineData(
        "down_blocks.2.attentions.1.transformer_blocks.9.attn2.to_k",
        "input_blocks.8.1.transformer_blocks.9.attn2.to_k"
    )]
    [InlineData("down_blocks.0.downsamplers.0.conv", "input_blocks.3.0.op")]
    [InlineData("down_blocks.1.resnets.0.conv_shortcut", "input_blocks.4.0.skip_connection")]
    [InlineData("mid_block.resnets.1.conv2", "middle_block.2.out_layers.3")]
    [InlineData("mid_block.attentions.0.proj_out", "middle_block.1.proj_out")]
    [InlineData("up_blocks.0.upsamplers.0.conv", "output_blocks.2.2.conv")]
    [InlineData("up_blocks.2.resnets.2.time_emb_proj", "output_blocks.8.0.emb_layers.1")]
    [InlineData("add_embedding.linear_2", "label_emb.0.2")]
    [InlineData("conv_out", "out.2")]
    [InlineData("something.else", null)]
    public void Modules_of_SDXL_have_their_original_names(string module, string? original) =>
        Assert.Equal(original, OriginalUNetNames.Of(module, [2, 2, 2], [true, true, false]));

    [Fact]
    public void The_lowest_level_of_SD_1_5_has_no_attention_before_its_upsampler() =>
        Assert.Equal(
            "output_blocks.2.1.conv",
            OriginalUNetNames.Of("up_blocks.0.upsamplers.0.conv", [2, 2, 2, 2], [false, true, true, true])
        );

    /// <summary>Every linear layer and convolution of the published model has one, and no two the same.</summary>
    [Fact]
    public void All_modules_of_the_full_size_model_have_an_original_name()
    {
        var file = Fixtures.At("manifests", "sdxl", "unet.json.gz");
        Assert.SkipUnless(File.Exists(file), "This fixture root has no such manifest.");
        using var packed = new GZipStream(File.OpenRead(file), CompressionMode.Decompress);
        using var json = JsonDocument.Parse(packed);
        var modules = json
            .RootElement.EnumerateObject()
            .Where(tensor => tensor.Name.EndsWith(".weight", StringComparison.Ordinal))
            .Where(tensor => tensor.Value.GetArrayLength() is 2 or 4)
            .Select(tensor => tensor.Name[..^".weight".Length])
            .ToList();
        Assert.NotEmpty(modules);
        var names = modules.Select(module => OriginalUNetNames.Of(module, [2, 2, 2], [true, true, false])).ToList();
        Assert.DoesNotContain(null, names);
        Assert.Equal(names.Count, names.Distinct().Count());
    }
}
