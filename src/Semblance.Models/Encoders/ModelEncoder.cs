using Microsoft.ML.OnnxRuntime.Tensors;
using Semblance.Models.Checkpoints;
using Semblance.Models.Configuration;
using Semblance.Models.Encoders.Preprocessing;
using Semblance.Models.Graphs;
using Semblance.Models.Networks;
using Semblance.Models.Tokenizers;

namespace Semblance.Models.Encoders;

/// <summary>Opens a model's files as an encoder: configuration, weights, preprocessing, and for CLIP the text tower.</summary>
internal static class ModelEncoder
{
    // Larger batches gain nothing on CPU and keep more pictures in memory.
    private const int Batch = 4;

    /// <summary>Reads the configuration and checks every tensor; the network itself is loaded when it is first used.</summary>
    /// <exception cref="InputException">Files are damaged, do not go together, or ask for what is not supported.</exception>
    public static IImageEncoder Open(ModelFiles files, EncoderOptions options)
    {
        var checkpoint = Checkpoint.Open(files.Weights);
        var weights = Weights.From(checkpoint);
        if (weights.Has("visual.conv1.weight"))
        {
            return OpenClip(files, checkpoint, weights, options);
        }
        var config = ConfigJson.Read(
            files.Find("config.json")
                ?? throw new InputException(
                    $"There is no config.json beside {files.Weights}; the weights alone do not say what network they are of."
                )
        );
        return Architecture(config, weights) switch
        {
            "clip" => Clip(
                files,
                checkpoint,
                weights,
                ClipVisionConfig.Read(Part(config, "vision_config"), config.Size("projection_dim", 512)),
                ClipTextConfig.Read(Part(config, "text_config"), config.Size("projection_dim", 512)),
                ClipNames.HuggingFace,
                EncoderRecipe.Of(files, options, RecipeFamily.Hf),
                options
            ),
            "clip_vision_model" => Clip(
                files,
                checkpoint,
                weights,
                ClipVisionConfig.Read(config.Object("vision_config") ?? config, projection: null),
                text: null,
                ClipNames.HuggingFace,
                EncoderRecipe.Of(files, options, RecipeFamily.Hf),
                options
            ),
            "siglip" or "siglip_vision_model" => Siglip(
                files,
                checkpoint,
                weights,
                SiglipVisionConfig.Read(config.Object("vision_config") ?? config),
                options
            ),
            "dinov2" => Dinov2(files, checkpoint, weights, Dinov2Config.Read(config), options),
            var other => throw new InputException(
                $"{config.File}: the architecture {other} is not supported; clip, clip_vision_model, siglip, siglip_vision_model and dinov2 are, and any network as .onnx."
            ),
        };
    }

    /// <summary>The config's model_type; where an old or hand-made config leaves it out, what the tensors show.</summary>
    private static string Architecture(ConfigJson config, Weights weights)
    {
        if (config.Has("model_type"))
        {
            return config.Text("model_type", "");
        }
        return config.FirstOf("architectures") switch
        {
            "CLIPModel" => "clip",
            "CLIPVisionModelWithProjection" => "clip_vision_model",
            "SiglipModel" => "siglip",
            "SiglipVisionModel" => "siglip_vision_model",
            "Dinov2Model" => "dinov2",
            { } other => other,
            null when weights.Has("vision_model.head.probe") => "siglip",
            null when weights.Has("vision_model.pre_layrnorm.weight") => weights.Has("text_projection.weight")
                ? "clip"
                : "clip_vision_model",
            null when weights.Has("encoder.layer.0.layer_scale1.lambda1") => "dinov2",
            null => "(no model_type)",
        };
    }

    private static ConfigJson Part(ConfigJson config, string name) =>
        config.Object(name) ?? throw new InputException($"{config.File} has no {name}.");

    private static NetworkEncoder OpenClip(
        ModelFiles files,
        Checkpoint checkpoint,
        Weights weights,
        EncoderOptions options
    )
    {
        var config = ConfigJson.Read(
            files.Find("open_clip_config.json")
                ?? throw new InputException(
                    $"There is no open_clip_config.json beside {files.Weights}, whose tensors bear OpenAI's and open_clip's names."
                )
        );
        var model = Part(config, "model_cfg");
        var projection = model.Size("embed_dim");
        var quick = model.Flag("quick_gelu", otherwise: false);
        var vision = ClipVisionConfig.ReadOpenClip(Part(model, "vision_cfg"), projection, quick);
        var text = ClipTextConfig.ReadOpenClip(Part(model, "text_cfg"), projection, quick);
        var names = ClipNames.OpenClip(weights.Has("text.token_embedding.weight") ? "text." : "");
        var recipe =
            EncoderRecipe.Override(files, options, vision.ImageSize)
            ?? (
                config.Object("preprocess_cfg") is { } numbers
                    ? RecipeConfiguration.FromOpenClip(numbers.Json, vision.ImageSize)
                    : PreprocessingRecipe.OpenAi(vision.ImageSize)
            );
        return Clip(files, checkpoint, weights, vision, text, names, _ => recipe, options);
    }

