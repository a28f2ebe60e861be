using System.Text.Json;
using CsCheck;
using Semblance.Models.Diffusion.Captions;

namespace Semblance.Models.Tests.Diffusion.Captions;

public sealed class CaptionCleaningTests
{
    public static IEnumerable<TheoryDataRow<string>> Cases =>
        Directory.Exists(Fixtures.At("tokenizers"))
            ? Fixtures
                .Cases("tokenizers")
                .Where(row => File.Exists(Fixtures.At("tokenizers", row.Data, "captions.json")))
            : [];

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Cases))]
    public void Every_caption_becomes_what_the_reference_makes_of_it(string name)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(Fixtures.At("tokenizers", name, "captions.json")));
        var wrong = new List<string>();
        foreach (var row in json.RootElement.GetProperty("captions").EnumerateArray())
        {
            string Text(string key) => row.GetProperty(key).GetString()!;
            foreach (
                var (kind, actual) in new[]
                {
                    ("clean", CaptionCleaning.Clean(Text("text"))),
                    ("plain", CaptionCleaning.Plain(Text("text"))),
                }
            )
            {
                if (actual != Text(kind))
                {
                    wrong.Add($"{kind}: {Escaped(Text("text"))} -> {Escaped(actual)}, not {Escaped(Text(kind))}");
                }
            }
        }

        Assert.Empty(wrong);
    }

    [Theory]
    [Trait("speed", "slow")]
    [InlineData("<!--")]
    [InlineData("<a")]
    [InlineData("<a b='")]
    [InlineData("</")]
    [InlineData("&amp;<")]
    [InlineData("<!-- >")]
    [InlineData("a.")]
    [InlineData("-")]
    [InlineData("1x")]
    [InlineData("a1")]
    public void Prompts_of_50_kB_that_repeat_one_thing_are_cleaned_or_refused_in_seconds(string part)
    {
        var text = string.Concat(Enumerable.Repeat(part, 50_000 / part.Length));
        var watch = System.Diagnostics.Stopwatch.StartNew();
        try
        {
            _ = CaptionCleaning.Clean(text);
        }
        catch (InputException error)
        {
            Assert.Contains("takes too long to clean", error.Message, StringComparison.Ordinal);
            Assert.True(error.Message.Length < 300);
        }

        // Two seconds on a quiet machine.
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(20));
    }

    /// <summary>.NET's engine without backtracking fails here: what a long text is first matched with, it remembers wrongly.</summary>
    [Fact]
    public void A_long_text_leaves_no_trace_in_a_pattern()
    {
        var pattern = PythonText.Pattern("[-_]+");
        Assert.Equal("-", pattern.Replace(new string('-', 60_000), "-"));
        Assert.Equal("a-b-c", pattern.Replace("a---b-c", "-"));
    }

    [Theory]
    [InlineData("a <b x='1' &amp; c", "a <b x='1' & c")]
    [InlineData("<b &amp; <c &lt; d", "<b &amp; <c < d")]
    [InlineData("<b < c &amp; d <e &amp; f", "<b < c & d <e & f")]
    [InlineData("<b </c <!-- d <? e", "<b </c <!-- d <? e")]
    [InlineData("<b<", "<b<")]
    public void Markup_that_never_ends_is_text(string html, string text) => Assert.Equal(text, HtmlText.Of(html));

    [Theory]
    [InlineData("ΟΔΥΣΣΕΥΣ ΣΑΣ.Σ Σ", "οδυσσευς σασ.ς σ")]
    [InlineData("İstanbul", "i̇stanbul")]
    [InlineData("\u001F Ǆ \u0085", "ǆ")]
    public void Lower_case_and_edges_are_those_of_Python(string text, string expected) =>
        Assert.Equal(expected, CaptionCleaning.Plain(text));

    [Theory]
    [InlineData("a%20b+c%C3%A9%2", "a b cé%2")]
    [InlineData("é%C3é%A9", "é\uFFFDé\uFFFD")]
    [InlineData("%f0%9f%98%80", "😀")]
    public void Percent_signs_are_read_as_UTF8(string text, string expected) =>
        Assert.Equal(expected, CaptionCleaning.Clean(text));

    [Theory]
    [InlineData("a&amp;b &AMP c", "a&b & c")]
    [InlineData("&notit; &notin; &noti", "¬it; ∉ ¬i")]
    [InlineData("&#65;&#x42&#128;&#0;&#xD800;&#1;", "AB€\uFFFD\uFFFD")]
    [InlineData("&nosuch; &;", "&nosuch; &;")]
    [InlineData("&ThickSpace;&fjlig;&#99999999999;", "\u205F\u200Afj\uFFFD")]
    public void References_are_read_as_Python_reads_them(string text, string expected) =>
        Assert.Equal(expected, HtmlEntities.Unescape(text));

    [Theory]
    [InlineData("a<b>b</b>c", "abc")]
    [InlineData("a<style>b</style>c<script>if (a</b>d) x</script>e", "ace")]
    [InlineData("<ruby>a<rt>b</rt></ruby><template>c<i>d</template>e", "ae")]
    [InlineData("a<!-- b > --c-->d<!doctype x>e<?php f?>g<![CDATA[h<]]>i", "adegh<i")]
    [InlineData("<template><![cdata[&lt; ] ] >b</template>c", "&lt; c")]
    [InlineData("a<!-->b--\t>c<![if d]>e</f g", "ace</f g")]
    [InlineData("<div", "<div")]
    [InlineData("a</3 &lt; b", "a</3 < b")]
    [InlineData("<!--&lt;<i>b", "<!--&lt;<i>b")]
    [InlineData("a <i x='b>&lt;</i>c", "a <i x='b><c")]
    [InlineData("<script>a", "")]
    [InlineData("1 < 2 & 3 &lt 4 &copy", "1 < 2 & 3 < 4 &copy")]
    [InlineData("a<br>b</br>c<br/>d", "abcd")]
    [InlineData("a <x y='>'>b</x z>c</>d", "a bcd")]
    [InlineData("&#150;&#x2014;&#bad;&#65", "–—&#bad;&#65")]
    [InlineData("&lt.&lt-&lt. &ltd &lt;d &ltd;", "&lt.&lt-&lt. &ltd <d &ltd")]
    [InlineData("r&b music, r&b", "r&b music, rb")]
    [InlineData("<i>a</i> \t\n <i>b</i>  <pre>  </pre>", "a\nb   ")]
    [InlineData("<table><tr><td>a</td></tr>b<select>c<title>d<e>", "abcd")]
    public void The_text_of_HTML_is_what_a_soup_has(string html, string expected) =>
        Assert.Equal(expected, HtmlText.Of(html));

    /// <summary>
    /// The one thing known to differ. html.parser gives up at <c>&amp;#</c> without a number and takes all that follows for
    /// text, <c>&lt;b&gt;</c> included.
    /// </summary>
    [Theory]
    [InlineData("a &# <b>c</b>", "a &# c")]
    [InlineData("&#12click <b>c</b>", "&#12click c")]
    public void Tags_after_a_broken_number_are_still_tags(string html, string expected) =>
        Assert.Equal(expected, HtmlText.Of(html));

    /// <summary>The examples that ftfy's own documentation gives.</summary>
    [Theory]
    [InlineData("âœ” No problems", "✔ No problems")]
    [InlineData("sÃ³", "só")]
    [InlineData("voilÃ le travail", "voilà le travail")]
    [InlineData("This â€” should be an em dash", "This — should be an em dash")]
    [InlineData("This text is sad .â\u0081”.", "This text is sad .⁔.")]
    [InlineData("not such a fan of Charlotte Brontë…”", "not such a fan of Charlotte Brontë…\"")]
    [InlineData("AHÅ™, the new sofa from IKEA®", "AHÅ™, the new sofa from IKEA®")]
    [InlineData("This text was never UTF-8 at all\u0085", "This text was never UTF-8 at all…")]
    [InlineData("Broken text&hellip; it&#x2019;s ﬂubberiﬁc!", "Broken text… it's flubberific!")]
    [InlineData("ＬＯＵＤ　ＮＯＩＳＥＳ", "LOUD NOISES")]
    [InlineData("l’humanitÃ©", "l'humanité")]
    [InlineData("Ã la mode", "à la mode")]
    [InlineData("\u001B[36;44mI'm blue\u001B[0m", "I'm blue")]
    [InlineData("&lt;tag&gt; <b> &lt;", "&lt;tag&gt; <b> &lt;")]
    public void Broken_texts_are_fixed(string text, string expected) => Assert.Equal(expected, TextRepair.Fix(text));

    [Fact]
    public void Characters_beyond_the_first_plane_are_one_letter_each()
    {
        Assert.Equal("x", CaptionCleaning.Clean("@𝐚𝐛 x"));
        Assert.Equal("y", CaptionCleaning.Clean("#𝟏𝟐 y"));
        Assert.Equal("\uE000 😀", CaptionCleaning.Clean("\uE000 😀"));
    }

    /// <summary>Whatever is typed, something comes out, in lower case and without white space at the edges or in runs.</summary>
    [Fact]
    public void Any_text_can_be_cleaned()
    {
        string[] parts =
        [
            "<",
            "</",
            "<!--",
            "<![",
            "&#",
            "&#x",
            "&amp",
            ">",
            "\"",
            " ",
            "a",
            "1",
            "%",
            "\ud83d",
            "â€",
            "é",
        ];
        var made = Gen.Int[0, parts.Length - 1]
            .Array[0, 20]
            .Select(picks => string.Concat(picks.Select(i => parts[i])));
        Gen.OneOf(Gen.String, made)
            .Sample(text =>
            {
                var clean = CaptionCleaning.Clean(text);
                return clean == PythonText.Strip(clean) && !clean.Contains("  ", StringComparison.Ordinal);
            });
    }

    private static string Escaped(string text) =>
        string.Concat(text.Select(c => c is >= ' ' and <= '~' ? c.ToString() : $"\\u{(int)c:x4}"));
}
