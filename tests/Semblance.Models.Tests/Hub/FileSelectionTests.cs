using System.Text;
using Semblance.Models.Hub;
using Semblance.Models.Hub.Pulling;

namespace Semblance.Models.Tests.Hub;

public sealed class FileSelectionTests
{
    // As stabilityai/stable-diffusion-xl-base-1.0 lists it, and a little of what others list.
    private static readonly string[] _sdxl =
    [
        ".gitattributes",
        "LICENSE.md",
        "README.md",
        "model_index.json",
        "sd_xl_base_1.0.safetensors",
        "sd_xl_offset_example-lora_1.0.safetensors",
        "scheduler/scheduler_config.json",
        "text_encoder/config.json",
        "text_encoder/flax_model.msgpack",
        "text_encoder/model.fp16.safetensors",
        "text_encoder/model.onnx",
        "text_encoder/model.safetensors",
        "text_encoder/openvino_model.bin",
        "text_encoder/openvino_model.xml",
        "text_encoder_2/config.json",
        "text_encoder_2/model.fp16.safetensors",
        "text_encoder_2/model.onnx_data",
        "text_encoder_2/model.safetensors",
        "tokenizer/merges.txt",
        "tokenizer/special_tokens_map.json",
        "tokenizer/tokenizer_config.json",
        "tokenizer/vocab.json",
        "tokenizer_2/merges.txt",
        "tokenizer_2/vocab.json",
        "unet/config.json",
        "unet/diffusion_pytorch_model.fp16.safetensors",
        "unet/diffusion_pytorch_model.safetensors",
        "unet/model.onnx",
        "vae/config.json",
        "vae/diffusion_pytorch_model.fp16.safetensors",
        "vae/diffusion_pytorch_model.safetensors",
        "vae_1_0/config.json",
        "vae_1_0/diffusion_pytorch_model.safetensors",
        "vae_decoder/config.json",
        "vae_decoder/model.onnx",
    ];

    private const string SdxlIndex = """
        {
          "_class_name": "StableDiffusionXLPipeline", "_diffusers_version": "0.19.0.dev0",
          "force_zeros_for_empty_prompt": true, "add_watermarker": null,
          "scheduler": ["diffusers", "EulerDiscreteScheduler"],
          "text_encoder": ["transformers", "CLIPTextModel"],
          "text_encoder_2": ["transformers", "CLIPTextModelWithProjection"],
          "tokenizer": ["transformers", "CLIPTokenizer"], "tokenizer_2": ["transformers", "CLIPTokenizer"],
          "unet": ["diffusers", "UNet2DConditionModel"], "vae": ["diffusers", "AutoencoderKL"],
          "feature_extractor": [null, null], "image_encoder": [null, null]
        }
        """;

    [Theory]
    [InlineData("unet/config.json", "unet/config.json")]
    [InlineData(
        "unet/diffusion_pytorch_model.safetensors",
        "unet/diffusion_pytorch_model.safetensors (or another form of these weights)"
    )]
    [InlineData("tokenizer/merges.txt", "tokenizer/merges.txt")]
    [InlineData("scheduler/scheduler_config.json", "scheduler/scheduler_config.json")]
    [InlineData("text_encoder/model-00002-of-00002.safetensors", "text_encoder/model-00002-of-00002.safetensors")]
    public void What_an_interrupted_pull_lacks_is_named(string left, string named)
    {
        const string Index = """
            {"scheduler": ["diffusers", "EulerDiscreteScheduler"], "text_encoder": ["transformers", "CLIPTextModel"],
             "tokenizer": ["transformers", "CLIPTokenizer"], "unet": ["diffusers", "UNet2DConditionModel"]}
            """;
        string[] all =
        [
            "model_index.json",
            "scheduler/scheduler_config.json",
            "text_encoder/config.json",
            "text_encoder/model-00001-of-00002.safetensors",
            "text_encoder/model-00002-of-00002.safetensors",
            "text_encoder/model.safetensors.index.json",
            "tokenizer/merges.txt",
            "tokenizer/vocab.json",
            "unet/config.json",
            "unet/diffusion_pytorch_model.safetensors",
        ];
        Assert.Null(FileSelection.Lacks(all, System.Text.Encoding.UTF8.GetBytes(Index), null));
        string[] rest = [.. all.Where(path => path != left)];
        Assert.Equal(named, FileSelection.Lacks(rest, System.Text.Encoding.UTF8.GetBytes(Index), null));
    }

