using Semblance.Models.Checkpoints;
using Semblance.Models.Configuration;
using Semblance.Models.Encoders.Preprocessing;
using Semblance.Models.Graphs;
using Semblance.Models.Networks;
using Semblance.Models.Tokenizers;

namespace Semblance.Models.Encoders;

/// <summary>Opens a model's files as an encoder: configuration, weights, preprocessing, and for CLIP the text encoder.</summary>
internal static class ModelEncoder
{
    /// <summary>What sets one architecture apart from another.</summary>
    /// <param name="Recipe">From an image to the network's input.</param>
    /// <param name="Dimension">Length of an embedding.</param>
    /// <param name="Forward">Emits the network: from pixels and their number to embeddings.</param>
    /// <param name="Tensors">Beginnings of the names of all tensors of the network.</param>
    /// <param name="Text">The text encoder and its tensors' names, where there is one.</param>
    private sealed record Architecture(
        PreprocessingRecipe Recipe,
        int Dimension,
        Func<Value, int, Value> Forward,
        IReadOnlyList<string> Tensors,
        (ClipTextConfig Config, ClipNames Names)? Text = null
    );

    /// <summary>Reads the configuration and checks every tensor; the network itself is loaded when it is first used.</summary>
    /// <exception cref="InputException">Files are damaged, do not go together, or ask for what is not supported.</exception>
    public static IImageEncoder Open(ModelFiles files, EncoderOptions options)
    {
        var checkpoint = TransformersNames.Of(Checkpoint.Open(files.Weights));
        var weights = Weights.From(checkpoint);
        var network = weights.Has("visual.conv1.weight")
            ? OpenClip(files, weights, options)
            : Transformers(files, weights, options);
        var image = ImageNetwork.Emit(weights, network.Recipe, options, network.Forward);
        RequireNoOther(weights, network.Tensors);
        var traits = new EncoderTraits(
            files.Name,
            files.Source,
            files.Revision,
            checkpoint.Sha256,
            weights.PrecisionUnder(options.Precision),
            network.Recipe,
            network.Dimension,
            KnownEncoder.CautionFor(files.Name, files.Known),
            LowNorm: 0,
            options.Limits
        )
        {
            Device = options.Device,
            FurtherDevices = options.FurtherDevices,
            Arithmetic = options.Precision,
            Files = () => checkpoint.Files,
        };
        // A vision encoder published alone, or without its vocabulary, still scores images.
        var text =
            network.Text is var (config, names) && Tokenizer(files, config) is { } tokenizer
                ? new ClipTextEncoder(weights, config, names, tokenizer, options)
                : null;
        return new NetworkEncoder(traits, image, text);
    }

    private static Architecture Transformers(ModelFiles files, Weights weights, EncoderOptions options)
    {
        var config = ConfigJson.Read(
            files.Find("config.json")
                ?? throw new InputException(
                    $"There is no config.json beside {files.Weights}; the weights alone do not say which network they belong to."
                )
        );
        switch (NameOf(config, weights))
        {
            case "clip":
                var projection = config.Size("projection_dim", 512);
                return Clip(
                    ClipVisionConfig.Read(config.Part("vision_config"), projection),
                    ClipTextConfig.Read(config.Part("text_config"), projection)
                );
            case "clip_vision_model":
                return Clip(ClipVisionConfig.Read(config.Object("vision_config") ?? config, projection: null), null);
            case "siglip" or "siglip_vision_model":
                var siglip = SiglipVisionConfig.Read(config.Object("vision_config") ?? config);
                return new Architecture(
                    OfSize(siglip.ImageSize, files, RecipeOf(siglip.ImageSize, RecipeFamily.Siglip)),
                    siglip.Transformer.HiddenSize,
                    (pixels, batch) => SiglipVisionModel.Forward(pixels, batch, siglip),
                    ["vision_model."]
                );
            case "dinov2":
                var dinov2 = Dinov2Config.Read(config);
                var recipe = RecipeOf(224, RecipeFamily.Dinov2);
                return new Architecture(
                    recipe,
                    dinov2.HiddenSize,
                    (pixels, batch) => Dinov2Model.Forward(pixels, batch, recipe.Height, recipe.Width, dinov2),
                    ["embeddings.", "encoder.", "layernorm."]
                );
            case var other:
                throw new InputException(
                    $"{config.File}: the architecture {other} is not supported; clip, clip_vision_model, siglip, siglip_vision_model and dinov2 are, and any network as .onnx."
                );
        }

        Architecture Clip(ClipVisionConfig vision, ClipTextConfig? text) =>
            ClipOf(files, vision, text, ClipNames.HuggingFace, RecipeOf(vision.ImageSize, RecipeFamily.Hf));

        // The model's own preprocessor_config.json, else the published numbers of its family.
        PreprocessingRecipe RecipeOf(int size, RecipeFamily family) =>
            WantedRecipe(files, options, size)
            ?? (
                files.Find("preprocessor_config.json") is { } file
                    ? RecipeConfiguration.FromPreprocessorConfig(ConfigJson.Read(file))
                    : PreprocessingRecipe.Of(family, size)
            );
    }

