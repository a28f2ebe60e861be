using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.ML.OnnxRuntime.Tensors;
using Semblance.Models.Diffusion.Lora;
using Semblance.Models.Diffusion.Noise;
using Semblance.Models.Diffusion.Pipelines;
using Semblance.Models.Graphs;
using Semblance.Models.Networks;

namespace Semblance.Models.Tests.Diffusion.Lora;

/// <summary>LoRAs in every format, through the network alone and through the whole pipeline.</summary>
public sealed class LoraFixtureTests
{
    /// <summary>What the network says, by case and by what the LoRA does to it.</summary>
    private static readonly ConcurrentDictionary<(string, string), float[]> Predictions = new();

    /// <summary>Images that were checked, by case, ending of the golden tensors, and what the LoRA does to all components.</summary>
    private static readonly ConcurrentDictionary<(string, string, string), bool> Checked = new();

    /// <summary>Area, case, files and scales ("full/peft.safetensors@0.7+second.safetensors@0.4"), ending of the golden tensors.</summary>
    public static IEnumerable<TheoryDataRow<string, string, string, string>> Runs =>
        Folders().SelectMany(folder => RunsOf(folder.Area, folder.Name));

    /// <summary>Those of one file at full scale.</summary>
    public static IEnumerable<TheoryDataRow<string, string, string, string>> FullRuns =>
        Runs.Where(row => row.Data.Item4 == ".scale_1");