    [Fact]
    public void Of_a_pipeline_only_its_components_are_taken()
    {
        var chosen = FileSelection.Pipeline(_sdxl, Bytes(SdxlIndex), null, "sdxl");

        Assert.Equal(
            [
                "model_index.json",
                "scheduler/scheduler_config.json",
                "text_encoder/config.json",
                "text_encoder/model.safetensors",
                "text_encoder_2/config.json",
                "text_encoder_2/model.safetensors",
                "tokenizer/merges.txt",
                "tokenizer/special_tokens_map.json",
                "tokenizer/tokenizer_config.json",
                "tokenizer/vocab.json",
                "tokenizer_2/merges.txt",
                "tokenizer_2/vocab.json",
                "unet/config.json",
                "unet/diffusion_pytorch_model.safetensors",
                "vae/config.json",
                "vae/diffusion_pytorch_model.safetensors",
            ],
            chosen
        );
    }

    [Fact]
    public void A_variant_is_taken_where_it_is_published()
    {
        string[] listed = [.. _sdxl.Where(path => path != "vae/diffusion_pytorch_model.fp16.safetensors")];

        var chosen = FileSelection.Pipeline(listed, Bytes(SdxlIndex), "fp16", "sdxl");

        Assert.Contains("unet/diffusion_pytorch_model.fp16.safetensors", chosen);
        Assert.DoesNotContain("unet/diffusion_pytorch_model.safetensors", chosen);
        Assert.Contains("vae/diffusion_pytorch_model.safetensors", chosen);
    }

