using System.Xml.Linq;
using AngleSharp.Html.Parser;
using CsCheck;
using Semblance.Reports.Content;
using Semblance.Text;

namespace Semblance.Reports.Tests;

/// <summary>Nothing in a prompt, model or file name ever becomes markup or code.</summary>
public sealed class HostileTextTests
{
    private static readonly string[] Hostile =
    [
        "<script>alert(1)</script>",
        "</script><script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "' onmouseover='alert(1)",
        "</title><svg onload=alert(1)>",
        "</style><style>*{display:none}</style>",
        "javascript:alert(1)",
        "]]><!--",
        "{{7*7}} ${7*7} <%= 7 %>",
        "\u202egnihtyna\u202c \u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627",
        "\ud83e\udd8a\u200d\ud83d\udd25 zalgo \u0301\u0302\u0303\u0304",
        "tab\tline\nreturn\r end",
        "null \0 bell \u0007",
        new string('x', 10_000),
        "&lt;already&gt; &amp;",
    ];

    [Fact]
    public void Hostile_prompts_are_text_on_the_page()
    {
        var page = Contents.PageOf(Contents.Of(["<b>one</b>", "two\" onclick=\"x"], Hostile));
        AssertHarmless(page, ["<b>one</b>", "two\" onclick=\"x"]);
        var shown = new HtmlParser().ParseDocument(page).QuerySelectorAll("#prompts tbody th").Length;
        Assert.Equal(Hostile.Length, shown);
    }

    [Fact]
    public void An_empty_prompt_is_called_so()
    {
        var content = Contents.Of(["a", "b"], Contents.Prompts(3));
        var page = Contents.PageOf(
            content with
            {
                Prompts = [content.Prompts[0] with { Prompt = " " }, .. content.Prompts.Skip(1)],
            }
        );
        Assert.Contains("(empty prompt)", page, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("speed", "slow")]
    public void Any_text_is_harmless() =>
        Gen.Select(Gen.String[1, 40], Gen.String[1, 40], Gen.Int[0, Hostile.Length - 1].Select(i => Hostile[i]))
            .Sample(
                texts =>
                {
                    var (one, two, three) = texts;
                    string[] prompts = [.. new[] { one, two, three, "plain" }.Where(text => text.Trim().Length > 0)];
                    if (prompts.Select(Prompts.PromptKey.Of).Distinct().Count() != prompts.Length)
                    {
                        return;
                    }

                    AssertHarmless(Contents.PageOf(Contents.Of(["a", "b" + one.Trim()], prompts)), []);
                },
                iter: 15
            );

    [Fact]
    public void Hostile_prompts_make_figures_that_are_xml()
    {
        var content = Contents.Of(["<b>one</b>", "]]>"], Hostile);
        var made = FigureFiles.Of(
            content,
            new FigureOptions { Formats = [FigureFormat.Svg] },
            TestContext.Current.CancellationToken
        );
        foreach (var file in made.Files.Where(file => file.Name.EndsWith(".svg", StringComparison.Ordinal)))
        {
            var document = XDocument.Parse(System.Text.Encoding.UTF8.GetString(file.Bytes));
            Assert.DoesNotContain(document.Descendants(), element => element.Name.LocalName == "script");
        }
    }

    private static void AssertHarmless(string page, string[] models)
    {
        var document = new HtmlParser().ParseDocument(page);
        Assert.Single(document.QuerySelectorAll("script"));
        Assert.Single(document.QuerySelectorAll("style"));
        Assert.Empty(document.QuerySelectorAll("img, iframe, object, embed, link, base, form"));
        foreach (var element in document.All)
        {
            Assert.DoesNotContain(
                element.Attributes,
                attribute => attribute.Name.StartsWith("on", StringComparison.OrdinalIgnoreCase)
            );
            if (element.GetAttribute("href") is { } target)
            {
                Assert.True(
                    target.StartsWith('#') || target.StartsWith("data:", StringComparison.Ordinal),
                    $"a link to {target}"
                );
            }
        }

        Assert.All(models, model => Assert.Contains(model, document.Body!.TextContent, StringComparison.Ordinal));
    }
}
