using System.Text.Json.Serialization;
using Semblance.Imaging;
using Semblance.Imaging.Formats;

namespace Semblance.Remote;

/// <summary>What a seed is worth on a server, as three images show it.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SeedWorth>))]
public enum SeedWorth
{
    /// <summary>The same seed gives the same pixels, and another seed others.</summary>
    Exact,

    /// <summary>The same seed gives nearly the same image.</summary>
    Near,

    /// <summary>The same seed gives images as different as two seeds do.</summary>
    Ignored,

    /// <summary>Another seed gives the same image: all images of a prompt would be one.</summary>
    Constant,

    /// <summary>The server has no seeds.</summary>
    None,

    /// <summary>An image of the probe did not come.</summary>
    Unknown,
}

/// <summary>What a probe of three images found.</summary>
/// <param name="Worth">Of the seed.</param>
/// <param name="SameSeed">Mean absolute difference of two images of one seed, 0 to 255.</param>
/// <param name="OtherSeed">Mean absolute difference of images of two seeds, 0 to 255.</param>
public sealed record ProbeResult(SeedWorth Worth, double SameSeed, double OtherSeed);

/// <summary>
/// Three images of one prompt: a seed, another one, and the first again. The other lies between, so that a server that keeps
/// its last image cannot answer from there.
/// </summary>
public static class SeedProbe
{
    /// <summary>Two images of one seed are near each other if they differ by less than this part of what two seeds differ by.</summary>
    private const double Near = 0.5;

    /// <summary>Makes the images, within the budget as any other.</summary>
    /// <param name="generator">Of the model.</param>
    /// <param name="one">What is asked for twice.</param>
    /// <param name="other">The same with another seed.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<ProbeResult> RunAsync(
        ServerGenerator generator,
        ImageRequest one,
        ImageRequest other,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(generator);
        var first = await generator.MakeAsync(one, "probe-1", cancellationToken);
        var second = first is null ? null : await generator.MakeAsync(other, "probe-2", cancellationToken);
        var again = second is null ? null : await generator.MakeAsync(one, "probe-3", cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        return again is null
            ? new ProbeResult(SeedWorth.Unknown, 0, 0)
            : Judge(Decode(first!), Decode(second!), Decode(again));
    }

    internal static ProbeResult Judge(DecodedImage first, DecodedImage second, DecodedImage again)
    {
        (var same, var other) = (Difference(first, again), Difference(first, second));
        var worth =
            other == 0 ? SeedWorth.Constant
            : same == 0 ? SeedWorth.Exact
            : same < Near * other ? SeedWorth.Near
            : SeedWorth.Ignored;
        return new ProbeResult(worth, Math.Round(same, 4), Math.Round(other, 4));
    }

    private static DecodedImage Decode(EncodedImage image) => ImageDecoder.Decode(image.Bytes);

    /// <summary>Mean absolute difference of all samples; 255 where the images are not even of one size.</summary>
    private static double Difference(DecodedImage one, DecodedImage other)
    {
        if ((one.Width, one.Height, one.Mode) != (other.Width, other.Height, other.Mode))
        {
            return 255;
        }

        var length = one.Width * one.Height * one.BytesPerPixel;
        long sum = 0;
        for (var i = 0; i < length; i++)
        {
            sum += Math.Abs(one.Samples[i] - other.Samples[i]);
        }

        return (double)sum / length;
    }
}
