using System.Security.Cryptography;
using System.Text;
using CsCheck;
using Semblance.Text;

namespace Semblance.Tests.Text;

public class NormalizationTests
{
    /// <summary>Where characters with decompositions and marks live, and their neighbours.</summary>
    private static readonly (int From, int To)[] _ranges =
    [
        (0, 0x3400),
        (0xA000, 0xB000),
        (0xF900, 0x13000),
        (0x1D000, 0x20000),
        (0x2F800, 0x2FA20),
    ];

    /// <summary>Hashes made with Python 3.11's unicodedata (Unicode 14) over the same texts.</summary>
    [Theory]
    [InlineData(false, "790b5cf52240a8088b5ce958c7e015d12491fa8e7b2a92fe813bc5858faa48b5")]
    [InlineData(true, "a1459b5cb8d2fb4d735999d0c1b885676048f75304ecedd26a46fece25240034")]
    public void Every_character_alone_and_among_marks_is_normalised_as_Unicode_14_says(bool compatible, string sha256)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var code in _ranges.SelectMany(range => Enumerable.Range(range.From, range.To - range.From)))
        {
            var letter = new Rune(code).ToString();
            foreach (var text in new[] { letter, $"a{letter}\u0301\u0323", $"{letter}\u0327{letter}" })
            {
                var normal = compatible ? Normalization.FormKC(text) : Normalization.FormC(text);
                hash.AppendData(Encoding.UTF8.GetBytes(normal + "\n"));
            }
        }

        Assert.Equal(sha256, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    [Theory]
    [InlineData("cafe\u0301", "caf\u00e9", "caf\u00e9")]
    [InlineData("\u1100\u1161\u11a8", "\uac01", "\uac01")]
    [InlineData("\uff14\uff12", "\uff14\uff12", "42")]
    [InlineData("\ufb01ne", "\ufb01ne", "fine")]
    [InlineData("a\u0301\u0323", "\u1ea1\u0301", "\u1ea1\u0301")]
    [InlineData("\u212b", "\u00c5", "\u00c5")]
    [InlineData("\u0301a", "\u0301a", "\u0301a")]
    [InlineData("", "", "")]
    public void Known_texts_take_their_known_forms(string text, string formC, string formKC)
    {
        Assert.Equal(formC, Normalization.FormC(text));
        Assert.Equal(formKC, Normalization.FormKC(text));
    }

    [Fact]
    public void A_normal_form_is_normal() =>
        Gen.OneOf(Gen.Int[0, 0x24ff], Gen.Int[0xac00, 0xd7a3], Gen.Int[0xf900, 0xfaff], Gen.Int[0x300, 0x36f])
            .Array[0, 12]
            .Select(codes => string.Concat(codes.Select(code => new Rune(code).ToString())))
            .Sample(text =>
            {
                Assert.Equal(Normalization.FormC(text), Normalization.FormC(Normalization.FormC(text)));
                Assert.Equal(Normalization.FormKC(text), Normalization.FormKC(Normalization.FormC(text)));
            });
}
