using Semblance.Studies.Generating;

namespace Semblance.Studies.Tests.Generating;

public sealed class GenerationNeedsTests
{
    private static readonly string Nowhere = Path.Combine(Path.GetTempPath(), "no", "such", "folder");

    [Theory]
    [InlineData(0, long.MaxValue, "of disk", RemedyKind.OtherRunFolder)]
    [InlineData(long.MaxValue, 0, "of memory", RemedyKind.DecodeInTiles)]
    public void What_is_too_much_for_the_machine_is_found_before(long memory, long disk, string says, RemedyKind helps)
    {
        var fault = Assert.Throws<ResourceException>(() => new GenerationNeeds(memory, disk).Check("model", Nowhere));
        Assert.Contains(says, fault.Message, StringComparison.Ordinal);
        Assert.Equal([helps, RemedyKind.Force], fault.Remedies.Select(remedy => remedy.Kind));
    }

    [Fact]
    public void What_fits_passes() => new GenerationNeeds(1, 1).Check("model", Nowhere);
}
