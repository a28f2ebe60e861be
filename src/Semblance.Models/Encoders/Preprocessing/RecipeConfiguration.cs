using System.Text.Json;
using Semblance.Imaging.Resizing;
using Semblance.Models.Configuration;

namespace Semblance.Models.Encoders.Preprocessing;

/// <summary>
/// Recipes out of the files that come with models: transformers' <c>preprocessor_config.json</c>, old style (bare
/// numbers) and new (dictionaries), and open_clip's <c>preprocess_cfg</c>.
/// </summary>
public static class RecipeConfiguration
{
    /// <summary>The recipe of a <c>preprocessor_config.json</c>.</summary>
    /// <param name="config">The whole object.</param>
    /// <param name="family">
    /// Whose habits decide colour order, crop rounding and what is not said; by default the one that the file's
    /// processor names (<see cref="FamilyOf"/>).
    /// </param>
    /// <exception cref="InputException">A field is missing, of the wrong kind, or asks for what is not supported.</exception>
    public static PreprocessingRecipe FromPreprocessorConfig(JsonElement config, RecipeFamily? family = null)
    {
        if (config.ValueKind != JsonValueKind.Object)
        {
            throw Wrong("it is not a JSON object");
        }

        var habits = family ?? FamilyOf(config);
        var recipe = PreprocessingRecipe.Of(habits);
        recipe = WithResize(recipe, config, habits);
        recipe = WithCrop(recipe, config);
        recipe = recipe with
        {
            Scale = Flag(config, "do_rescale", true) ? Number(config, "rescale_factor") ?? (1.0 / 255) : 1,
            Mean = Flag(config, "do_normalize", true) ? Channels(config, "image_mean") ?? recipe.Mean : new(0, 0, 0),
            Std = Flag(config, "do_normalize", true) ? Channels(config, "image_std") ?? recipe.Std : new(1, 1, 1),
        };
        if (Flag(config, "do_pad", false))
        {
            throw Wrong("do_pad is not supported");
        }

        return recipe.Checked();
    }

