using Semblance.Reports.Pages;
using Semblance.Text;

namespace Semblance.Reports.Tests.Pages;

public sealed class HtmlTests
{
    [Theory]
    [InlineData("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;")]
    [InlineData("\" onload='x'", "&quot; onload=&#39;x&#39;")]
    [InlineData("a & b", "a &amp; b")]
    [InlineData("\0\u0008\u0085", "\uFFFD\uFFFD\uFFFD")]
    [InlineData("🦊 kurt\u00e9 \u05d0", "🦊 kurt\u00e9 \u05d0")]
    public void A_text_in_a_hole_is_encoded(string text, string expected) =>
        Assert.Equal($"<p>{expected}</p>", Html.Of($"<p>{text}</p>").ToString());

    [Fact]
    public void Half_a_character_is_replaced() => Assert.Equal("\uFFFD", Html.Of($"{"\uD800"}").ToString());

    [Fact]
    public void Markup_in_a_hole_is_not_encoded_twice()
    {
        var inner = Html.Of($"<b>{"<"}</b>");
        Assert.Equal("<p><b>&lt;</b></p>", Html.Of($"<p>{inner}</p>").ToString());
        Assert.Equal("<p><b>&lt;</b><b>&lt;</b></p>", Html.Of($"<p>{Enumerable.Repeat(inner, 2)}</p>").ToString());
    }
}
