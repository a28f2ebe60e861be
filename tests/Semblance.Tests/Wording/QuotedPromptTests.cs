using Semblance.Wording;

namespace Semblance.Tests.Wording;

public sealed class QuotedPromptTests
{
    [Theory]
    [InlineData("a cat", "\"a cat\"")]
    [InlineData("a \"cat", "\"a \\\"cat\"")]
    [InlineData("", "\"\"")]
    public void The_end_of_a_prompt_is_seen_also_where_it_holds_quotes(string prompt, string shown) =>
        Assert.Equal(shown, QuotedPrompt.Of(prompt));
}
