using Semblance.Models.Devices;
using Semblance.Remote.Settings;
using Semblance.Studies.Files;
using Semblance.Studies.Running;

namespace Semblance.Studies.Tests.Files;

public sealed class StudyFileReaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Every_starter_can_be_read()
    {
        _folder.Write("a fox\na house\n", "prompts.txt");
        foreach (var name in StudyStarter.Names)
        {
            var study = Read(StudyStarter.Of(name));
            Assert.Equal(2, study.Models.Count);
        }
    }

    [Fact]
    public void Models_make_all_prompts_with_all_seeds_but_for_the_matrix()
    {
        var study = Read(
            """
            prompts: [{ id: fox, text: a fox }, a house]
            seeds: 1..3
            models:
              - { id: one, painter: steady }
              - { id: two, painter: wanderer }
            matrix:
              exclude: [{ model: two, prompt: fox }]
              include: [{ model: one, prompt: a house, seeds: 101..102 }]
            """
        );
        Assert.Equal(["a fox: 1 2 3", "a house: 1 2 3 101 102"], Cells(study, 0));
        Assert.Equal(["a house: 1 2 3"], Cells(study, 1));
    }

    [Fact]
    public void Precision_is_the_study_s_but_for_models_that_have_their_own()
    {
        var study = Read(
            """
            prompts: [a fox]
            seeds: 1..2
            device: cuda:0,1
            precision: fp16
            models:
              - { id: one, checkpoint: sdxl }
              - { id: two, checkpoint: sdxl, precision: bf16, variant: fp16, batch: 4 }
            """
        );
        Assert.Equal(("cuda:0,1", Precision.Fp16), (study.DeviceName, study.Precision));
        var settled = StudyDevice.Settle(study, new StudyHost());
        var settings = settled.Models.Select(model => ((CheckpointSource)model.Source).Request.Settings).ToArray();
        Assert.Equal([Precision.Fp16, Precision.Bf16], settings.Select(one => one.Precision));
        Assert.Equal([null, "fp16"], settings.Select(one => one.Variant));
        Assert.Equal([1, 4], settings.Select(one => one.Batch));
        Assert.All(
            settings,
            one =>
            {
                Assert.Equal(new Device(DeviceKind.Cuda), one.Device);
                Assert.Equal([new Device(DeviceKind.Cuda, 1)], one.FurtherDevices);
            }
        );
        Assert.Equal(" on Cuda in fp16", StudyDevice.Stamp(settled));
        Assert.Equal(
            "",
            StudyDevice.Stamp(StudyDevice.Settle(Read(StudyStarter.Of(StudyStarter.Names[0])), new StudyHost()))
        );
    }

    [Theory]
    [InlineData("precision: half", "fp32, fp16")]
    [InlineData("device: cuda:0,0", "There is no device \"cuda:0,0\"")]
    public void A_precision_or_device_that_is_none_is_refused(string line, string words)
    {
        var fault = Assert.Throws<InputException>(() =>
            Read($"{line}\nprompts: [a fox]\nseeds: 1..2\nmodels: [{{ id: one, painter: steady }}]")
        );
        Assert.Contains(words, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_matrix_of_a_model_makes_one_model_of_each_value()
    {
        var study = Read(
            Server(
                """
                  - id: m
                    backend: a
                    matrix: { guidance_scale: [3, 7.5], steps: [10] }
                """
            )
        );
        Assert.Equal(
            ["m guidance_scale=3 steps=10", "m guidance_scale=7.5 steps=10"],
            study.Models.Select(model => model.Id)
        );
        Assert.Equal([3, 7.5], study.Models.Select(model => ((ServerSource)model.Source).Model.GuidanceScale!.Value));
        Assert.All(study.Models, model => Assert.Equal("m", model.Varied!.Of));
    }

    [Fact]
    public void Defaults_and_aliases_reach_the_server_and_what_it_cannot_take_is_said()
    {
        var study = Read(
            """
            prompts: [a fox]
            seeds: 1..2
            defaults: { cfg_scale: 5, num_inference_steps: 30, sampler: Euler, negative_prompt: "" }
            backends:
              a: { kind: automatic1111, url: "http://127.0.0.1:1" }
              o: { kind: openai, dialect: openai }
            models:
              - { id: one, backend: a, steps: 12 }
              - { id: two, backend: o, model: gpt-image-1, repetitions: 4, price_per_image: 0.05 }
            """
        );
        var one = ((ServerSource)study.Models[0].Source).Model;
        Assert.Equal((12, 5.0, "Euler", ""), (one.Steps, one.GuidanceScale, one.Sampler, one.NegativePrompt));
        Assert.Null(((ServerSource)study.Models[1].Source).Model.Steps);
        Assert.True(study.Models[1].IsRepeated);
        Assert.Equal(4, study.Models[1].Images);
        Assert.Contains(
            "two: o (openai, openai) does not take guidance_scale, steps, sampler, negative_prompt of the defaults",
            study.Warnings
        );
    }

    [Fact]
    public void A_program_is_a_path_beside_the_study_or_a_name()
    {
        ServerProgram program(string named) => (
                (ServerSource)
                    Read(
                        $$"""
                        prompts: [a fox]
                        seeds: 1..2
                        backends: { s: { kind: sd-cli{{named}} } }
                        models: [{ id: m, backend: s, checkpoint: sd15.gguf, parameters: { clip-skip: 2 } }]
                        """
                    )
                        .Models[0]
                        .Source
            ).Server.Program!;
        Assert.Equal(new ServerProgram("sd-cli", _folder.Path), program(""));
        Assert.Equal("sd", program(", program: sd").File);
        Assert.Equal(_folder.At("bin", "sd"), program(", program: bin/sd").File);
        _folder.Write("", "sd");
        Assert.Equal(_folder.At("sd"), program(", program: sd").File);
    }

    [Fact]
    public void A_suffix_is_part_of_the_prompt_and_is_declared()
    {
        var study = Read(
            """
            prompts: [a fox]
            seeds: [1]
            models: [{ id: one, painter: steady, suffix: in the style of TOK }]
            """
        );
        Assert.Equal("a fox in the style of TOK", study.Models[0].Cells[0].Prompt);
        Assert.Equal(["one=in the style of TOK"], study.Suffixes);
    }

    [Theory]
    [InlineData("promts: [a]", "line 1, column 1: \"promts\" is not a field of a study; did you mean \"prompts\"?")]
    [InlineData(
        "models:\n  - { id: a, painter: steady, stesp: 3 }",
        "line 2, column 31: \"stesp\" is not a field of a model; did you mean \"steps\"?"
    )]
    [InlineData("models:\n  - { id: a, painter: stedy }", "did you mean \"steady\"?")]
    [InlineData(
        "models:\n  - { id: a, painter: steady }\n  - { id: a, painter: steady }",
        "line 3, column 7: Two models have the id \"a\" (the first in line 2)"
    )]
    [InlineData("models:\n  - { id: a, painter: steady }\n  - { id: A, painter: steady }", "would share a folder")]
    [InlineData("models:\n  - { id: a, backend: nowhere }", "There is no backend \"nowhere\"")]
    [InlineData("models:\n  - { id: a }", "Nothing says where the images of this model come from")]
    [InlineData("models:\n  - { id: a, painter: steady, folder: x }", "remove one")]
    [InlineData("models:\n  - { id: a, painter: steady, price_per_image: 3 }", "is for models on servers")]
    [InlineData("models:\n  - { id: a, painter: steady, workflow: x }", "cannot take workflow")]
    [InlineData("seeds: 1..x", "line 1, column 8: ")]
    [InlineData("version: 2", "this program reads version 1")]
    [InlineData("prompts: { file: gone.txt }", "gone.txt does not exist")]
    [InlineData("prompts: [a, a]", "is given twice")]
    [InlineData("budget: { max_cost: much }", "max_cost takes an amount of 0 or more")]
    [InlineData("backends: { s: { kind: comfy } }", "did you mean \"comfyui\"?")]
    [InlineData("backends: { s: { kind: comfyui, url: nowhere } }", "is not an address")]
    [InlineData("backends: { s: { kind: comfyui, headers: { Authorization: abc } } }", "holds a secret")]
    [InlineData("backends: { s: { kind: comfyui, rate_limit: 5 per minute } }", "such as 5/min")]
    [InlineData("backends: { s: { kind: comfyui, timeout: 10 } }", "a time such as 500ms, 30s, 10m or 1h")]
    [InlineData("backends: { s: { kind: http, url: \"http://h\", body: { p: 1 } } }", "has no result")]
    [InlineData("backends: { s: { kind: http, url: \"http://h\", body: { p: 1 }, result: body } }", "sends no seed")]
    [InlineData("backends: { s: { kind: sd-cli, url: \"http://h\" } }", "A backend of the kind sd-cli takes no url")]
    [InlineData("backends: { s: { kind: comfyui, program: x } }", "A backend of the kind comfyui takes no program")]
    [InlineData("gates: [{ baseline: a, candidate: b }]", "There is no model \"a\"")]
    [InlineData("resume: false", "always goes on where it stopped")]
    [InlineData("a: [", "line ")]
    [InlineData("- a", "is not a study")]
    public void What_is_wrong_is_named_with_its_place(string text, string message)
    {
        var fault = Assert.Throws<InputException>(() => Read(text));
        Assert.Contains(message, fault.Message);
        Assert.Contains("study.yaml", fault.Message);
    }

    [Theory]
    [InlineData("seeds: 0..3", "cannot take the seed 0: b takes 1 to 2147483647, where 0 stands for a random seed")]
    [InlineData("parameters: { seed: 5 }", "seed may not be set here")]
    [InlineData("seed_support: none", "has no seeds; say how many images")]
    [InlineData("repetitions: 3", "repetitions take the place of seeds")]
    [InlineData(
        "sampler: euler",
        "b (openai, localai) cannot take sampler; it takes width, height, steps, negative_prompt, model, parameters"
    )]
    public void What_a_server_cannot_take_is_refused_when_the_file_is_read(string field, string message)
    {
        var fault = Assert.Throws<InputException>(() => Read(Server($"  - {{ id: m, backend: b, {field} }}")));
        Assert.Contains(message, fault.Message);
    }

    [Fact]
    public void A_paid_kind_without_price_or_limit_is_refused()
    {
        const string Study = """
            prompts: [a fox]
            backends: { o: { kind: openai } }
            models: [{ id: m, backend: o, model: gpt-image-1, repetitions: 4 }]

            """;
        Assert.Contains("costs money, and nothing limits it", Assert.Throws<InputException>(() => Read(Study)).Message);
        Assert.Single(Read(Study + "budget: { max_images: 5 }").Models);
    }

    [Fact]
    public void All_faults_are_reported_at_once_in_the_order_of_the_file()
    {
        var fault = Assert.Throws<InputException>(() =>
            Read("nmae: x\nseeds: 1..x\nmodels:\n  - { id: a }\n  - { painter: steady }")
        );
        Assert.Equal(
            [1, 2, 4, 5],
            fault.Message.Split('\n').Select(line => int.Parse(line.Split("line ")[1].Split(',')[0]))
        );
    }

    public void Dispose() => _folder.Dispose();

    private static string Server(string models) =>
        $$"""
            prompts: [a fox]
            seeds: 1..2
            backends:
              a: { kind: automatic1111, url: "http://127.0.0.1:1" }
              b: { kind: openai, dialect: localai, url: "http://127.0.0.1:1" }
            models:
            {{models}}
            """.ReplaceLineEndings("\n");

    private static IEnumerable<string> Cells(StudyFile study, int model) =>
        study.Models[model].Cells.Select(cell => $"{cell.Prompt}: {string.Join(' ', cell.Seeds)}");

    private StudyFile Read(string text) => StudyFileReader.Read(_folder.Write(text, "study.yaml"));
}
