using Semblance.Runs.Inputs.Texts;

namespace Semblance.Runs.Tests.Inputs.Texts;

public sealed class GenerationTextTests
{
    private const string Settings =
        "Steps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1234, Size: 512x512, Model hash: 6ce0161689, Model: v1-5-pruned";

    private static GenerationText? Of(params (string Keyword, string Text)[] texts) =>
        GenerationText.Of(texts.ToDictionary(text => text.Keyword, text => text.Text));

    [Fact]
    public void Our_own_texts_are_read() =>
        Assert.Equal(
            new("a fox", "7", "sdxl"),
            Of(("prompt", "a fox"), ("seed", "7"), ("model", "sdxl"), ("steps", "20"))
        );

    [Theory]
    [InlineData("a fox\nNegative prompt: ugly, bad\n", "a fox")]
    [InlineData("a fox\n", "a fox")]
    [InlineData("a fox,\nby the sea: blue\nNegative prompt: ugly\nand worse\n", "a fox,\nby the sea: blue")]
    public void Parameters_of_a1111_are_prompt_negative_prompt_and_settings(string before, string prompt) =>
        Assert.Equal(new(prompt, "1234", "v1-5-pruned"), Of(("parameters", before + Settings)));

    [Theory]
    [InlineData("a fox <lora:ink:0.8>\r\nNegative prompt: ugly\r\n", "a fox", "v1-5-pruned-ink")]
    [InlineData("a <lora:ink:0.8:0.5> fox<lyco:paper> <hypernet:old:1>\n", "a fox", "v1-5-pruned-ink-paper-old")]
    [InlineData("a fox <lora:ink:0>\n", "a fox", "v1-5-pruned")]
    [InlineData("a <b> fox <lora>\n", "a <b> fox <lora>", "v1-5-pruned")]
    public void Tags_of_loras_belong_to_the_model_and_not_to_the_prompt(string before, string prompt, string model) =>
        Assert.Equal(new(prompt, "1234", model), Of(("parameters", before + Settings)));

    /// <summary>Time that grew with the square of such a text would end in null.</summary>
    [Fact]
    public void Texts_of_300_kB_that_repeat_one_sign_are_read()
    {
        var spaces = $"a{new string(' ', 300_000)}fox";
        Assert.Equal(new(spaces, "1234", "v1-5-pruned"), Of(("parameters", $"{spaces}\n{Settings}")));
        var word = new string('a', 300_000);
        Assert.Equal(new("a fox", "1234", "v1-5-pruned"), Of(("parameters", $"a fox\n{word}, {Settings}")));
    }

    [Fact]
    public void Values_in_quotes_may_hold_commas_and_a_prompt_may_stand_alone()
    {
        var quoted = Settings + ", Lora hashes: \"ink: 11aa, paper: 22bb\", Version: v1.10.1";
        Assert.Equal(new("a fox", "1234", "v1-5-pruned"), Of(("parameters", $"a fox\n{quoted}")));
        Assert.Equal(new("style: ink, a fox", null, null), Of(("parameters", "style: ink, a fox")));
        Assert.Null(Of(("parameters", $"\nNegative prompt: ugly\n{Settings}")));
    }

    [Fact]
    public void Fooocus_and_invokeai_write_json()
    {
        const string fooocus =
            """{"prompt":"a fox","negative_prompt":"","seed":"99","base_model":"juggernautXL_v8.safetensors","version":"Fooocus v2.5"}""";
        Assert.Equal(new("a fox", "99", "juggernautXL_v8"), Of(("parameters", fooocus)));
        const string invoke =
            """{"positive_prompt":"a fox","negative_prompt":"x","seed":5,"model":{"key":"k","name":"sd-1.5"},"steps":30}""";
        Assert.Equal(new("a fox", "5", "sd-1.5"), Of(("invokeai_metadata", invoke)));
        const string old =
            """{"model":"stable diffusion","model_weights":"sd-1.4","image":{"prompt":[{"prompt":"a fox","weight":1.0}],"seed":6}}""";
        Assert.Equal(new("a fox", "6", "sd-1.4"), Of(("sd-metadata", old)));
    }

    [Fact]
    public void The_graph_of_comfyui_is_followed_from_the_saved_image()
    {
        const string graph = """
            {"3":{"class_type":"KSampler","inputs":{"seed":8566257,"steps":20,"cfg":8,"sampler_name":"euler","denoise":1,
              "model":["4",0],"positive":["6",0],"negative":["7",0],"latent_image":["5",0]}},
             "4":{"class_type":"CheckpointLoaderSimple","inputs":{"ckpt_name":"sd\\v1-5-pruned-emaonly.safetensors"}},
             "5":{"class_type":"EmptyLatentImage","inputs":{"width":512,"height":512,"batch_size":1}},
             "6":{"class_type":"CLIPTextEncode","inputs":{"text":"a glass bottle","clip":["4",1]},"is_changed":[NaN]},
             "7":{"class_type":"CLIPTextEncode","inputs":{"text":"watermark","clip":["4",1]}},
             "8":{"class_type":"VAEDecode","inputs":{"samples":["3",0],"vae":["4",2]}},
             "9":{"class_type":"SaveImage","inputs":{"filename_prefix":"x","images":["8",0]}}}
            """;
        Assert.Equal(
            new("a glass bottle", "8566257", "v1-5-pruned-emaonly"),
            Of(("prompt", graph.Replace("[NaN]", "[1]", StringComparison.Ordinal)), ("workflow", "{}"))
        );
    }