    /// <summary>At scale 0 nothing is added, whatever the file: one of each case stands for all.</summary>
    public static IEnumerable<TheoryDataRow<string, string, string, string>> PictureRuns =>
        Runs.Where(row => row.Data.Item4 != ".scale_0")
            .Concat(
                Runs.Where(row => row.Data.Item4 == ".scale_0").DistinctBy(row => (row.Data.Item1, row.Data.Item2))
            );

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Runs))]
    [Trait("speed", "slow")]
    public void The_network_predicts_what_merged_weights_predict(string area, string name, string loras, string ending)
    {
        var golden = new DiffusionCase(area, name);
        var json = golden.Config("unet");
        var config = UNet2DConditionConfig.Read(json);
        var weights = golden.Weights("unet");
        var stack = Stack(golden, loras, config);
        Assert.All(stack.Reports, report => Assert.Empty(report.Unmatched));

        var (latents, states) = (golden.InputShape("sample"), golden.InputShape("encoder_hidden_states"));
        var g = new GraphBuilder(weights, stack.For("unet"));
        var sample = g.Input("sample", TensorElementType.Float, latents);
        var time = g.Input("timestep", TensorElementType.Float, latents[0]);
        var text = g.Input("text", TensorElementType.Float, states);
        var feeds = new List<Feed>
        {
            Feed.Of<float>("sample", golden.Input("sample"), latents),
            Feed.Of<float>(
                "timestep",
                Enumerable.Repeat(golden.Input("timestep")[0], (int)latents[0]).ToArray(),
                latents[0]
            ),
            Feed.Of<float>("text", golden.Input("encoder_hidden_states"), states),
        };
        (Value, Value)? added = null;
        if (golden.HasInput("text_embeds"))
        {
            var (pooled, sizes) = (golden.InputShape("text_embeds"), golden.InputShape("time_ids"));
            added = (
                g.Input("pooled", TensorElementType.Float, pooled),
                g.Input("sizes", TensorElementType.Float, sizes)
            );
            feeds.Add(Feed.Of<float>("pooled", golden.Input("text_embeds"), pooled));
            feeds.Add(Feed.Of<float>("sizes", golden.Input("time_ids"), sizes));
        }

        g.Output(
            "prediction",
            UNet2DConditionModel.Forward(sample, time, text, added, (int)latents[2], (int)latents[3], config)
        );
        Assert.Empty(weights.Unused);
        // Files of several dialects hold the same matrices, for which the network runs once.
        var prediction = Predictions.GetOrAdd(
            (golden.Folder, Digest(stack)),
            _ =>
            {
                using var session = new GraphSession(g.Build(), threads: 1);
                return session.Run(feeds, "prediction");
            }
        );
        golden.AssertClose($"unet{ending}", prediction, golden.Tolerance("unet_max_abs"));
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(PictureRuns))]
    [Trait("speed", "slow")]
    public void The_pipeline_makes_the_picture_that_merged_weights_make(
        string area,
        string name,
        string loras,
        string ending
    )
    {
        var golden = new DiffusionCase(area, name);
        var pipeline = Open(golden, Sources(golden, loras));
        var key = (golden.Folder, ending, Digest(pipeline.Lora));
        if (Checked.TryAdd(key, true))
        {
            PipelineRun.Check(golden, pipeline, ending);
        }
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(FullRuns))]
    public void Layers_have_the_golden_deltas(string area, string name, string loras, string ending)
    {
        Assert.Equal(".scale_1", ending);
        var golden = new DiffusionCase(area, name);
        var config = UNet2DConditionConfig.Read(golden.Config("unet"));
        var (file, _) = Single(golden, loras);
        var (layers, _) = LoraLayers.Match(LoraFile.Open(file), new LoraTargets(Components(golden), config), false);
        if (golden.Settings.TryGetProperty("modules", out var modules))
        {
            Assert.Equal(modules.GetInt32(), layers.Count);
        }

        foreach (var tensor in golden.Outputs.Where(output => output.StartsWith("delta.", StringComparison.Ordinal)))
        {
            var layer = layers
                .OfType<LowRankLayer>()
                .Single(layer => $"delta.{layer.Target.Component}.{layer.Target.Module}" == tensor);
            var (down, up) = (layer.Down.ReadFloat32(), layer.Up.ReadFloat32());
            var (rank, outputs) = ((int)layer.Down.Shape[0], (int)layer.Up.Shape[0]);
            var inputs = down.Length / rank;
            var delta = new float[outputs * inputs];
            for (var i = 0; i < delta.Length; i++)
            {
                var (row, column) = (i / inputs, i % inputs);
                var sum = Enumerable
                    .Range(0, rank)
                    .Sum(r => (double)up[(row * rank) + r] * down[(r * inputs) + column]);
                delta[i] = (float)(layer.Factor * sum);
            }

            golden.AssertClose(tensor, delta, 1e-5);
        }
    }

    [Fact]
    public void Files_that_are_no_fitting_LoRA_are_refused_by_what_is_wrong()
    {
        Assert.SkipUnless(
            Directory.Exists(Fixtures.At("sdxl", "lora", "refused")),
            "This fixture root has no such case."
        );
        var golden = new DiffusionCase("sdxl/lora", "refused");
        var config = UNet2DConditionConfig.Read(golden.Config("unet"));
        var targets = new LoraTargets(Components(golden), config);
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(golden.Folder, "case.json")));
        // LoHa and LoKr were refused once; they are applied now.
        var refused = json
            .RootElement.GetProperty("refuse")
            .EnumerateObject()
            .Where(row => row.Name is not ("loha" or "lokr"))
            .ToList();
        Assert.NotEmpty(refused);
        foreach (var row in refused)
        {
            var file = Path.Combine(golden.Folder, $"{row.Name}.safetensors");
            var error = Assert.Throws<InputException>(() => LoraLayers.Match(LoraFile.Open(file), targets, false));
            Assert.Contains(file, error.Message, StringComparison.Ordinal);
            // The kind, or the module that the fixture's own explanation names.
            var named = row.Name switch
            {
                "nothing" => "some.other.weight",
                _ => row
                    .Value.GetString()!
                    .Split(' ')
                    .Single(word => word.StartsWith("lora_unet_", StringComparison.Ordinal)),
            };
            Assert.Contains(named, error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_has_no_place_is_left_out_where_that_is_allowed()
    {
        Assert.SkipUnless(
            Directory.Exists(Fixtures.At("sdxl", "lora", "refused")),
            "This fixture root has no such case."
        );
        var golden = new DiffusionCase("sdxl/lora", "refused");
        var config = UNet2DConditionConfig.Read(golden.Config("unet"));
        var source = new LoraSource(Path.Combine(golden.Folder, "unmatched.safetensors"));
        var stack = LoraStack.Load([source], Components(golden), config, allowUnmatched: true);
        var report = Assert.Single(stack.Reports);
        Assert.Equal(3, report.Unmatched.Count);
        Assert.Equal(golden.Settings.GetProperty("good_modules").GetArrayLength(), report.Modules["unet"]);
        Assert.Equal(report.Modules["unet"], stack.For("unet")!.Modules.Count);
        Assert.Null(stack.For("text_encoder"));
    }

    [Fact]
    public void A_hosted_fine_tune_brings_its_tokens()
    {
        Assert.SkipUnless(Directory.Exists(Fixtures.At("sdxl", "pivotal")), "This fixture root has no such case.");
        var golden = new DiffusionCase("sdxl", "pivotal");
        var settings = golden.Settings;
        var tar = Path.Combine(golden.Folder, settings.GetProperty("tar").GetString()!);
        var prompt = settings.GetProperty("prompt").GetString()!;
        var pipeline = Open(golden, [new LoraSource(tar, settings.GetProperty("lora_scale").GetDouble())]);

        var replaced = settings.GetProperty("prompt_after_replacement").GetString()!;
        Assert.Equal(replaced, pipeline.Lora.Replace(prompt));
        foreach (var (tokenizer, ids) in new[] { ("tokenizer", "ids_1"), ("tokenizer_2", "ids_2") })
        {
            var own = Semblance.Models.Tokenizers.ClipTokenizer.Open(Path.Combine(golden.Model, tokenizer));
            var extended = pipeline.Lora.Extend(own);
            Assert.Equal(
                golden.ExpectedBytes(ids).Chunk(4).Select(bytes => BitConverter.ToInt32(bytes)),
                extended.Encode(replaced, own.MaximumLength, pad: true)
            );
            var firstNew = settings.GetProperty("new_token_ids")[0].GetInt32();
            Assert.Equal(firstNew, own.VocabularySize);
        }

        PipelineRun.Check(golden, pipeline, "");
        var words = Assert.Single(pipeline.Loras).Words;
        Assert.All(words, word => Assert.Contains(word.Key, prompt, StringComparison.Ordinal));
    }

    private static IEnumerable<(string Area, string Name)> Folders() =>
        DiffusionCase
            .All("", "sdxl/lora")
            .Select(row => row.Data)
            .Concat(DiffusionCase.All("lora", "sd15").Select(row => row.Data))
            // Files that are to be refused have no golden tensors.
            .Where(row =>
                File.Exists(Path.Combine(new DiffusionCase(row.Item1, row.Item2).Folder, "expected.safetensors"))
            );

    private static IEnumerable<TheoryDataRow<string, string, string, string>> RunsOf(string area, string name)
    {
        var golden = new DiffusionCase(area, name);
        if (golden.Settings.TryGetProperty("loras", out var several))
        {
            var all = several.EnumerateArray().Select(pair => $"{pair[0].GetString()}@{pair[1].GetDouble()}");
            yield return new TheoryDataRow<string, string, string, string>(area, name, string.Join('+', all), "");
            yield break;
        }

        var scales = golden
            .Outputs.Where(output => output.StartsWith("unet.scale_", StringComparison.Ordinal))
            .Select(output => output["unet.scale_".Length..])
            .ToList();
        foreach (var file in Directory.GetFiles(golden.Folder, "*.safetensors").Order(StringComparer.Ordinal))
        {
            var own = Path.GetFileName(file);
            foreach (var scale in own is "inputs.safetensors" or "expected.safetensors" ? [] : scales)
            {
                yield return new TheoryDataRow<string, string, string, string>(
                    area,
                    name,
                    $"{own}@{scale}",
                    $".scale_{scale}"
                );
            }
        }
    }

    private static List<LoraSource> Sources(DiffusionCase golden, string loras) =>
        [
            .. loras
                .Split('+')
                .Select(lora => lora.Split('@'))
                .Select(pair => new LoraSource(Path.Combine(golden.Folder, pair[0]), double.Parse(pair[1]))),
        ];

    /// <summary>Hash of all numbers that networks are given: equal where they must do the same to the bit.</summary>
    private static string Digest(LoraStack stack)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        void Add(float[]? values)
        {
            hash.AppendData(BitConverter.GetBytes(values?.Length ?? -1));
            hash.AppendData(MemoryMarshal.AsBytes(values.AsSpan()));
        }

        foreach (var component in new[] { "unet", "text_encoder", "text_encoder_2" })
        {
            hash.AppendData(Encoding.UTF8.GetBytes(component));
            var set = stack.For(component);
            foreach (var (table, rows) in set?.NewRows ?? new Dictionary<string, float[]>())
            {
                hash.AppendData(Encoding.UTF8.GetBytes(table));
                Add(rows);
            }

            foreach (
                var (module, adapter) in (set?.Modules ?? new Dictionary<string, ModuleAdapter>()).OrderBy(m => m.Key)
            )
            {
                hash.AppendData(Encoding.UTF8.GetBytes(module));
                Add(adapter.BaseScale);
                Assert.Empty(adapter.Deltas);
                foreach (var branch in adapter.Branches)
                {
                    Add(branch.Down.ReadFloat32());
                    Add(branch.Up.ReadFloat32());
                    Add([branch.Factor]);
                    Add(branch.OutputScale);
                }
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static (string File, double Scale) Single(DiffusionCase golden, string loras)
    {
        var source = Assert.Single(Sources(golden, loras));
        return (source.Path, source.Scale);
    }

    private static LoraStack Stack(DiffusionCase golden, string loras, UNet2DConditionConfig config) =>
        LoraStack.Load(Sources(golden, loras), Components(golden), config, allowUnmatched: false);

    private static Dictionary<string, Weights> Components(DiffusionCase golden) =>
        new[] { "unet", "text_encoder", "text_encoder_2" }
            .Where(name => Directory.Exists(Path.Combine(golden.Model, name)))
            .ToDictionary(name => name, name => golden.Weights(name));

    private static DiffusionPipeline Open(DiffusionCase golden, IReadOnlyList<LoraSource> loras) =>
        DiffusionPipeline.Open(
            golden.Model,
            new DiffusionSettings
            {
                Steps = golden.Settings.GetProperty("num_inference_steps").GetInt32(),
                Guidance = golden.Settings.GetProperty("guidance_scale").GetSingle(),
                NegativePrompt = golden.Settings.GetProperty("negative_prompt").GetString(),
                Noise = NoiseKind.Cpu,
                Scheduler = golden.Scheduler,
                Loras = loras,
                Threads = 1,
            }
        );
}
