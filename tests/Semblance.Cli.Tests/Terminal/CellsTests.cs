using Semblance.Cli.Commands;
using Semblance.Cli.Terminal;

namespace Semblance.Cli.Tests.Terminal;

public sealed class CellsTests
{
    [Theory]
    [InlineData(0, 80)]
    [InlineData(1, 80)]
    [InlineData(-1, 80)]
    [InlineData(52, 52)]
    public void A_terminal_that_knows_no_width_has_80_columns(int reported, int width) =>
        Assert.Equal(width, Surface.Usable(reported));

    [Fact]
    public void Messages_are_broken_at_spaces_and_what_goes_on_is_set_in()
    {
        const string message =
            "semblance: error: 2 of 3 images cannot be used:\n  a.png: is empty, or no regular file\nMend it.";
        Assert.Equal(message, Messages.Wrapped(message, null));
        Assert.Equal(
            """
            semblance: error: 2 of
              3 images cannot be
              used:
              a.png: is empty, or
                no regular file
            Mend it.
            """,
            Messages.Wrapped(message, 24)
        );
        Assert.Equal("exactly ten", Messages.Wrapped("exactly ten", 11));
        Assert.Equal("a-path-that-nobody-may-break", Messages.Wrapped("a-path-that-nobody-may-break", 10));
    }

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
                var cut = Cells.Cut(text, width, "...");
                Assert.InRange(Cells.Width(cut), 0, width);
                Assert.True(cut == text || text.StartsWith(cut[..^3], StringComparison.Ordinal));
            }
        );

    [Theory]
    [InlineData("a red fox", 9, "a red fox")]
    [InlineData("model of May", 10, "mode...May")]
    [InlineData("model of May", 9, "mod...May")]
    [InlineData("狐狐狐狐", 7, "狐...狐")]
    [InlineData("abcdef", 4, "a...")]
    public void Cut_in_the_middle_keeps_both_ends(string text, int width, string cut) =>
        Assert.Equal(cut, Cells.CutMiddle(text, width, "..."));

    [Fact]
    public void Text_cut_in_the_middle_fits_and_begins_and_ends_like_the_text() =>
        CsCheck.Check.Sample(
            CsCheck.Gen.Select(CsCheck.Gen.String, CsCheck.Gen.Int[3, 40]),
            (text, width) =>
            {
                var cut = Cells.CutMiddle(text, width, "\u2026");
                Assert.InRange(Cells.Width(cut), 0, width);
                var at = cut.LastIndexOf('\u2026');
                Assert.True(
                    cut == text
                        || (
                            text.EndsWith(cut[(at + 1)..], StringComparison.Ordinal)
                            && text.StartsWith(cut[..at], StringComparison.Ordinal)
                        )
                );
            }
        );

    [Theory]
    [InlineData(null, "-")]
    [InlineData(0.0, "<1e-300")]
    [InlineData(4.88e-4, "4.9e-4")]
    [InlineData(0.004, "0.0040")]
    [InlineData(0.03354, "0.0335")]
    [InlineData(0.9474, "0.9474")]
    [InlineData(0.99996, ">0.9999")]
    [InlineData(1.0, "1.0000")]
    public void P_values_have_as_many_decimals_down_a_column(double? p, string shown) =>
        Assert.Equal(shown, Figures.P(p));

    [Fact]
    public void Commands_that_do_not_fit_are_broken_before_options_as_posix_shells_take_them()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Shells of Windows break lines in other ways.");
        const string Text = "semblance score \"a -- b\" --run r --encoder builtin";
        Assert.Equal(["  " + Text], Examples.Command(Text, 2, 80));
        Assert.Equal(
            ["  semblance score \"a -- b\" --run r \\", "        --encoder builtin"],
            Examples.Command("semblance score \"a -- b\" --run r --encoder builtin", 2, 40)
        );
    }

    [Fact]
    public void Examples_that_do_not_fit_are_explained_below_the_command()
    {
        const string Text =
            "Examples:\n  semblance score images/   what it does\n  semblance demo\n\nExit codes: 0 done, 1 not";
        Assert.Equal(Text, Examples.Fit(Text, 80));
        Assert.Equal(
            "Examples:\n  semblance score images/\n      what it does\n  semblance demo\n\nExit codes: 0 done, 1\nnot",
            Examples.Fit(Text, 24)
        );
    }

    [Theory]
    // The middle is enough.
    [InlineData(12, "stable-diffusion-xl", "stable-diffusion-15", "stabl...n-xl", "stabl...n-15")]
    // The ends are alike: what differs is shown, from there on.
    [InlineData(12, "a-long-name-one-of-two", "a-long-name-two-of-two", "...one-of...", "...two-of...")]
    [InlineData(8, "a-long-name-one-of-two", "a-long-name-two-of-two", "...on...", "...tw...")]
    [InlineData(12, "a-very-long-name-of-one", "a-very-long-name-of-one-e\u0301", "a-ver...-one", "a-ver...ne-e\u0301")]
    [InlineData(9, "a-very-long-name-1-of-one", "a-very-long-name-1", "a-v...one", "a-v...e-1")]
    [InlineData(12, "模型模型模型模型一号模型模型", "模型模型模型模型二号模型模型", "...一号模...", "...二号模...")]
    // Not cut within a character of several code points.
    [InlineData(9, "the-same-👩‍🚀-x-and-the-end", "the-same-👩‍🎓-x-and-the-end", "...👩‍🚀-...", "...👩‍🎓-...")]
    public void Names_that_are_cut_are_still_told_apart(
        int width,
        string one,
        string other,
        string first,
        string second
    )
    {
        var names = ShortNames.Of([one, other, one, "fox"], width, "...");
        Assert.Equal((first, second, "fox"), (names[one], names[other], names["fox"]));
        Assert.All(names.Values, name => Assert.InRange(Cells.Width(name), 0, width));
    }

    [Fact]
    public void Forty_names_that_differ_in_two_places_are_told_apart()
    {
        string[] names =
        [
            .. Enumerable.Range(0, 40).Select(i => $"org/model-{i / 10}-with-the-very-same-name-{i % 10}-and-end"),
        ];
        var shortened = ShortNames.Of(names, 12, "~");
        Assert.Equal(40, shortened.Values.Distinct().Count());
        Assert.All(shortened.Values, name => Assert.InRange(Cells.Width(name), 0, 12));
    }
}