    [Fact]
    public void Loras_controls_concatenations_and_texts_of_other_nodes_are_followed()
    {
        const string graph = """
            {"1":{"class_type":"KSampler","inputs":{"seed":["20",0],"model":["2",0],"positive":["5",0],"negative":["5",1],"latent_image":["9",0]}},
             "2":{"class_type":"LoraLoader","inputs":{"lora_name":"styles/ink.safetensors","strength_model":0.8,"model":["3",0],"clip":["4",1]}},
             "3":{"class_type":"LoraLoader","inputs":{"lora_name":"off.safetensors","strength_model":0,"model":["4",0]}},
             "4":{"class_type":"CheckpointLoaderSimple","inputs":{"ckpt_name":"xl.safetensors"}},
             "5":{"class_type":"ControlNetApplyAdvanced","inputs":{"positive":["6",0],"negative":["8",0],"strength":1}},
             "6":{"class_type":"ConditioningConcat","inputs":{"conditioning_to":["7",0],"conditioning_from":["10",0]}},
             "7":{"class_type":"CLIPTextEncode","inputs":{"text":["11",0]}},
             "8":{"class_type":"CLIPTextEncode","inputs":{"text":"ugly"}},
             "9":{"class_type":"EmptyLatentImage","inputs":{"width":1024}},
             "10":{"class_type":"CLIPTextEncode","inputs":{"text":"by the sea"}},
             "11":{"class_type":"PrimitiveString","inputs":{"value":"a fox"}},
             "20":{"class_type":"Seed (rgthree)","inputs":{"seed":42}},
             "30":{"class_type":"PreviewImage","inputs":{"images":["1",0]}}}
            """;
        Assert.Equal(new("a fox, by the sea", "42", "xl-ink"), Of(("prompt", graph)));
    }

    [Fact]
    public void Flux_graphs_keep_the_seed_in_a_noise_node_and_a_refiner_does_not_count()
    {
        const string flux = """
            {"6":{"class_type":"CLIPTextEncode","inputs":{"text":"a fox"}},
             "12":{"class_type":"UNETLoader","inputs":{"unet_name":"flux1-dev.safetensors"}},
             "13":{"class_type":"SamplerCustomAdvanced","inputs":{"noise":["25",0],"guider":["22",0],"latent_image":["5",0]}},
             "5":{"class_type":"EmptyLatentImage","inputs":{"width":1024}},
             "22":{"class_type":"BasicGuider","inputs":{"model":["12",0],"conditioning":["26",0]}},
             "25":{"class_type":"RandomNoise","inputs":{"noise_seed":77}},
             "26":{"class_type":"FluxGuidance","inputs":{"guidance":3.5,"conditioning":["6",0]}},
             "8":{"class_type":"VAEDecode","inputs":{"samples":["13",0]}},
             "9":{"class_type":"SaveImage","inputs":{"images":["8",0]}}}
            """;
        Assert.Equal(new("a fox", "77", "flux1-dev"), Of(("prompt", flux)));
        const string refined = """
            {"10":{"class_type":"KSamplerAdvanced","inputs":{"noise_seed":5,"model":["4",0],"positive":["6",0],"latent_image":["5",0]}},
             "11":{"class_type":"KSamplerAdvanced","inputs":{"noise_seed":0,"model":["12",0],"positive":["15",0],"latent_image":["10",0]}},
             "4":{"class_type":"CheckpointLoaderSimple","inputs":{"ckpt_name":"base.safetensors"}},
             "5":{"class_type":"EmptyLatentImage","inputs":{"width":1024}},
             "12":{"class_type":"CheckpointLoaderSimple","inputs":{"ckpt_name":"refiner.safetensors"}},
             "6":{"class_type":"CLIPTextEncodeSDXL","inputs":{"text_g":"a fox","text_l":"a fox"}},
             "15":{"class_type":"CLIPTextEncode","inputs":{"text":"a finer fox"}},
             "17":{"class_type":"VAEDecode","inputs":{"samples":["11",0]}},
             "19":{"class_type":"SaveImage","inputs":{"images":["17",0]}}}
            """;
        Assert.Equal(new("a fox", "5", "base"), Of(("prompt", refined)));
    }

    [Theory]
    [InlineData("prompt", "{")]
    [InlineData("prompt", "{}")]
    [InlineData("prompt", "[1]")]
    [InlineData("prompt", "  ")]
    [InlineData(
        "prompt",
        """{"1":{"class_type":"KSampler","inputs":{"seed":1,"positive":["1",0],"latent_image":["1",0]}}}"""
    )]
    [InlineData(
        "prompt",
        """{"1":{"inputs":{"positive":["2",0],"seed":["2",0]}},"2":{"inputs":{"conditioning":["2",0],"text":["2",0],"seed":["2",0]}}}"""
    )]
    [InlineData("parameters", "")]
    [InlineData("parameters", "{\"prompt\":3}")]
    [InlineData("invokeai_metadata", "[]")]
    [InlineData("sd-metadata", "{\"image\":{\"prompt\":[]}}")]
    [InlineData("Software", "GIMP")]
    public void What_holds_no_prompt_gives_none_and_circles_end(string keyword, string text)
    {
        var found = Of((keyword, text));
        Assert.True(found is null || found.Prompt is "[1]" or "3");
    }
}
