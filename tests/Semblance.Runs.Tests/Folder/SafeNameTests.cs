using System.Text;
using CsCheck;
using Semblance.Runs.Folder;

namespace Semblance.Runs.Tests.Folder;

public sealed class SafeNameTests
{
    [Theory]
    [InlineData("a cat")]
    [InlineData("sdxl_1.0-base")]
    [InlineData("Überraschung 猫")]
    public void Names_of_allowed_characters_stay(string text) => Assert.Equal(text, SafeName.Of(text));

    [Theory]
    // sha256("A person's eye") and so on, from sha256sum
    [InlineData("A person's eye", "A person_s eye-")]
    [InlineData("a/b:c*?\"<>|", "a_b_c______-")]
    [InlineData("cat 🐈 \"quoted\"", "cat _ _quoted_-")]
    [InlineData("ends with a dot.", "ends with a dot-")]
    [InlineData("..", "_-")]
    [InlineData(".hidden", "_hidden-")]
    [InlineData("", "_-")]
    public void Other_characters_become_underscores_and_a_hash_is_added(string text, string start)
    {
        var name = SafeName.Of(text);
        Assert.StartsWith(start, name, StringComparison.Ordinal);
        var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        Assert.Equal(start + hash[..8], name);
    }

    [Theory]
    [InlineData("CON")]
    [InlineData("nul")]
    [InlineData("com1.png")]
    [InlineData("LPT9 ")]
    public void Windows_devices_are_no_names(string text)
    {
        Assert.StartsWith($"_{text.TrimEnd()}-", SafeName.Of(text), StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_only_begins_like_a_device_stays() => Assert.Equal("console", SafeName.Of("console"));

    [Fact]
    public void A_long_prompt_is_cut_to_100_bytes_of_whole_characters()
    {
        var name = SafeName.Of(new string('é', 200));
        Assert.Equal(50, name.Count(c => c == 'é'));
        Assert.Equal(100 + 9, Encoding.UTF8.GetByteCount(name));
    }

    [Theory]
    [InlineData("a fox", "A fox")]
    [InlineData("über", "Über")]
    public void Names_that_differ_in_case_alone_are_found(string one, string other)
    {
        Assert.Equal((one, other), SafeName.CaseClash(["a cat", one, one, other]));
        Assert.Null(SafeName.CaseClash(["a cat", one, one]));
    }

    [Fact]
    public void A_text_that_looks_like_a_changed_name_does_not_take_its_place()
    {
        // sha256("a/b") begins with c14cddc0
        Assert.Equal("a_b-c14cddc0", SafeName.Of("a/b"));
        Assert.StartsWith("a_b-c14cddc0-", SafeName.Of("a_b-c14cddc0"), StringComparison.Ordinal);
        Assert.Equal("a_b-c14cddcg", SafeName.Of("a_b-c14cddcg"));
        Assert.Equal("c14cddc0", SafeName.Of("c14cddc0"));
    }

    [Fact]
    [Trait("speed", "slow")]
    public void Ten_million_names_given_as_texts_take_no_place()
    {
        for (var i = 0; i < 10_000_000; i++)
        {
            var name = SafeName.Of($"a/{i}");
            if (SafeName.Of(name) == name)
            {
                Assert.Fail(name);
            }
        }
    }

    [Fact]
    public void Texts_made_to_share_a_name_are_found()
    {
        // 32 bits are found twice among some hundred thousand texts that differ in signs alone.
        var texts = Enumerable
            .Range(0, 1 << 19)
            .Select(i => string.Concat(Enumerable.Range(0, 20).Select(bit => (i >> bit & 1) == 0 ? '/' : ':')));
        var two = SafeName.Clash(texts);
        Assert.NotNull(two);
        Assert.NotEqual(two.Value.One, two.Value.Other);
        Assert.Equal(SafeName.Of(two.Value.One), SafeName.Of(two.Value.Other));
        Assert.Null(SafeName.Clash(["a/b", "a_b-c14cddc0", "a b", "a/b"]));
    }

    [Fact]
    public void Any_text_gives_a_legal_name_and_different_texts_different_names() =>
        Gen.Select(Gen.String, Gen.String)
            .Sample(
                (a, b) =>
                {
                    var name = SafeName.Of(a);
                    Assert.NotEmpty(name);
                    Assert.InRange(Encoding.UTF8.GetByteCount(name), 1, 110);
                    Assert.DoesNotContain(name, c => c < ' ' || "/\\:*?\"<>|".Contains(c));
                    Assert.False(name.EndsWith(' ') || name.EndsWith('.') || name is "." or "..");
                    // Unpaired surrogates have one UTF-8 form only.
                    if (
                        Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(a)) == a
                        && Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(b)) == b
                    )
                    {
                        Assert.Equal(a == b, name == SafeName.Of(b));
                    }
                }
            );
}
