using System.Text;
using Semblance.Imaging.Resizing;
using Semblance.Models.Configuration;

namespace Semblance.Models.Encoders.Preprocessing;

/// <summary>
/// Recipes out of the files that come with models: transformers' <c>preprocessor_config.json</c>, old style (bare
/// numbers) and new (dictionaries), and open_clip's <c>preprocess_cfg</c>.
/// </summary>
public static class RecipeConfiguration
{
    private const string Source = "The preprocessor configuration";

    /// <summary>The recipe of a <c>preprocessor_config.json</c>.</summary>
    /// <param name="json">The text of the file.</param>
    /// <param name="family">
    /// Whose habits decide colour order, crop rounding and what is not said; by default the one whose processor the
    /// file names.
    /// </param>
    /// <exception cref="InputException">A field is missing, of the wrong kind, or asks for what is not supported.</exception>
    public static PreprocessingRecipe FromPreprocessorConfig(string json, RecipeFamily? family = null) =>
        FromPreprocessorConfig(ConfigJson.Parse(Source, Encoding.UTF8.GetBytes(json)), family);

    /// <summary>
    /// The recipe of open_clip's <c>preprocess_cfg</c> (in <c>open_clip_config.json</c>). Like openai/CLIP's, it resizes
    /// and crops before it converts to RGB.
    /// </summary>
    /// <param name="json">The text of the object.</param>
    /// <param name="size">Side of the image that the network takes, where the object does not say.</param>
    /// <exception cref="InputException">A field is of the wrong kind or asks for what is not supported.</exception>
    public static PreprocessingRecipe FromOpenClip(string json, int size) =>
        FromOpenClip(ConfigJson.Parse(Source, Encoding.UTF8.GetBytes(json)), size);

    internal static PreprocessingRecipe FromPreprocessorConfig(ConfigJson config, RecipeFamily? family = null)
    {
        var habits = family ?? FamilyOf(config);
        var recipe = WithCrop(WithResize(PreprocessingRecipe.Of(habits), config, habits), config);
        var (rescale, normalise) = (config.Flag("do_rescale", true), config.Flag("do_normalize", true));
        recipe = recipe with
        {
            Scale = rescale ? config.Double("rescale_factor", 1.0 / 255) : 1,
            Mean = normalise ? Channels(config, "image_mean") ?? recipe.Mean : new(0, 0, 0),
            Std = normalise ? Channels(config, "image_std") ?? recipe.Std : new(1, 1, 1),
        };
        return config.Flag("do_pad", false) ? throw Wrong(config, "do_pad is not supported") : Checked(recipe, config);
    }

    internal static PreprocessingRecipe FromOpenClip(ConfigJson config, int size)
    {
        var sides = config.SizesOrOne("size", 2, size);
        var recipe = PreprocessingRecipe.OpenAi() with
        {
            CropHeight = sides[0],
            CropWidth = sides[1],
            ResizeHeight = sides[0],
            Filter = config.Text("interpolation", "bicubic") switch
            {
                "bicubic" => ResizeFilter.Bicubic,
                "bilinear" => ResizeFilter.Bilinear,
                var name => throw Wrong(config, $"interpolation '{name}' is not supported"),
            },
            Mean = Channels(config, "mean") ?? PreprocessingRecipe.ClipMean,
            Std = Channels(config, "std") ?? PreprocessingRecipe.ClipStd,
        };
        recipe = config.Text("resize_mode", "shortest") switch
        {
            "shortest" when sides[0] == sides[1] => recipe,
            "squash" => Exact(recipe, sides) with { CropHeight = 0, CropWidth = 0 },
            var mode => throw Wrong(config, $"resize_mode '{mode}' for {sides[0]}x{sides[1]} is not supported"),
        };
        return Checked(recipe, config);
    }

    /// <summary>The family of the processor that a <c>preprocessor_config.json</c> names.</summary>
    internal static RecipeFamily FamilyOf(ConfigJson config) =>
        IsProcessor(config, "CLIP") ? RecipeFamily.Hf
        : IsProcessor(config, "Siglip") ? RecipeFamily.Siglip
        : IsProcessor(config, "Bit") ? RecipeFamily.Dinov2
        : RecipeFamily.Custom;

