using Semblance.Reports.Content;
using Semblance.Statistics;
using Semblance.Studies.Running;

namespace Semblance.Studies.Tests.Running;

public sealed class SettingChoiceTests
{
    // Consistency rises with guidance, alignment has its best at 5.
    private static readonly ModelContent[] Settings =
    [
        Setting("3", 70, 26.0),
        Setting("5", 75, 27.0),
        Setting("7", 80, 26.6),
        Setting("12", 90, 25.0),
    ];

    [Theory]
    [InlineData(0, "5")]
    [InlineData(0.5, "7")]
    [InlineData(3, "12")]
    public void The_most_consistent_setting_is_picked_that_loses_no_more_alignment(double loss, string picked) =>
        Assert.Equal(picked, SettingChoice.Pick(Settings, loss)!.Name);

    private static ModelContent Setting(string name, double consistency, double alignment) =>
        new(
            name,
            new Estimate(consistency, consistency - 1, consistency + 1, 0.95, "test"),
            consistency,
            1,
            null,
            alignment
        );
}
