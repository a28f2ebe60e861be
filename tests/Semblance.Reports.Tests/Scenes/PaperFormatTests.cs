using System.Buffers.Binary;
using SkiaSharp;
using UglyToad.PdfPig;

namespace Semblance.Reports.Tests.Scenes;

/// <summary>What a journal gets: PDF with text that can be searched, PNG with text that can be seen and a stated density.</summary>
public sealed class PaperFormatTests
{
    private static readonly FigureOptions Differences = new() { Figures = ["differences"] };

    private static byte[] Made(FigureFormat format, string[]? prompts = null, int dpi = 300) =>
        FigureFiles
            .Of(
                Contents.Of(["sdxl", "pixart"], prompts ?? Contents.Prompts(6)),
                Differences with
                {
                    Formats = [format],
                    Dpi = dpi,
                },
                TestContext.Current.CancellationToken
            )
            .Files[0]
            .Bytes;

    [Fact]
    public void The_text_of_a_pdf_is_text()
    {
        using var document = PdfDocument.Open(Made(FigureFormat.Pdf));
        var page = document.GetPage(1);
        var text = string.Concat(page.Letters.Select(letter => letter.Value));
        Assert.Contains("prompt number 3", text, StringComparison.Ordinal);
        Assert.Contains("Difference in points", text, StringComparison.Ordinal);
        Assert.Contains("pixart higher", text, StringComparison.Ordinal);
        Assert.Equal(84, (double)page.Width / 72 * 25.4, 0);
    }

    [Fact]
    public void The_text_of_a_png_is_drawn()
    {
        // The same figure with other prompts differs where the prompts are written.
        using var one = SKBitmap.Decode(Made(FigureFormat.Png));
        using var other = SKBitmap.Decode(
            Made(FigureFormat.Png, [.. Contents.Prompts(6).Select(_ => _.Replace('p', 'q'))])
        );
        Assert.Equal((one.Width, one.Height), (other.Width, other.Height));
        Assert.Contains(
            Enumerable.Range(0, one.Height),
            y => Enumerable.Range(0, one.Width / 3).Any(x => one.GetPixel(x, y) != other.GetPixel(x, y))
        );
        Assert.Contains(Enumerable.Range(0, one.Height), y => one.GetPixel(one.Width - 1, y) == SKColors.White);
    }

    [Theory]
    [InlineData(300, 11811)]
    [InlineData(600, 23622)]
    public void A_png_states_its_density(int dpi, int perMetre)
    {
        var png = Made(FigureFormat.Png, dpi: dpi);
        var at = png.AsSpan().IndexOf("pHYs"u8);
        Assert.Equal(perMetre, BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at + 4)));
        Assert.Equal(1, png[at + 12]);
        Assert.Equal(Math.Round(84 / 25.4 * dpi), BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)), 1.0);
    }

    [Theory]
    [InlineData(FigureFormat.Pdf)]
    [InlineData(FigureFormat.Png)]
    [InlineData(FigureFormat.Svg)]
    public void The_same_run_gives_the_same_bytes(FigureFormat format) => Assert.Equal(Made(format), Made(format));

    [Fact]
    public void A_sign_that_the_font_lacks_is_reported()
    {
        var made = FigureFiles.Of(
            Contents.Of(["sdxl", "pixart"], ["a fox", "\u72d0\u72f8", "\ud83e\udd8a", "caf\u00e9 \u03b1\u03b2 \u0416"]),
            Differences,
            TestContext.Current.CancellationToken
        );
        var note = Assert.Single(made.Notes);
        Assert.All(
            (string[])["'\u72d0'", "'\u72f8'", "'\ud83e\udd8a'", "PNG and PDF", "'differences'"],
            part => Assert.Contains(part, note, StringComparison.Ordinal)
        );
        Assert.DoesNotContain("\u00e9", note, StringComparison.Ordinal);
    }
}
