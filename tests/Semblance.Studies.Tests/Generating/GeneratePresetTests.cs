using Semblance.Studies.Generating;

namespace Semblance.Studies.Tests.Generating;

public sealed class GeneratePresetTests
{
    [Theory]
    [InlineData("sdxl-turbo", 1, 0f)]
    [InlineData("stabilityai/sdxl-turbo", 1, 0f)]
    [InlineData("stabilityai/sdxl-turbo@main", 1, 0f)]
    [InlineData("sdxl", 20, null)]
    [InlineData("some/folder", 20, null)]
    [InlineData(null, 20, null)]
    public void A_known_model_of_few_steps_has_the_steps_and_guidance_of_its_card(
        string? model,
        int steps,
        float? guidance
    )
    {
        var preset = GeneratePreset.OfModel(model);
        Assert.Equal((steps, guidance, null), (preset.Steps, preset.Guidance, preset.Model));
    }

    [Fact]
    public void A_preset_keeps_its_own_steps() => Assert.Equal(20, GeneratePreset.Of("paper-sdxl").Steps);
}
