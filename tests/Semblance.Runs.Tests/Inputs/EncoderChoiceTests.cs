using Semblance.Runs.Inputs;

namespace Semblance.Runs.Tests.Inputs;

public sealed class EncoderChoiceTests
{
    /// <summary>The words that score took choose its scores; older runs hold the last folder's name alone.</summary>
    [Theory]
    [InlineData("vit32/model", "clip/vit32/model")]
    [InlineData("vit32/model", "clip/vit32/model/")]
    [InlineData("model", "clip/vit32/model")]
    [InlineData("vit32/model", "vit32/model")]
    [InlineData("mine", "networks/mine.onnx")]
    public void An_encoder_is_chosen_by_the_path_that_it_was_given_by(string name, string wanted) =>
        Assert.Single(EncoderChoice.Of([Row(name), Row("other")], wanted, ["x"]));

    [Theory]
    [InlineData("clip/vit16/model")]
    [InlineData("32/model")]
    [InlineData("clip/vit32")]
    public void Another_path_is_refused(string wanted) =>
        Assert.Throws<UsageException>(() => EncoderChoice.Of([Row("vit32/model")], wanted, ["x"]));

    private static ScoreRow Row(string encoder) => new("m", "p", 50, 20, 1, encoder, EncoderKey: null, "x");
}
