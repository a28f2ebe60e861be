using SkiaSharp;

namespace Semblance.Painters.Tests;

public sealed class ContactSheetTests
{
    private static readonly PixelImage Red = Flat(255, 0, 0, 24, 24);

    [Fact]
    public void A_sheet_decodes_and_grows_with_its_rows()
    {
        var one = Decode(ContactSheet.Draw("prompt", [Row("a", 8)]));
        var two = Decode(ContactSheet.Draw("prompt", [Row("a", 8), Row("b", 8)]));
        var taller = Decode(ContactSheet.Draw("prompt", [Row("a", 9)]));
        Assert.Equal(one.Width, two.Width);
        Assert.True(two.Height > one.Height);
        Assert.True(taller.Height > one.Height && taller.Width == one.Width);
        Assert.True(Decode(ContactSheet.Draw("prompt", [Row("a", 5)])).Width < one.Width);
    }

    [Fact]
    public void Every_picture_is_on_the_sheet_in_its_place()
    {
        using var sheet = Decode(ContactSheet.Draw("prompt", [new("a", "", [Red, Flat(0, 0, 255, 24, 24)])]));
        var red = Middle(sheet, new SKColor(255, 0, 0));
        var blue = Middle(sheet, new SKColor(0, 0, 255));
        Assert.True(red.X < blue.X);
        Assert.Equal(red.Y, blue.Y, 1.0);
    }

    [Fact]
    public void The_same_input_gives_the_same_bytes() =>
        Assert.Equal(ContactSheet.Draw("prompt", [Row("a", 3)]), ContactSheet.Draw("prompt", [Row("a", 3)]));

    [Fact]
    public void Titles_are_drawn()
    {
        var bare = ContactSheet.Draw("", [Row("", 4)]);
        Assert.NotEqual(bare, ContactSheet.Draw("fox", [Row("", 4)]));
        Assert.NotEqual(bare, ContactSheet.Draw("", [Row("fox", 4)]));
    }

    [Fact]
    public void Long_and_strange_titles_keep_the_sheet_as_it_is()
    {
        using var plain = Decode(ContactSheet.Draw("p", [Row("m", 8)]));
        using var odd = Decode(
            ContactSheet.Draw(
                new string('w', 900) + "🦊\n\ud800é",
                [new(new string('M', 300), "“±…”", Row("m", 8).Images)]
            )
        );
        Assert.Equal((plain.Width, plain.Height), (odd.Width, odd.Height));
    }

    [Fact]
    public void A_sheet_without_rows_or_pictures_is_still_a_sheet()
    {
        Assert.True(Decode(ContactSheet.Draw("p", [])).Height > 0);
        Assert.True(Decode(ContactSheet.Draw("p", [new("m", "", [])])).Height > 0);
    }

    [Fact]
    public void Pixels_that_do_not_fill_the_picture_are_refused() =>
        Assert.Throws<ArgumentException>(() => ContactSheet.Draw("p", [new("m", "", [new(2, 2, [1, 2, 3])])]));

    private static ContactRow Row(string label, int count) => new(label, "", [.. Enumerable.Repeat(Red, count)]);

    private static PixelImage Flat(byte r, byte g, byte b, int width, int height) =>
        new(width, height, [.. Enumerable.Range(0, width * height).SelectMany(_ => (byte[])[r, g, b])]);

    private static SKBitmap Decode(byte[] png)
    {
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], png[..4]);
        return SKBitmap.Decode(png);
    }

    private static (double X, double Y) Middle(SKBitmap sheet, SKColor colour)
    {
        var found = (
            from y in Enumerable.Range(0, sheet.Height)
            from x in Enumerable.Range(0, sheet.Width)
            where sheet.GetPixel(x, y) == colour
            select (x, y)
        ).ToArray();
        Assert.NotEmpty(found);
        return (found.Average(p => p.x), found.Average(p => p.y));
    }
}
