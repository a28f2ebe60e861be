using Semblance.Cli.Output;

namespace Semblance.Cli.Tests;

public sealed class CellsTests
{
    [Theory]
    [InlineData(0, 80)]
    [InlineData(1, 80)]
    [InlineData(-1, 80)]
    [InlineData(52, 52)]
    public void A_terminal_that_knows_no_width_has_80_columns(int reported, int width) =>
        Assert.Equal(width, Surface.Usable(reported));

    [Theory]
    [InlineData("", 0)]
    [InlineData("fox", 3)]
    [InlineData("狐", 2)]
    [InlineData("café", 4)]
    [InlineData("cafe\u0301", 4)]
    [InlineData("🐴", 2)]
    [InlineData("👩‍🚀", 2)]
    [InlineData("❤️", 2)]
    public void Width_counts_cells(string text, int cells) => Assert.Equal(cells, Cells.Width(text));

    [Theory]
    [InlineData("a red fox", 9, "a red fox")]
    [InlineData("a red fox", 8, "a red...")]
    [InlineData("a red fox", 7, "a re...")]
    [InlineData("狐狐狐狐", 7, "狐狐...")]
    [InlineData("狐狐狐狐", 6, "狐...")]
    [InlineData("👩‍🚀👩‍🚀👩‍🚀👩‍🚀", 7, "👩‍🚀👩‍🚀...")]
    public void Cut_keeps_whole_characters(string text, int width, string cut) =>
        Assert.Equal(cut, Cells.Cut(text, width, "..."));

    [Fact]
    public void Cut_text_fits_and_begins_like_the_text() =>
        CsCheck.Check.Sample(
            CsCheck.Gen.Select(CsCheck.Gen.String, CsCheck.Gen.Int[3, 40]),
            (text, width) =>
            {
                string cut = Cells.Cut(text, width, "...");
                Assert.InRange(Cells.Width(cut), 0, width);
                Assert.True(cut == text || text.StartsWith(cut[..^3], StringComparison.Ordinal));
            }
        );
}
