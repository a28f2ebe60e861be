using System.Security.Cryptography;
using System.Text;
using Semblance.Imaging.Formats;

namespace Semblance.FakeServers;

/// <summary>
/// The picture of a fake server: a plain function of model, prompt and seed, so that a test can tell which seed was used.
/// Soft blobs whose places come from the prompt and whose colours come from the seed.
/// </summary>
public static class FakePicture
{
    private const int Blobs = 6;

    /// <summary>8-bit RGB, [height, width, 3].</summary>
    public static byte[] Pixels(string model, string prompt, long seed, int width, int height)
    {
        var places = SHA256.HashData(Encoding.UTF8.GetBytes($"{model}\n{prompt}"));
        var colours = SHA256.HashData(Encoding.UTF8.GetBytes($"{model}\n{prompt}\n{seed}"));
        var pixels = new byte[width * height * 3];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                for (var channel = 0; channel < 3; channel++)
                {
                    double value = colours[30 - channel];
                    for (var blob = 0; blob < Blobs; blob++)
                    {
                        var dx = ((double)x / width) - (places[blob * 2] / 255.0);
                        var dy = ((double)y / height) - (places[(blob * 2) + 1] / 255.0);
                        var weight = Math.Max(0, 1 - (6 * ((dx * dx) + (dy * dy))));
                        value += weight * (colours[(blob * 3) + channel] - value);
                    }

                    pixels[(((y * width) + x) * 3) + channel] = (byte)Math.Clamp(value, 0, 255);
                }
            }
        }

        return pixels;
    }

    /// <summary>The picture as a PNG file.</summary>
    public static byte[] Png(string model, string prompt, long seed, int width, int height) =>
        PngWriter.Write(Pixels(model, prompt, seed, width, height), width, height);

    /// <summary>The picture as a JPEG file.</summary>
    public static byte[] Jpeg(string model, string prompt, long seed, int width, int height) =>
        JpegWriter.Write(Pixels(model, prompt, seed, width, height), width, height);

    /// <summary>A black PNG, as safety checkers give.</summary>
    public static byte[] Black(int width, int height) => PngWriter.Write(new byte[width * height * 3], width, height);
}
