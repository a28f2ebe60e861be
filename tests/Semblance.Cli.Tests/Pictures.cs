using Semblance.Imaging.Formats;

namespace Semblance.Cli.Tests;

/// <summary>Small image files.</summary>
internal static class Pictures
{
    /// <summary>Writes a PNG whose colours depend on the seed: coarse random blocks.</summary>
    public static string Write(int seed, params string[] path)
    {
        const int Size = 64;
        var random = new Random(seed);
        var blocks = new byte[8 * 8 * 3];
        random.NextBytes(blocks);
        var pixels = new byte[Size * Size * 3];
        for (var i = 0; i < pixels.Length; i++)
        {
            var x = i / 3 % Size;
            var y = i / 3 / Size;
            pixels[i] = blocks[(((y / 8 * 8) + (x / 8)) * 3) + (i % 3)];
        }

        var file = Path.Combine(path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, PngWriter.Write(pixels, Size, Size));
        return file;
    }
}
