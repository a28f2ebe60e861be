using System.Text.Json;
using Semblance.Models.Catalog;
using Semblance.Models.Encoders;

namespace Semblance.Models.Tests.Encoders;

/// <summary>The whole way through the catalog: any published layout of a model gives the reference's embeddings.</summary>
public sealed class EncoderLayoutTests
{
    public static IEnumerable<TheoryDataRow<string, string, string>> Layouts =>
        from area in new[] { "clip", "siglip", "dinov2" }
        from row in Fixtures.Cases(area)
        from folder in Directory
            .EnumerateDirectories(Fixtures.At(area, row.Data), "model*")
            .Order(StringComparer.Ordinal)
        select new TheoryDataRow<string, string, string>(area, row.Data, Path.GetFileName(folder));

    public static IEnumerable<TheoryDataRow<string, string>> ImageCases =>
        from area in new[] { "clip", "siglip", "dinov2" }
        from row in Fixtures.Cases(area)
        where Directory.Exists(Fixtures.At(area, row.Data, "images"))
        select new TheoryDataRow<string, string>(area, row.Data);

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Layouts))]
    public void Prepared_pixels_give_the_reference_embeddings(string area, string name, string layout)
    {
        var golden = new Golden(area, name);
        Assert.SkipUnless(golden.HasInput("pixel_values"), "The case starts from image files.");
        using var encoder = EncoderCatalog.Open(Path.Combine(golden.Folder, layout));
        var shape = golden.InputShape("pixel_values");
        Assert.Equal(shape[1] * shape[2] * shape[3], encoder.InputLength);
        var vectors = new float[shape[0] * encoder.Identity.Dimension];
        encoder.Encode(golden.Input("pixel_values"), (int)shape[0], vectors);
        golden.AssertEmbeddings(
            layout.EndsWith("fp16", StringComparison.Ordinal) ? "fp16.image_embeds" : "image_embeds",
            vectors
        );
        Assert.Equal(
            layout.EndsWith("fp16", StringComparison.Ordinal) ? "fp32 (weights fp16)" : "fp32",
            encoder.Identity.Precision
        );
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(ImageCases))]
    public void Image_files_give_the_reference_embeddings(string area, string name)
    {
        var golden = new Golden(area, name);
        using var encoder = EncoderCatalog.Open(Path.Combine(golden.Folder, "model"));
        var files = Directory.GetFiles(Path.Combine(golden.Folder, "images"));
        var count = (int)golden.ExpectedShape("image_embeds")[0];
        Assert.Equal(count, files.Length);
        var pixels = new float[count * encoder.InputLength];
        for (var i = 0; i < count; i++)
        {
            var file = Path.Combine(golden.Folder, "images", $"{i}.png");
            encoder.Prepare(File.ReadAllBytes(file), pixels.AsSpan(i * encoder.InputLength, encoder.InputLength));
        }

        var vectors = new float[count * encoder.Identity.Dimension];
        encoder.Encode(pixels, count, vectors);
        golden.AssertEmbeddings("image_embeds", vectors, "through image files");
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Layouts))]
    public void Prompts_give_the_reference_text_embeddings(string area, string name, string layout)
    {
        var golden = new Golden(area, name);
        var folder = Path.Combine(golden.Folder, layout);
        using var encoder = EncoderCatalog.Open(folder);
        Assert.Equal(File.Exists(Path.Combine(folder, "vocab.json")), encoder.HasText);
        if (!encoder.HasText)
        {
            Assert.Throws<NotSupportedException>(() => encoder.EncodeText(["a cat"]));
            return;
        }

        var prompts = JsonDocument
            .Parse(File.ReadAllText(Path.Combine(golden.Folder, "prompts.json")))
            .RootElement.GetProperty("prompts")
            .EnumerateArray()
            .Select(prompt => prompt.GetString()!)
            .ToList();
        golden.AssertEmbeddings("text_embeds", encoder.EncodeText(prompts).SelectMany(v => v).ToArray());

        // One at a time and in another order: the same vectors to the bit.
        var all = encoder.EncodeText(prompts);
        for (var i = 0; i < prompts.Count; i++)
        {
            Assert.Equal(all[i], encoder.EncodeText([prompts[i]])[0]);
        }

        Assert.Equal(all.Reverse(), encoder.EncodeText([.. prompts.AsEnumerable().Reverse()]));
    }

    [Theory]
    [InlineData("float16", "fp32 (weights fp16)")]
    [InlineData("bfloat16", "fp32 (weights bf16)")]
    public void Half_precision_weights_enter_as_they_are_rounded(string type, string precision)
    {
        foreach (var row in Fixtures.Cases("clip"))
        {
            var golden = new Golden("clip", row.Data);
            if (!golden.HasInput("pixel_values"))
            {
                continue;
            }

            var rounded = TinyModels.Copy(
                Path.Combine(golden.Folder, "model"),
                v => type == "float16" ? (float)(Half)v : TinyModels.RoundToBFloat16(v)
            );
            var stored = TinyModels.Copy(Path.Combine(golden.Folder, "model"), v => v, type);
            using var expected = EncoderCatalog.Open(rounded);
            using var actual = EncoderCatalog.Open(stored);
            var count = (int)golden.InputShape("pixel_values")[0];
            var (want, got) = (
                new float[count * expected.Identity.Dimension],
                new float[count * actual.Identity.Dimension]
            );
            expected.Encode(golden.Input("pixel_values"), count, want);
            actual.Encode(golden.Input("pixel_values"), count, got);
            Assert.Equal(want, got);
            Assert.Equal(precision, actual.Identity.Precision);
            Assert.NotEqual(expected.Identity.Key, actual.Identity.Key);
        }
    }
}