    private static PreprocessingRecipe WithResize(PreprocessingRecipe recipe, ConfigJson config, RecipeFamily habits)
    {
        if (!config.Flag("do_resize", true))
        {
            return recipe with { Resize = ResizeRule.None, ResizeHeight = 0, ResizeWidth = 0 };
        }

        recipe = recipe with { Filter = FilterOf(config) ?? recipe.Filter };
        if (!config.Has("size"))
        {
            return recipe;
        }

        if (config.Object("size") is { } size)
        {
            string[] others = ["longest_edge", "max_height", "max_width"];
            return others.Any(size.Has)
                    ? throw Wrong(config, $"a size with {string.Join(", ", others)} is not supported")
                : size.Has("shortest_edge") ? Shortest(recipe, size.Size("shortest_edge"))
                : Exact(recipe, [size.Size("height"), size.Size("width")]);
        }
        // A bare number is the shorter side for CLIP's and Bit's processors, and both sides for those of ViT and SigLIP.
        var square =
            habits == RecipeFamily.Siglip
            || (habits == RecipeFamily.Custom && IsProcessor(config, "ViT", "DeiT", "Beit"));
        return square || config.IsList("size")
            ? Exact(recipe, config.SizesOrOne("size", 2))
            : Shortest(recipe, config.Size("size"));
    }

    private static PreprocessingRecipe WithCrop(PreprocessingRecipe recipe, ConfigJson config)
    {
        if (!config.Flag("do_center_crop", recipe.CropHeight > 0 && recipe.Resize != ResizeRule.Exact))
        {
            return recipe with { CropHeight = 0, CropWidth = 0 };
        }

        if (!config.Has("crop_size") && recipe.CropHeight > 0)
        {
            return recipe;
        }

        var crop = config.Object("crop_size");
        return recipe with
        {
            CropHeight = crop?.Size("height") ?? config.Size("crop_size"),
            CropWidth = crop?.Size("width") ?? config.Size("crop_size"),
        };
    }

    private static PreprocessingRecipe Shortest(PreprocessingRecipe recipe, int edge) =>
        recipe with
        {
            Resize = ResizeRule.ShortestEdge,
            ResizeHeight = edge,
            ResizeWidth = 0,
        };

    private static PreprocessingRecipe Exact(PreprocessingRecipe recipe, IReadOnlyList<int> sides) =>
        recipe with
        {
            Resize = ResizeRule.Exact,
            ResizeHeight = sides[0],
            ResizeWidth = sides[1],
        };

    private static bool IsProcessor(ConfigJson config, params ReadOnlySpan<string> beginnings)
    {
        var name = config.Text("image_processor_type", config.Text("feature_extractor_type", ""));
        foreach (var beginning in beginnings)
        {
            if (name.StartsWith(beginning, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The filter by its number in <c>PIL.Image.Resampling</c>; null where none is named.</summary>
    private static ResizeFilter? FilterOf(ConfigJson config) =>
        config.Double("resample", double.NaN) switch
        {
            double.NaN => null,
            0 => ResizeFilter.Nearest,
            1 => ResizeFilter.Lanczos,
            2 => ResizeFilter.Bilinear,
            3 => ResizeFilter.Bicubic,
            4 => ResizeFilter.Box,
            5 => ResizeFilter.Hamming,
            var number => throw Wrong(config, $"resample {number} is not one of 0 to 5"),
        };

    private static PerChannel? Channels(ConfigJson config, string name) =>
        config.Channels(name) is [var r, var g, var b] ? new PerChannel(r, g, b) : null;

    private static PreprocessingRecipe Checked(PreprocessingRecipe recipe, ConfigJson config) =>
        recipe.Fault is { } fault ? throw Wrong(config, fault) : recipe;

    private static InputException Wrong(ConfigJson config, string what) =>
        new($"{config.File}: the preprocessing cannot be used: {what}.");
}
