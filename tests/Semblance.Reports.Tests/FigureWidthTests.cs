namespace Semblance.Reports.Tests;

public sealed class FigureWidthTests
{
    [Theory]
    [InlineData("84mm", 238.11)]
    [InlineData("8.4cm", 238.11)]
    [InlineData("3.5in", 252)]
    [InlineData("240pt", 240)]
    [InlineData("neurips", 396)]
    [InlineData("acm", 240.25)]
    public void A_width_is_a_length_or_a_name(string text, double points) =>
        Assert.Equal(points, FigureWidth.Parse(text), 2);

    [Theory]
    [InlineData("84", "is not a width")]
    [InlineData("wide", "is not a width")]
    [InlineData("5mm", "between 30mm and 1016mm")]
    [InlineData("-3in", "between 30mm and 1016mm")]
    [InlineData("1e9pt", "between 30mm and 1016mm")]
    [InlineData("NaNpt", "between 30mm and 1016mm")]
    [InlineData("", "is not a width")]
    public void Other_texts_are_refused(string text, string message) =>
        Assert.Contains(
            message,
            Assert.Throws<UsageException>(() => FigureWidth.Parse(text)).Message,
            StringComparison.Ordinal
        );
}
