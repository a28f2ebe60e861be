using Semblance.Models.Encoders;

namespace Semblance.Models.Tests.Encoders;

public sealed class EncoderNameTests
{
    [Theory]
    [InlineData("/a/vit32", "vit32")]
    [InlineData("/a/vit32/model", "vit32/model")]
    [InlineData("/a/vit32/model/", "vit32/model")]
    [InlineData("/a/vit32/weights/model.safetensors", "vit32/weights/model.safetensors")]
    [InlineData("/a/vit32/mine.safetensors", "mine.safetensors")]
    [InlineData("/c/models--openai--clip/snapshots/0123abc", "openai/clip")]
    [InlineData("/model", "model")]
    public void A_name_that_says_nothing_is_told_with_the_folder_above_it(string path, string name)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Paths of another form.");
        Assert.Equal(name, EncoderName.Of(path));
    }
}
