using System.Security.Cryptography;
using System.Text.Json;
using Semblance.Imaging;
using Semblance.Imaging.Formats;
using Semblance.Imaging.Resizing;
using Semblance.Models.Encoders.Preprocessing;

namespace Semblance.Models.Tests.Encoders.Preprocessing;

/// <summary>Every file of fixtures/preprocess through every recipe, against Pillow and transformers.</summary>
public sealed class PreprocessFixtureTests
{
    public static IEnumerable<TheoryDataRow<string>> Cases() =>
        Directory.Exists(Fixtures.At("preprocess")) ? Fixtures.Cases("preprocess").Where(row => row.Data != "bad") : [];

    private static JsonElement Case(string name) =>
        JsonDocument.Parse(File.ReadAllBytes(Fixtures.At("preprocess", name, "case.json"))).RootElement;

    private static DecodedImage Open(string name, JsonElement about) =>
        ImageDecoder.Decode(
            File.ReadAllBytes(Fixtures.At("preprocess", name, about.GetProperty("inputs")[0].GetString()!))
        );

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>AVIF's conversion to RGB is another one in libheif than in libavif; all else must be exact.</summary>
    private static bool MayRound(string name) => name.StartsWith("avif", StringComparison.Ordinal);

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Cases))]
    public void A_file_opens_in_the_mode_and_with_the_samples_of_Pillow(string name)
    {
        var about = Case(name);
        var expected = about.GetProperty("decoded");
        var image = Open(name, about);

        Assert.Equal(expected.GetProperty("width").GetInt32(), image.Width);
        Assert.Equal(expected.GetProperty("height").GetInt32(), image.Height);
        var mode = image.Mode switch
        {
            PixelMode.One => "1",
            PixelMode.I16 => "I;16",
            var other => other.ToString(),
        };
        Assert.Equal(expected.GetProperty("mode").GetString(), mode);
        var rgb = ColourConversion.ToRgb(image);
        foreach (var sample in expected.GetProperty("rgb_samples").EnumerateArray())
        {
            var at = ((sample[0].GetInt32() * image.Width) + sample[1].GetInt32()) * 3;
            for (var c = 0; c < 3; c++)
            {
                Assert.InRange(rgb[at + c] - sample[2 + c].GetInt32(), MayRound(name) ? -3 : 0, MayRound(name) ? 3 : 0);
            }
        }

        if (!MayRound(name))
        {
            Assert.Equal(expected.GetProperty("rgb_sha256").GetString(), Hash(rgb));
        }
    }

    // Within 3 levels, and 0.3 on average, of the reference's pixels where those are kept; else of their mean.
    private static IEnumerable<string> Departures(string name, JsonProperty recipe, byte[] pixels)
    {
        if (!recipe.Value.TryGetProperty("pixels", out var file))
        {
            var shift = pixels.Average(value => value) - recipe.Value.GetProperty("mean_uint8").GetDouble();
            return Math.Abs(shift) > 0.3 ? [$"{recipe.Name} is {shift} off on average"] : [];
        }

        var expected = ImageDecoder
            .Decode(File.ReadAllBytes(Fixtures.At("preprocess", name, file.GetString()!)))
            .Samples;
        var steps = pixels.Zip(expected, (a, b) => Math.Abs(a - b)).ToArray();
        TestContext.Current.SendDiagnosticMessage(
            $"{name} {recipe.Name}: {steps.Max()} at most, {steps.Average():F4} on average"
        );
        return steps.Max() > 3 || steps.Average() > 0.3
            ? [$"{recipe.Name} is {steps.Max()} off at most, {steps.Average()} on average"]
            : [];
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Cases))]
    public void Every_recipe_gives_the_pixels_and_values_of_its_reference(string name)
    {
        var about = Case(name);
        var image = Open(name, about);
        var positions = about.GetProperty("positions").EnumerateArray().ToArray();
        Assert.NotEmpty(about.GetProperty("recipes").EnumerateObject());
        var wrong = new List<string>();
        foreach (var recipe in about.GetProperty("recipes").EnumerateObject())
        {
            var steps = PreprocessingRecipe.Of(PreprocessingRecipe.FamilyOf(recipe.Name));
            var pixels = Preprocessor.Pixels(image, steps);
            if (!MayRound(name) && Hash(pixels) != recipe.Value.GetProperty("sha256").GetString())
            {
                wrong.Add(recipe.Name);
            }

            if (MayRound(name))
            {
                wrong.AddRange(Departures(name, recipe, pixels));
            }

            var values = new float[3 * steps.Height * steps.Width];
            Preprocessor.Prepare(image, steps, values);
            var step = MayRound(name) ? 3 / 255.0 / 0.22 : 1e-5;
            foreach (var (position, value) in positions.Zip(recipe.Value.GetProperty("values").EnumerateArray()))
            {
                var at =
                    (((position[0].GetInt32() * steps.Height) + position[1].GetInt32()) * steps.Width)
                    + position[2].GetInt32();
                if (Math.Abs(values[at] - value.GetDouble()) > step)
                {
                    wrong.Add($"{recipe.Name} value at {position}: {values[at]}, expected {value}");
                }
            }

            var newer = Preprocessor.Pixels(image, steps with { Passes = PassOrder.Pillow13 });
            var newerHash = recipe.Value.TryGetProperty("pillow_13", out var other)
                ? other.GetProperty("sha256")
                : recipe.Value.GetProperty("sha256");
            if (!MayRound(name) && Hash(newer) != newerHash.GetString())
            {
                wrong.Add($"{recipe.Name} in the order of Pillow 13");
            }
        }

        Assert.Empty(wrong);
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Cases))]
    public void Preparing_a_file_gives_what_decoding_and_preparing_give(string name)
    {
        var path = Directory.EnumerateFiles(Fixtures.At("preprocess", name), "image.*").Single();
        var file = File.ReadAllBytes(path);
        var image = ImageDecoder.Decode(file);
        PreprocessingRecipe[] recipes =
        [
            PreprocessingRecipe.OpenAi(),
            PreprocessingRecipe.Hf(),
            // The picture's own size: nothing to resize, nothing to crop.
            PreprocessingRecipe.Siglip() with
            {
                ResizeHeight = image.Height,
                ResizeWidth = image.Width,
            },
        ];
        foreach (var recipe in recipes)
        {
            var (apart, together) = (
                new float[3 * recipe.Height * recipe.Width],
                new float[3 * recipe.Height * recipe.Width]
            );
            Preprocessor.Prepare(image, recipe, apart);
            Assert.Equal((image.Width, image.Height), Preprocessor.Prepare(file, recipe, together));
            Assert.Equal(apart, together);
            Assert.Equal(Preprocessor.Pixels(image, recipe), Preprocessor.Pixels(file, recipe));
        }
    }
}
