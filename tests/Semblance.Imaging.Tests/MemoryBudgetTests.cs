using Semblance.Imaging.Formats;

namespace Semblance.Imaging.Tests;

public sealed class MemoryBudgetTests
{
    [Fact]
    public void An_image_that_needs_more_than_all_of_it_is_refused()
    {
        var file = Noise(64, 64);
        var error = Assert.Throws<InputException>(() =>
            ImageDecoder.Decode(file, new ImageLimits { Memory = new MemoryBudget(1000) })
        );
        Assert.Contains("decoding 64x64 pixels takes about 0 MiB", error.Message, StringComparison.Ordinal);
        Assert.Contains(error.Remedies, remedy => remedy.Kind == RemedyKind.AllowMoreMemory);
    }

    [Fact]
    public void A_size_beyond_all_numbers_is_refused()
    {
        using var share = new MemoryBudget(long.MaxValue).Begin();
        Assert.Throws<InputException>(() => share.Take(uint.MaxValue, uint.MaxValue, 64));
    }

    [Fact]
    public void Images_wait_for_one_another_and_all_are_decoded()
    {
        var file = Noise(64, 64);
        // Enough for one of them and not for two.
        var budget = new MemoryBudget(64 * 64 * 12);
        var decoding = 0;
        var most = 0;
        Parallel.For(
            0,
            40,
            new ParallelOptions { MaxDegreeOfParallelism = 8 },
            _ =>
            {
                using var share = budget.Begin();
                var image = ImageDecoder.Decode(
                    file,
                    new ImageLimits { Memory = budget },
                    length =>
                    {
                        InterlockedMax(ref most, Interlocked.Increment(ref decoding));
                        return new byte[length];
                    },
                    share
                );
                Assert.Equal(64, image.Width);
                Interlocked.Decrement(ref decoding);
            }
        );
        Assert.Equal(1, most);
    }

    [Fact]
    public void What_is_refused_later_is_given_back()
    {
        var budget = new MemoryBudget(64 * 64 * 12);
        var file = Noise(64, 64);
        for (var i = 0; i < 3; i++)
        {
            Assert.Throws<InputException>(() =>
                ImageDecoder.Decode(file.AsMemory(0, file.Length / 2), new ImageLimits { Memory = budget })
            );
        }

        Assert.Equal(64, ImageDecoder.Decode(file, new ImageLimits { Memory = budget }).Height);
    }

    [Theory]
    [InlineData("svg")]
    [InlineData("gif")]
    [InlineData("v")]
    [InlineData("csv")]
    public void Other_loaders_of_libvips_are_blocked(string kind)
    {
        // Loads the library, and sets it up.
        _ = ImageDecoder.Decode(Noise(8, 8));
        using var image = NetVips.Image.Black(4, 4);
        var folder = Directory.CreateTempSubdirectory("semblance-").FullName;
        try
        {
            var path = Path.Combine(folder, $"image.{kind}");
            if (kind is "svg")
            {
                File.WriteAllText(path, """<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"/>""");
            }
            else if (kind is "gif")
            {
                File.WriteAllBytes(
                    path,
                    Convert.FromBase64String("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
                );
            }
            else
            {
                image.WriteToFile(path);
            }

            Assert.Throws<NetVips.VipsException>(() => NetVips.Image.NewFromFile(path));
            Assert.Throws<NetVips.VipsException>(() => NetVips.Image.NewFromBuffer(File.ReadAllBytes(path)));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static byte[] Noise(int width, int height)
    {
        using var noise = NetVips.Image.Gaussnoise(width, height, seed: 1);
        using var bytes = noise.Cast(NetVips.Enums.BandFormat.Uchar);
        return bytes.Bandjoin(bytes, bytes).PngsaveBuffer();
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (var seen = most; seen < value; seen = most)
        {
            Interlocked.CompareExchange(ref most, value, seen);
        }
    }
}
