using Semblance.Wording;

namespace Semblance.Tests.Wording;

public sealed class SimilarNamesTests
{
    [Fact]
    public void FewestEditsComeFirstWhateverTheCase() =>
        Assert.Equal(
            ["clip-vit-base", "clip-vit-large", "dinov2"],
            SimilarNames.Ordered("CLIP-vit-bse", ["dinov2", "clip-vit-large", "clip-vit-base"])
        );

    [Fact]
    public void NamesThatBeginWithItAndThenThoseThatContainItComeFirst() =>
        Assert.Equal(
            ["siglip-base-patch16-224", "google/siglip-base-patch16", "dinov2-base", "builtin"],
            SimilarNames.Ordered(
                "SigLIP-base",
                ["dinov2-base", "builtin", "google/siglip-base-patch16", "siglip-base-patch16-224"]
            )
        );

    [Theory]
    [InlineData("kitten", "sitting", "kitchen")]
    [InlineData("", "abc", "a")]
    public void OneEditBeatsThree(string name, string farther, string nearer) =>
        Assert.Equal([nearer, farther], SimilarNames.Ordered(name, [farther, nearer]));

    [Fact]
    public void EquallyNearNamesKeepTheOrderOfTheirLetters() =>
        Assert.Equal(["a1", "a2"], SimilarNames.Ordered("a", ["a2", "a1"]));

    [Theory]
    [InlineData("compar", " Did you mean 'compare'?")]
    [InlineData("Compare", " Did you mean 'compare'?")]
    [InlineData("comparative", "")]
    public void ANameAtMostTwoEditsAwayIsSuggested(string name, string hint) =>
        Assert.Equal(hint, SimilarNames.Hint(name, ["score", "compare"]));
}