    private static NetworkEncoder Clip(
        ModelFiles files,
        Checkpoint checkpoint,
        Weights weights,
        ClipVisionConfig config,
        ClipTextConfig? text,
        ClipNames names,
        Func<int, PreprocessingRecipe> recipe,
        EncoderOptions options
    )
    {
        var pixels = recipe(config.ImageSize);
        EncoderRecipe.RequireSize(files, pixels, config.ImageSize);
        var encoder = Encoder(
            files,
            checkpoint,
            weights,
            pixels,
            config.ProjectionDim,
            options,
            (input, batch) => ClipVisionModel.Forward(input, batch, config, names)
        );
        RequireNoOther(weights, names == ClipNames.HuggingFace ? ["vision_model.", "visual_projection."] : ["visual."]);
        // A vision tower published alone, or without its vocabulary, still scores images.
        var tower =
            text is not null && Tokenizer(files, text) is { } tokenize
                ? new ClipTextTower(weights, text, names, tokenize, options.Threads)
                : null;
        return encoder(tower);
    }

    private static NetworkEncoder Siglip(
        ModelFiles files,
        Checkpoint checkpoint,
        Weights weights,
        SiglipVisionConfig config,
        EncoderOptions options
    )
    {
        var recipe = EncoderRecipe.Of(files, options, RecipeFamily.Siglip)(config.ImageSize);
        EncoderRecipe.RequireSize(files, recipe, config.ImageSize);
        var encoder = Encoder(
            files,
            checkpoint,
            weights,
            recipe,
            config.HiddenSize,
            options,
            (input, batch) => SiglipVisionModel.Forward(input, batch, config)
        );
        RequireNoOther(weights, ["vision_model."]);
        return encoder(null);
    }

    private static NetworkEncoder Dinov2(
        ModelFiles files,
        Checkpoint checkpoint,
        Weights weights,
        Dinov2Config config,
        EncoderOptions options
    )
    {
        var recipe = EncoderRecipe.Of(files, options, RecipeFamily.Dinov2)(224);
        var encoder = Encoder(
            files,
            checkpoint,
            weights,
            recipe,
            config.HiddenSize,
            options,
            (input, batch) => Dinov2Model.Forward(input, batch, recipe.Height, recipe.Width, config)
        );
        RequireNoOther(weights, ["embeddings.", "encoder.", "layernorm."]);
        return encoder(null);
    }

    /// <summary>Emits the vision network, which checks its tensors, and leaves the text tower to be added.</summary>
    private static Func<ClipTextTower?, NetworkEncoder> Encoder(
        ModelFiles files,
        Checkpoint checkpoint,
        Weights weights,
        PreprocessingRecipe recipe,
        int dimension,
        EncoderOptions options,
        Func<Value, int, Value> forward
    )
    {
        var batch = options.Batch > 0 ? options.Batch : Batch;
        var g = new GraphBuilder(weights);
        var pixels = g.Input("pixels", TensorElementType.Float, batch, 3, recipe.Height, recipe.Width);
        g.Output("embeddings_out", forward(pixels, batch));
        var traits = new EncoderTraits(
            files.Name,
            files.Source,
            files.Revision,
            checkpoint.Sha256,
            weights.Precision,
            recipe,
            dimension,
            KnownEncoder.CautionFor(files.Name, files.Known),
            LowNorm: 0,
            options.Limits
        );
        var threads = InferenceThreads.Of(options);
        var tower = new ImageTower(
            () => new GraphSession(g.Build(), threads.PerLane),
            "pixels",
            "embeddings_out",
            batch,
            threads.Lanes
        );
        return text => new NetworkEncoder(traits, tower, text);
    }

    /// <summary>
    /// A tensor of the tower that no layer asked for means that the config describes another network, say one with
    /// fewer layers; its numbers would be wrong without a word.
    /// </summary>
    private static void RequireNoOther(Weights weights, ReadOnlySpan<string> tower)
    {
        foreach (var name in weights.Unused)
        {
            var belongs = false;
            foreach (var prefix in tower)
            {
                belongs |= name.StartsWith(prefix, StringComparison.Ordinal);
            }
            if (belongs && !name.EndsWith(".position_ids", StringComparison.Ordinal) && name != "embeddings.mask_token")
            {
                throw new InputException(
                    $"{weights.Source}: tensor {name} has no place in the network that the config describes; they do not belong together."
                );
            }
        }
    }

    /// <summary>The tokenizer beside the model, read when the first text is encoded; null where there is none.</summary>
    private static Func<string, IReadOnlyList<int>>? Tokenizer(ModelFiles files, ClipTextConfig text)
    {
        var folder = files.Folders.FirstOrDefault(folder =>
            File.Exists(Path.Combine(folder, "tokenizer.json"))
            || (File.Exists(Path.Combine(folder, "vocab.json")) && File.Exists(Path.Combine(folder, "merges.txt")))
        );
        if (folder is null)
        {
            return null;
        }
        var tokenizer = new Lazy<ClipTokenizer>(() =>
        {
            var opened = ClipTokenizer.Open(folder);
            return opened.VocabularySize <= text.VocabSize
                ? opened
                : throw new InputException(
                    $"{folder}: the tokenizer has {opened.VocabularySize} tokens, but the network knows {text.VocabSize}; they do not belong together."
                );
        });
        return prompt => tokenizer.Value.Encode(prompt, text.MaxPositions, pad: true);
    }
}
