using System.Text;
using Semblance.Imaging;
using Semblance.Imaging.Resizing;
using Semblance.Models.Configuration;
using Semblance.Models.Encoders.Preprocessing;

namespace Semblance.Models.Tests.Encoders.Preprocessing;

public sealed class RecipeTests
{
    public static IEnumerable<TheoryDataRow<string>> Published()
    {
        var folder = Fixtures.At("preprocess", "recipes");
        return Directory.Exists(folder)
            ? Directory.EnumerateDirectories(folder).Select(path => new TheoryDataRow<string>(Path.GetFileName(path)))
            : [];
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Published))]
    public void The_published_configurations_say_what_the_recipes_say(string name)
    {
        var json = File.ReadAllText(Fixtures.At("preprocess", "recipes", name, "preprocessor_config.json"));
        var family = PreprocessingRecipe.FamilyOf(name);

        Assert.Equal(PreprocessingRecipe.Of(family), RecipeConfiguration.FromPreprocessorConfig(json, family));
    }

    [Theory]
    [InlineData("CLIPFeatureExtractor", RecipeFamily.Hf)]
    [InlineData("CLIPImageProcessorFast", RecipeFamily.Hf)]
    [InlineData("SiglipImageProcessor", RecipeFamily.Siglip)]
    [InlineData("BitImageProcessor", RecipeFamily.Dinov2)]
    [InlineData("ViTImageProcessor", RecipeFamily.Custom)]
    public void The_processor_names_the_family(string processor, RecipeFamily family)
    {
        foreach (var key in new[] { "feature_extractor_type", "image_processor_type" })
        {
            var config = ConfigJson.Parse("config", Encoding.UTF8.GetBytes($$"""{"{{key}}": "{{processor}}"}"""));
            Assert.Equal(family, RecipeConfiguration.FamilyOf(config));
        }
    }

    [Fact]
    public void The_openai_recipe_takes_its_numbers_from_a_configuration()
    {
        const string Json = """
            {"size": {"shortest_edge": 336}, "crop_size": {"height": 336, "width": 336}, "resample": 2,
             "image_mean": [0.1, 0.2, 0.3], "image_std": [0.4, 0.5, 0.6]}
            """;
        var recipe = RecipeConfiguration.FromPreprocessorConfig(Json, RecipeFamily.OpenAi);

        Assert.Equal(
            PreprocessingRecipe.OpenAi(336) with
            {
                Filter = ResizeFilter.Bilinear,
                Mean = new(0.1, 0.2, 0.3),
                Std = new(0.4, 0.5, 0.6),
            },
            recipe
        );
    }

    [Fact]
    public void A_bare_size_is_a_square_for_vit_and_the_shorter_side_for_clip()
    {
        var vit = RecipeConfiguration.FromPreprocessorConfig(
            """{"image_processor_type": "ViTFeatureExtractor", "size": 32, "do_center_crop": false}"""
        );
        var clip = RecipeConfiguration.FromPreprocessorConfig(
            """{"image_processor_type": "CLIPImageProcessor", "size": 40, "crop_size": 32}"""
        );

        Assert.Equal((ResizeRule.Exact, 32, 32), (vit.Resize, vit.Height, vit.Width));
        Assert.Equal((ResizeRule.ShortestEdge, 40, 32, 32), (clip.Resize, clip.ResizeHeight, clip.Height, clip.Width));
    }

    [Fact]
    public void Steps_that_are_switched_off_are_left_out()
    {
        var recipe = RecipeConfiguration.FromPreprocessorConfig(
            """
            {"do_resize": false, "crop_size": 8, "do_center_crop": true, "do_rescale": false, "do_normalize": false,
             "image_mean": [1, 1, 1], "image_std": [2, 2, 2]}
            """,
            RecipeFamily.Hf
        );
        var values = new float[3 * 64];
        Preprocessor.Prepare(new(PixelMode.L, 9, 9, [.. Enumerable.Range(0, 81).Select(i => (byte)i)]), recipe, values);

        Assert.Equal([0f, 1f, 2f], values[..3]);
        Assert.Equal(70f, values[63]);
    }

    [Theory]
    [InlineData("[]", "JSON object")]
    [InlineData("{", "JSON")]
    [InlineData("""{"size": "big"}""", "size")]
    [InlineData("""{"size": {"longest_edge": 5}}""", "longest_edge")]
    [InlineData("""{"size": {"height": 5}}""", "size.width")]
    [InlineData("""{"size": 0}""", "size")]
    [InlineData("""{"size": 100, "crop_size": 224}""", "larger")]
    [InlineData("""{"size": 100, "do_center_crop": false}""", "crop")]
    [InlineData("""{"resample": 9}""", "resample")]
    [InlineData("""{"image_mean": [1, 2]}""", "image_mean")]
    [InlineData("""{"image_std": [1, 0, 1]}""", "std")]
    [InlineData("""{"do_resize": "yes"}""", "do_resize")]
    public void A_configuration_that_cannot_be_followed_is_refused_by_the_field(string json, string field)
    {
        var error = Assert.Throws<InputException>(() =>
            RecipeConfiguration.FromPreprocessorConfig(json, RecipeFamily.Hf)
        );
        Assert.Contains(field, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_clip_crops_as_openai_does_and_squashes_where_told()
    {
        const string Plain = """{"mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5]}""";
        const string Squash = """{"size": [24, 32], "interpolation": "bilinear", "resize_mode": "squash"}""";

        var half = new PerChannel(0.5, 0.5, 0.5);
        Assert.Equal(
            PreprocessingRecipe.OpenAi(240) with
            {
                Mean = half,
                Std = half,
            },
            RecipeConfiguration.FromOpenClip(Plain, 240)
        );
        var squashed = RecipeConfiguration.FromOpenClip(Squash, 224);
        Assert.Equal(
            (ResizeRule.Exact, 24, 32, ResizeFilter.Bilinear),
            (squashed.Resize, squashed.Height, squashed.Width, squashed.Filter)
        );
    }

    [Fact]
    public void Recipes_that_differ_in_any_number_have_different_descriptions()
    {
        var basis = PreprocessingRecipe.OpenAi();
        PreprocessingRecipe[] all =
        [
            basis,
            basis with
            {
                Name = "mine",
            },
            basis with
            {
                Resize = ResizeRule.None,
            },
            basis with
            {
                Resize = ResizeRule.Exact,
                ResizeWidth = 224,
            },
            basis with
            {
                Resize = ResizeRule.Exact,
                ResizeWidth = 225,
            },
            basis with
            {
                ResizeHeight = 225,
            },
            basis with
            {
                Filter = ResizeFilter.Lanczos,
            },
            basis with
            {
                Passes = PassOrder.Pillow13,
            },
            basis with
            {
                CropHeight = 223,
            },
            basis with
            {
                CropWidth = 223,
            },
            basis with
            {
                CropHeight = 0,
                CropWidth = 0,
            },
            basis with
            {
                Rounding = CropRounding.Down,
            },
            basis with
            {
                Colour = ColourOrder.FirstDropAlpha,
            },
            basis with
            {
                Colour = ColourOrder.FirstOnWhite,
            },
            basis with
            {
                Scale = 1 / 254.0,
            },
            basis with
            {
                Mean = basis.Mean with { G = 0.4578276 },
            },
            basis with
            {
                Std = basis.Std with { B = Math.BitIncrement(basis.Std.B) },
            },
        ];

        Assert.Equal(all.Length, all.Select(recipe => recipe.Description).Distinct().Count());
        Assert.DoesNotContain('\n', basis.Description);
    }

    [Fact]
    public void A_picture_smaller_than_a_crop_without_resize_is_refused()
    {
        var recipe = PreprocessingRecipe.Hf(8) with { Resize = ResizeRule.None };
        Assert.Throws<InputException>(() => Preprocessor.Pixels(new(PixelMode.L, 9, 7, new byte[63]), recipe));
    }

    [Fact]
    public void Values_are_scaled_shifted_and_divided_per_channel()
    {
        var recipe = PreprocessingRecipe.Siglip(1) with { Scale = 1, Mean = new(127, 0, 10), Std = new(128, 1, 2) };
        var values = new float[3];
        Preprocessor.Prepare(new(PixelMode.RGB, 1, 1, [255, 7, 20]), recipe, values);

        Assert.Equal([1f, 7f, 5f], values);
    }
}