    /// <summary>The same from the text of the file.</summary>
    /// <exception cref="InputException">As above, or the text is no JSON.</exception>
    public static PreprocessingRecipe FromPreprocessorConfig(string json, RecipeFamily? family = null)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return FromPreprocessorConfig(document.RootElement, family);
        }
        catch (JsonException error)
        {
            throw new InputException(
                $"The preprocessor configuration cannot be understood: {JsonFault.Of(error)}.",
                error
            );
        }
    }

    /// <summary>The family of the processor that a <c>preprocessor_config.json</c> names.</summary>
    public static RecipeFamily FamilyOf(JsonElement config)
    {
        var name = ProcessorName(config);
        if (name.StartsWith("CLIP", StringComparison.Ordinal))
        {
            return RecipeFamily.Hf;
        }

        if (name.StartsWith("Siglip", StringComparison.Ordinal))
        {
            return RecipeFamily.Siglip;
        }

        return name.StartsWith("Bit", StringComparison.Ordinal) ? RecipeFamily.Dinov2 : RecipeFamily.Custom;
    }

    /// <summary>
    /// The recipe of open_clip's <c>preprocess_cfg</c> (in <c>open_clip_config.json</c>). Like openai/CLIP's, it resizes
    /// and crops before it converts to RGB.
    /// </summary>
    /// <param name="config">The <c>preprocess_cfg</c> object.</param>
    /// <param name="size">Side of the picture that the network takes, where the object does not say.</param>
    /// <exception cref="InputException">A field is of the wrong kind or asks for what is not supported.</exception>
    public static PreprocessingRecipe FromOpenClip(JsonElement config, int size)
    {
        if (config.ValueKind != JsonValueKind.Object)
        {
            throw Wrong("preprocess_cfg is not a JSON object");
        }

        var (height, width) = OpenClipSize(config) ?? (size, size);
        var recipe = PreprocessingRecipe.OpenAi() with
        {
            CropHeight = height,
            CropWidth = width,
            ResizeHeight = height,
            Filter = OpenClipFilter(Text(config, "interpolation") ?? "bicubic"),
        };
        recipe = recipe with
        {
            Mean = Channels(config, "mean") ?? recipe.Mean,
            Std = Channels(config, "std") ?? recipe.Std,
        };
        var mode = Text(config, "resize_mode") ?? "shortest";
        recipe = mode switch
        {
            "shortest" when height == width => recipe,
            "squash" => recipe with { Resize = ResizeRule.Exact, ResizeWidth = width, CropHeight = 0, CropWidth = 0 },
            _ => throw Wrong($"resize_mode '{mode}' for {height}x{width} is not supported"),
        };
        return recipe.Checked();
    }

    private static PreprocessingRecipe WithResize(PreprocessingRecipe recipe, JsonElement config, RecipeFamily habits)
    {
        if (!Flag(config, "do_resize", true))
        {
            return recipe with { Resize = ResizeRule.None, ResizeHeight = 0, ResizeWidth = 0 };
        }

        if (Number(config, "resample") is { } filter)
        {
            recipe = recipe with { Filter = FilterOf(filter) };
        }

        if (!Has(config, "size", out var size))
        {
            return recipe;
        }

        if (size.ValueKind == JsonValueKind.Number)
        {
            var side = Whole(size, "size");
            return SquareByHabit(habits, config) ? Exact(recipe, side, side) : Shortest(recipe, side);
        }
        if (size.ValueKind == JsonValueKind.Array && size.GetArrayLength() == 2)
        {
            return Exact(recipe, Whole(size[0], "size"), Whole(size[1], "size"));
        }

        if (size.ValueKind != JsonValueKind.Object)
        {
            throw Wrong("size is neither a number nor a dictionary");
        }

        if (Has(size, "longest_edge", out _) || Has(size, "max_height", out _) || Has(size, "max_width", out _))
        {
            throw Wrong("a size with longest_edge, max_height or max_width is not supported");
        }

        if (Has(size, "shortest_edge", out var edge))
        {
            return Shortest(recipe, Whole(edge, "size.shortest_edge"));
        }

        return Exact(recipe, Member(size, "height", "size"), Member(size, "width", "size"));
    }

    private static PreprocessingRecipe WithCrop(PreprocessingRecipe recipe, JsonElement config)
    {
        var wanted = Flag(config, "do_center_crop", recipe.CropHeight > 0 && recipe.Resize != ResizeRule.Exact);
        if (!wanted)
        {
            return recipe with { CropHeight = 0, CropWidth = 0 };
        }

        if (!Has(config, "crop_size", out var crop))
        {
            return recipe.CropHeight > 0 ? recipe : throw Wrong("crop_size is missing");
        }

        if (crop.ValueKind == JsonValueKind.Number)
        {
            var side = Whole(crop, "crop_size");
            return recipe with { CropHeight = side, CropWidth = side };
        }
        if (crop.ValueKind != JsonValueKind.Object)
        {
            throw Wrong("crop_size is neither a number nor a dictionary");
        }

        return recipe with
        {
            CropHeight = Member(crop, "height", "crop_size"),
            CropWidth = Member(crop, "width", "crop_size"),
        };
    }

    private static PreprocessingRecipe Shortest(PreprocessingRecipe recipe, int edge) =>
        recipe with
        {
            Resize = ResizeRule.ShortestEdge,
            ResizeHeight = edge,
            ResizeWidth = 0,
        };

    private static PreprocessingRecipe Exact(PreprocessingRecipe recipe, int height, int width) =>
        recipe with
        {
            Resize = ResizeRule.Exact,
            ResizeHeight = height,
            ResizeWidth = width,
        };

    // A bare number is the shorter side for CLIP's and Bit's processors, and both sides for those of ViT and SigLIP.
    private static bool SquareByHabit(RecipeFamily habits, JsonElement config) =>
        habits == RecipeFamily.Siglip
        || (
            habits == RecipeFamily.Custom
            && (
                ProcessorName(config).StartsWith("ViT", StringComparison.Ordinal)
                || ProcessorName(config).StartsWith("DeiT", StringComparison.Ordinal)
                || ProcessorName(config).StartsWith("Beit", StringComparison.Ordinal)
            )
        );

    private static string ProcessorName(JsonElement config) =>
        Text(config, "image_processor_type") ?? Text(config, "feature_extractor_type") ?? "";

    // PIL.Image.Resampling.
    private static ResizeFilter FilterOf(double number) =>
        number switch
        {
            0 => ResizeFilter.Nearest,
            1 => ResizeFilter.Lanczos,
            2 => ResizeFilter.Bilinear,
            3 => ResizeFilter.Bicubic,
            4 => ResizeFilter.Box,
            5 => ResizeFilter.Hamming,
            _ => throw Wrong($"resample {number} is none of 0 to 5"),
        };

    private static ResizeFilter OpenClipFilter(string name) =>
        name switch
        {
            "bicubic" => ResizeFilter.Bicubic,
            "bilinear" => ResizeFilter.Bilinear,
            _ => throw Wrong($"interpolation '{name}' is not supported"),
        };

    private static (int Height, int Width)? OpenClipSize(JsonElement config)
    {
        if (!Has(config, "size", out var size))
        {
            return null;
        }

        if (size.ValueKind == JsonValueKind.Array && size.GetArrayLength() == 2)
        {
            return (Whole(size[0], "size"), Whole(size[1], "size"));
        }

        var side = Whole(size, "size");
        return (side, side);
    }

    private static bool Has(JsonElement config, string name, out JsonElement value) =>
        config.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null;

    private static bool Flag(JsonElement config, string name, bool otherwise)
    {
        if (!Has(config, name, out var value))
        {
            return otherwise;
        }

        return value.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => throw Wrong($"{name} is neither true nor false"),
        };
    }

    private static double? Number(JsonElement config, string name)
    {
        if (!Has(config, name, out var value))
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Number ? value.GetDouble() : throw Wrong($"{name} is not a number");
    }

    private static string? Text(JsonElement config, string name) =>
        Has(config, name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static PerChannel? Channels(JsonElement config, string name)
    {
        if (!Has(config, name, out var value))
        {
            return null;
        }

        if (
            value.ValueKind != JsonValueKind.Array
            || value.GetArrayLength() != 3
            || value.EnumerateArray().Any(number => number.ValueKind != JsonValueKind.Number)
        )
        {
            throw Wrong($"{name} is not a list of three numbers");
        }

        return new(value[0].GetDouble(), value[1].GetDouble(), value[2].GetDouble());
    }

    private static int Member(JsonElement parent, string name, string of) =>
        Has(parent, name, out var value) ? Whole(value, $"{of}.{name}") : throw Wrong($"{of}.{name} is missing");

    private static int Whole(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number > 0
            ? number
            : throw Wrong($"{name} is not a whole number above 0");

    private static InputException Wrong(string what) => new($"The preprocessor configuration cannot be used: {what}.");
}