    [Fact]
    public void A_variant_that_nobody_published_is_refused() =>
        Assert.Contains(
            "bf16",
            Assert
                .Throws<ResourceException>(() => FileSelection.Pipeline(_sdxl, Bytes(SdxlIndex), "bf16", "sdxl"))
                .Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void Split_weights_come_with_their_index_and_the_safety_checker_does_not_come()
    {
        string[] listed =
        [
            "model_index.json",
            "text_encoder/config.json",
            "text_encoder/model-00001-of-00002.safetensors",
            "text_encoder/model-00002-of-00002.safetensors",
            "text_encoder/model.safetensors.index.json",
            "text_encoder/pytorch_model-00001-of-00002.bin",
            "text_encoder/pytorch_model-00002-of-00002.bin",
            "text_encoder/pytorch_model.bin.index.json",
            "safety_checker/model.safetensors",
            "tokenizer/spiece.model",
            "transformer/config.json",
            "transformer/diffusion_pytorch_model.bin",
            "transformer/diffusion_pytorch_model.non_ema.bin",
        ];
        const string index = """
            {"text_encoder": ["transformers", "T5EncoderModel"], "tokenizer": ["transformers", "T5Tokenizer"],
             "transformer": ["diffusers", "Transformer2DModel"], "safety_checker": ["x", "SafetyChecker"]}
            """;

        var chosen = FileSelection.Pipeline(listed, Bytes(index), null, "pixart");

        Assert.Equal(
            [
                "model_index.json",
                "text_encoder/config.json",
                "text_encoder/model.safetensors.index.json",
                "text_encoder/model-00001-of-00002.safetensors",
                "text_encoder/model-00002-of-00002.safetensors",
                "tokenizer/spiece.model",
                "transformer/config.json",
                "transformer/diffusion_pytorch_model.bin",
            ],
            chosen
        );
        Assert.Null(FileSelection.Lacks(chosen, Bytes(index), null));
        Assert.All(
            chosen.Where(path =>
                path.Contains("-0000", StringComparison.Ordinal) || path.EndsWith(".bin", StringComparison.Ordinal)
            ),
            left => Assert.NotNull(FileSelection.Lacks([.. chosen.Where(path => path != left)], Bytes(index), null))
        );
    }

    [Theory]
    [InlineData("model.safetensors pytorch_model.bin tf_model.h5 flax_model.msgpack", "model.safetensors")]
    [InlineData("pytorch_model.bin rust_model.ot", "pytorch_model.bin")]
    [InlineData("open_clip_pytorch_model.bin open_clip_model.safetensors", "open_clip_model.safetensors")]
    [InlineData("open_clip_model.safetensors model.safetensors", "model.safetensors")]
    [InlineData(
        "diffusion_pytorch_model.safetensors diffusion_pytorch_model.bin",
        "diffusion_pytorch_model.safetensors"
    )]
    [InlineData("my-style.safetensors", "my-style.safetensors")]
    [InlineData("model.fp16.safetensors model.safetensors", "model.safetensors")]
    public void Of_a_network_one_form_of_the_weights_is_taken(string listed, string expected)
    {
        string[] paths =
        [
            .. listed.Split(' '),
            "config.json",
            "vocab.json",
            "merges.txt",
            "README.md",
            "onnx/model.onnx",
        ];

        var chosen = FileSelection.Network(paths, null, "org/name");

        Assert.Equal(["config.json", "vocab.json", "merges.txt", expected], chosen);
        Assert.Null(FileSelection.Lacks(chosen, null, null));
        Assert.NotNull(FileSelection.Lacks(["config.json"], null, null));
    }

    [Theory]
    [InlineData("README.md", null, "no weights", null)]
    [InlineData("model.fp16.safetensors", null, "only fp16.", "fp16")]
    [InlineData("model.ema.safetensors model.fp16.safetensors", null, "only fp16, ema.", "fp16")]
    [InlineData("model.safetensors", "bf16", "no bf16 weights", "")]
    public void A_repository_without_the_wanted_weights_is_refused_and_says_what_it_has(
        string path,
        string? variant,
        string because,
        string? instead
    )
    {
        var fault = Assert.Throws<ResourceException>(() => FileSelection.Network(path.Split(' '), variant, "org/name"));

        Assert.Contains(because, fault.Message, StringComparison.Ordinal);
        Remedy[] remedies = instead is null
            ? []
            : [new Remedy(RemedyKind.OtherVariant, instead.Length == 0 ? null : instead)];
        Assert.Equal(remedies, fault.Remedies);
    }

    [Theory]
    [InlineData("model.safetensors", "model", "", 1, true)]
    [InlineData("a/b/model.fp16.safetensors", "model", "fp16", 1, true)]
    [InlineData("model-00002-of-00003.safetensors", "model", "", 3, true)]
    [InlineData("model.fp16-00001-of-00002.safetensors", "model", "fp16", 2, true)]
    [InlineData("model-00001-of-00002.fp16.safetensors", "model", "fp16", 2, true)]
    [InlineData("model.safetensors.index.json", "model", "", 0, true)]
    [InlineData("model.safetensors.index.fp16.json", "model", "fp16", 0, true)]
    [InlineData("model.fp16.safetensors.index.json", "model", "fp16", 0, true)]
    [InlineData("pytorch_model.bin", "pytorch_model", "", 1, false)]
    [InlineData("diffusion_pytorch_model.non_ema.bin", "diffusion_pytorch_model", "non_ema", 1, false)]
    public void A_weights_file_says_what_it_is_in_its_name(
        string path,
        string stem,
        string variant,
        int parts,
        bool safeTensors
    ) => Assert.Equal(new WeightsName(path, stem, variant, parts, safeTensors), WeightsName.Parse(path));

    [Theory]
    [InlineData("openvino_model.bin")]
    [InlineData("training_args.bin")]
    [InlineData("model.onnx")]
    [InlineData("model.safetensors.md5")]
    [InlineData("sd_xl_base_1.0.safetensors")]
    public void Other_files_are_no_weights(string path) => Assert.Null(WeightsName.Parse(path));

    [Theory]
    [InlineData("SDXL/a fox/1.jpg", true)]
    [InlineData("a..b/..c", true)]
    [InlineData("../x", false)]
    [InlineData("a/../x", false)]
    [InlineData("/etc/passwd", false)]
    [InlineData("a//b", false)]
    [InlineData("./a", false)]
    [InlineData("a/", false)]
    [InlineData("..\\x", false)]
    [InlineData("a\0b", false)]
    [InlineData("", false)]
    public void A_path_stays_below_its_folder(string path, bool safe) =>
        Assert.Equal(safe, FileSelection.IsSafePath(path));

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
