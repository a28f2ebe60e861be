using Semblance.Wording;

namespace Semblance.Tests.Wording;

public sealed class NearestNamesTests
{
    [Fact]
    public void FewestEditsComeFirstWhateverTheCase() =>
        Assert.Equal(
            ["clip-vit-base", "clip-vit-large", "dinov2"],
            NearestNames.Of("CLIP-vit-bse", ["dinov2", "clip-vit-large", "clip-vit-base"])
        );

    [Fact]
    public void NamesThatBeginWithItAndThenThoseThatContainItComeFirst() =>
        Assert.Equal(
            ["siglip-base-patch16-224", "google/siglip-base-patch16", "dinov2-base", "builtin"],
            NearestNames.Of(
                "SigLIP-base",
                ["dinov2-base", "builtin", "google/siglip-base-patch16", "siglip-base-patch16-224"]
            )
        );

    [Theory]
    [InlineData("kitten", "sitting", "kitchen")]
    [InlineData("", "abc", "a")]
    public void OneEditBeatsThree(string name, string farther, string nearer) =>
        Assert.Equal([nearer, farther], NearestNames.Of(name, [farther, nearer]));

    [Fact]
    public void EquallyNearNamesKeepTheOrderOfTheirLetters() =>
        Assert.Equal(["a1", "a2"], NearestNames.Of("a", ["a2", "a1"]));
}
