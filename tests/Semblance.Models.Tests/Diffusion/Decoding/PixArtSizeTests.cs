using System.Text.Json;
using CsCheck;
using Semblance.Models.Diffusion.Decoding;
using Semblance.Models.Diffusion.Pipelines;

namespace Semblance.Models.Tests.Diffusion.Decoding;

/// <summary>The sizes at which PixArt makes pictures, and the way from there to what was asked for.</summary>
public sealed class PixArtSizeTests
{
    [Fact]
    public void Bins_are_those_of_the_reference()
    {
        using var json = Read("bins.json");
        foreach (var table in json.RootElement.EnumerateObject())
        {
            Assert.Equal(
                table.Value.EnumerateArray().Select(row => (row[1].GetInt32(), row[2].GetInt32())),
                AspectBins.Of(int.Parse(table.Name) / 8)
            );
        }

        Assert.Null(AspectBins.Of(96));
    }

    [Fact]
    public void The_nearest_bin_is_that_of_the_reference()
    {
        using var json = Read("case.json");
        foreach (var row in json.RootElement.GetProperty("cases").EnumerateArray())
        {
            var (height, width) = (row.GetProperty("height").GetInt32(), row.GetProperty("width").GetInt32());
            foreach (var table in row.EnumerateObject().Where(p => p.Value.ValueKind == JsonValueKind.Array))
            {
                Assert.Equal(
                    (table.Value[0].GetInt32(), table.Value[1].GetInt32()),
                    AspectBins.Nearest(AspectBins.Of(int.Parse(table.Name) / 8)!, height, width)
                );
            }
        }
    }

    [Fact]
    public void Resizing_and_cropping_gives_what_the_reference_gives()
    {
        Assert.SkipUnless(File.Exists(Fixtures.At("pixart", "resize-and-crop", "case.json")), "No PixArt fixtures.");
        var golden = new DiffusionCase("pixart", "resize-and-crop");
        foreach (var row in golden.Settings.GetProperty("cases").EnumerateArray())
        {
            int Number(string key) => row.GetProperty(key).GetInt32();
            var name = row.GetProperty("name").GetString()!;
            var (height, width) = (Number("new_height"), Number("new_width"));
            var result = ResizeAndCrop
                .Apply(new Planes(golden.Input(name), 3, Number("height"), Number("width")), height, width)
                .Values;
            Assert.Equal(3 * height * width, result.Length);
            if (!row.GetProperty("reference_defect").GetBoolean())
            {
                golden.AssertClose(name, result, golden.Tolerance("absolute"));
            }
        }
    }

    /// <summary>Bilinear interpolation keeps a plane a plane away from the edges, and cropping keeps its middle in the middle.</summary>
    [Fact]
    public void A_slope_stays_a_slope_around_the_same_middle() =>
        Gen.Select(Gen.Int[4, 40], Gen.Int[4, 40], Gen.Int[2, 60], Gen.Int[2, 60])
            .Sample(
                (height, width, newHeight, newWidth) =>
                {
                    var image = new float[height * width];
                    for (var i = 0; i < image.Length; i++)
                    {
                        image[i] = (i % width) - ((width - 1) / 2f);
                    }

                    var result = ResizeAndCrop.Apply(new Planes(image, 1, height, width), newHeight, newWidth).Values;
                    Assert.Equal(newHeight * newWidth, result.Length);
                    var row = result.AsSpan(newHeight / 2 * newWidth, newWidth);
                    for (var i = 1; i < row.Length; i++)
                    {
                        Assert.True(row[i] >= row[i - 1] - 1e-5);
                    }
                    // Off the middle by no more than the half pixel that an odd margin leaves.
                    Assert.InRange(Math.Abs(row[0] + row[^1]), 0, 1.01f * Math.Max(1, (float)width / newWidth));
                }
            );

    private static JsonDocument Read(string file)
    {
        var path = Fixtures.At("pixart", "aspect-bins", file);
        Assert.SkipUnless(File.Exists(path), "No PixArt fixtures.");
        return JsonDocument.Parse(File.ReadAllText(path));
    }
}
