using System.Diagnostics;
using NetVips;
using Semblance.Imaging.Formats;
using Semblance.Models.Encoders.Preprocessing;

namespace Semblance.Bench;

/// <summary>
/// Files to 224 x 224 pixels: the exact way of this program beside libvips' own decode and own resize (not exact), one
/// thread each, turn about in one process.
/// </summary>
internal static class DecodeBenchmark
{
    public static int Run(string[] arguments)
    {
        if (arguments.Length == 0)
        {
            Console.Error.WriteLine("usage: decode IMAGE...");
            return 2;
        }

        foreach (var path in arguments)
        {
            Measure(path);
        }

        return 0;
    }

    private static void Measure(string path)
    {
        var file = File.ReadAllBytes(path);
        var recipe = PreprocessingRecipe.OpenAi();
        var image = ImageDecoder.Decode(file);
        var scale = 224.0 / Math.Min(image.Width, image.Height);
        (string Name, Action Work)[] all =
        [
            ("exact decode + resize + crop", () => Preprocessor.Pixels(file, recipe)),
            ("libvips decode + resize", () => Vips(file, scale)),
            ("exact decode, then resize + crop", () => Preprocessor.Pixels(ImageDecoder.Decode(file), recipe)),
            ("exact decode", () => ImageDecoder.Decode(file)),
            ("libvips decode", () => VipsDecode(file)),
            ("exact resize + crop", () => Preprocessor.Pixels(image, recipe)),
            ("libvips thumbnail (shrinks while it decodes)", () => Thumbnail(file)),
        ];
        var times = all.Select(_ => new List<double>()).ToArray();
        for (var round = 0; round < 120; round++)
        {
            for (var i = 0; i < all.Length; i++)
            {
                var start = Stopwatch.GetTimestamp();
                all[i].Work();
                if (round >= 20)
                {
                    times[i].Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                }
            }
        }

        Console.WriteLine(
            $"{path}: {image.Width}x{image.Height} {image.Mode}, {file.Length} bytes; lower quartile of 100 rounds"
        );
        var typical = times.Select(Quartile).ToArray();
        for (var i = 0; i < all.Length; i++)
        {
            Console.WriteLine($"  {typical[i], 8:F3} ms  {all[i].Name}");
        }

        Console.WriteLine($"  speed of the exact way, libvips' own = 1: {typical[1] / typical[0]:F2}");
    }

    // Not the median: what else the machine does only ever adds time.
    private static double Quartile(List<double> values)
    {
        values.Sort();
        return values[values.Count / 4];
    }

    private static void Vips(byte[] file, double scale)
    {
        using var image = Image.NewFromBuffer(file, access: Enums.Access.Sequential);
        using var small = image.Resize(scale, kernel: Enums.Kernel.Cubic);
        small.WriteToMemory<byte>();
    }

    private static void VipsDecode(byte[] file)
    {
        using var image = Image.NewFromBuffer(file, access: Enums.Access.Sequential);
        image.WriteToMemory<byte>();
    }

    private static void Thumbnail(byte[] file)
    {
        using var small = Image.ThumbnailBuffer(file, 224, height: 224);
        small.WriteToMemory<byte>();
    }
}