    /// <summary>The config's model_type; where an old or hand-made config leaves it out, what the tensors show.</summary>
    private static string NameOf(ConfigJson config, Weights weights)
    {
        if (config.Has("model_type"))
        {
            return config.Text("model_type");
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

    private static Architecture OpenClip(ModelFiles files, Weights weights, EncoderOptions options)
    {
        var config = ConfigJson.Read(
            files.Find("open_clip_config.json")
                ?? throw new InputException(
                    $"There is no open_clip_config.json beside {files.Weights}, whose tensors have OpenAI's and open_clip's names."
                )
        );
        var model = config.Part("model_cfg");
        var projection = model.Size("embed_dim");
        var quick = model.Flag("quick_gelu", otherwise: false);
        var vision = ClipVisionConfig.ReadOpenClip(model.Part("vision_cfg"), projection, quick);
        var text = ClipTextConfig.ReadOpenClip(model.Part("text_cfg"), projection, quick);
        var names = ClipNames.OpenClip(weights.Has("text.token_embedding.weight") ? "text." : "");
        var recipe =
            WantedRecipe(files, options, vision.ImageSize)
            ?? (
                config.Object("preprocess_cfg") is { } numbers
                    ? RecipeConfiguration.FromOpenClip(numbers, vision.ImageSize)
                    : PreprocessingRecipe.OpenAi(vision.ImageSize)
            );
        return ClipOf(files, vision, text, names, recipe);
    }

    private static Architecture ClipOf(
        ModelFiles files,
        ClipVisionConfig vision,
        ClipTextConfig? text,
        ClipNames names,
        PreprocessingRecipe recipe
    ) =>
        new(
            OfSize(vision.ImageSize, files, recipe),
            vision.ProjectionDim,
            (pixels, batch) => ClipVisionModel.Forward(pixels, batch, vision, names),
            names == ClipNames.HuggingFace ? ["vision_model.", "visual_projection."] : ["visual."],
            text is null ? null : (text, names)
        );

    /// <summary>The recipe that was asked for, or that of the table; null where the model's own files are to say.</summary>
    private static PreprocessingRecipe? WantedRecipe(ModelFiles files, EncoderOptions options, int size) =>
        options.Preprocessing is { } name ? PreprocessingRecipe.Of(PreprocessingRecipe.FamilyOf(name), size)
        : files.Known is { } known ? PreprocessingRecipe.Of(known.Recipe, size)
        : null;

    /// <summary>The recipe, if its images have the size that the network takes.</summary>
    private static PreprocessingRecipe OfSize(int size, ModelFiles files, PreprocessingRecipe recipe) =>
        recipe.Height == size && recipe.Width == size
            ? recipe
            : throw new InputException(
                $"{files.Source}: the preprocessing makes {recipe.Height}x{recipe.Width} pixels, but the network takes {size}x{size}."
            );

    /// <summary>
    /// A tensor of the encoder that no layer asked for means that the config describes another network, say one with
    /// fewer layers; its numbers would be wrong without an error.
    /// </summary>
    private static void RequireNoOther(Weights weights, IReadOnlyList<string> own)
    {
        var left = weights.Unused.FirstOrDefault(name =>
            own.Any(beginning => name.StartsWith(beginning, StringComparison.Ordinal))
            && !name.EndsWith(".position_ids", StringComparison.Ordinal)
            && name != "embeddings.mask_token"
        );
        if (left is not null)
        {
            throw new InputException(
                $"{weights.Source}: tensor {left} has no place in the network that the config describes; they do not belong together."
            );
        }
    }

    /// <summary>The tokenizer beside the model, read when the first text is encoded; null where there is none.</summary>
    private static Lazy<ClipTokenizer>? Tokenizer(ModelFiles files, ClipTextConfig text)
    {
        if (files.Folders.FirstOrDefault(ClipTokenizer.IsIn) is not { } folder)
        {
            return null;
        }

        return new Lazy<ClipTokenizer>(() =>
        {
            var opened = ClipTokenizer.Open(folder);
            return opened.VocabularySize <= text.VocabSize
                ? opened
                : throw new InputException(
                    $"{folder}: the tokenizer has {opened.VocabularySize} tokens, but the network knows {text.VocabSize}; they do not belong together."
                );
        });
    }
}
