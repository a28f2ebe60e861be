using CsCheck;
using Semblance.Runs.Formats;
using Semblance.Runs.Inputs;
using Semblance.Runs.Scoring;

namespace Semblance.Runs.Tests.Inputs;

public sealed class SpreadsheetTextTests
{
    private static readonly Gen<string> Texts = Gen.OneOf(
            Gen.Const("="),
            Gen.Const("'"),
            Gen.Const("\\"),
            Gen.Const("u001b"),
            Gen.Const("u202E"),
            Gen.Const("u000a"),
            Gen.Const("\n"),
            Gen.Const("\n ::"),
            Gen.Const("::"),
            Gen.Const("##["),
            Gen.Const("u003a"),
            Gen.Const("\u001b"),
            Gen.Const("\u202e"),
            Gen.Const("\t"),
            Gen.Const("a"),
            Gen.String
        )
        .List[0, 8]
        .Select(parts => string.Concat(parts));

    [Theory]
    [InlineData("=HYPERLINK(\"http://x\")", "'=HYPERLINK(\"http://x\")")]
    [InlineData("+1", "'+1")]
    [InlineData("-1", "'-1")]
    [InlineData("@SUM(1)", "'@SUM(1)")]
    [InlineData("\tx", "'\tx")]
    [InlineData("'=x", "''=x")]
    [InlineData("'tis", "'tis")]
    [InlineData("a=b", "a=b")]
    [InlineData("\rx", "\\u000dx")]
    [InlineData("\u001b[31mred", "\\u001b[31mred")]
    [InlineData("a\u202eb", "a\\u202eb")]
    [InlineData("a\nb", "a\nb")]
    [InlineData("x\n::error::y", "x\\u000a::error::y")]
    [InlineData("::error::y", "\\u003a:error::y")]
    [InlineData(" ::error::y", " \\u003a:error::y")]
    [InlineData("a ##[error]b", "a \\u0023#[error]b")]
    [InlineData("a::b # c", "a::b # c")]
    [InlineData("\\u001b", "\\\\u001b")]
    [InlineData("C:\\users", "C:\\users")]
    public void Text_that_is_run_or_steers_is_made_harmless(string text, string cell)
    {
        Assert.Equal(cell, SpreadsheetText.Write(text));
        Assert.Equal(text, SpreadsheetText.Read(cell));
    }

    [Fact]
    public void Every_text_is_read_back() =>
        Texts.Sample(text => SpreadsheetText.Read(SpreadsheetText.Write(text)) == text, iter: 20_000);

    [Fact]
    public void A_million_backslashes_take_no_time()
    {
        var text = new string('\\', 1 << 20);
        Assert.Equal(text, SpreadsheetText.Read(SpreadsheetText.Write(text)));
    }

    [Fact]
    public void What_score_writes_gives_the_same_prompts_back_and_numbers_stay_numbers()
    {
        using var place = new Workplace();
        string[] prompts = ["=1+1", "'=1+1", "-", "\u001b]0;t\u0007", "a\u202eb", "x\n::error::y", "plain"];
        var vectors = new EmbeddingInput(
            [.. prompts.Select(prompt => new EmbeddingSet("@m", prompt, null, new float[] { 1, 0, -1, 0.1f }, 2))],
            "x.npy",
            PromptsAreRaw: true
        );
        var csv = ScoreCsv.Of(ScoreStage.Run(vectors, new ScoreSettings()));
        Assert.DoesNotContain(csv, character => char.IsControl(character) && character is not '\n');
        Assert.DoesNotMatch("(?m)^::", csv);
        Assert.Matches(",-99\\.", csv);
        place.File("scores.csv", csv);
        var rows = ScoreTableReader.Read(place.At("scores.csv"));
        Assert.Equal(
            prompts.Order(StringComparer.Ordinal),
            rows.Select(row => row.Prompt).Order(StringComparer.Ordinal)
        );
        Assert.All(rows, row => Assert.Equal("@m", row.Model));
    }
}
