using Semblance.Cli.Terminal;

namespace Semblance.Cli.Tests.Terminal;

public sealed class RemedyTextTests
{
    public static IEnumerable<TheoryDataRow<RemedyKind>> Kinds =>
        Enum.GetValues<RemedyKind>().Select(kind => new TheoryDataRow<RemedyKind>(kind));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_kind_names_an_option_in_a_sentence(RemedyKind kind) =>
        Assert.Matches(@"^ [A-Z].* (--[a-z-]+|`semblance ).*\.$", RemedyText.Of([new Remedy(kind)]));

    [Fact]
    public void A_fault_without_remedies_gets_no_sentence() => Assert.Equal("", RemedyText.Of([]));

    [Fact]
    public void Remedies_of_one_kind_are_one_command_line_and_other_kinds_are_alternatives() =>
        Assert.Equal(
            " Strip suffixes that differ with --strip-suffix \"a=in oil\" --strip-suffix \"b=in ink\", or leave out prompts that not every model has with --allow-unmatched.",
            RemedyText.Of([
                new Remedy(RemedyKind.StripSuffix, "a=in oil"),
                new Remedy(RemedyKind.StripSuffix, "b=in ink"),
                new Remedy(RemedyKind.AllowUnmatched),
            ])
        );

    [Fact]
    public void What_a_shell_would_expand_is_escaped() =>
        Assert.Equal(
            " Strip suffixes that differ with --strip-suffix \"LoRA=by \\$ \\\"me\\\"\".",
            RemedyText.Of([new Remedy(RemedyKind.StripSuffix, "LoRA=by $ \"me\"")])
        );

    [Fact]
    public void A_plain_name_needs_no_quotes() =>
        Assert.EndsWith("--model sdxl-1.0.", RemedyText.Of([new Remedy(RemedyKind.ChooseModel, "sdxl-1.0")]));
}
