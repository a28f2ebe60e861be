using Semblance.Studies.Generating;

namespace Semblance.Studies.Tests.Generating;

public sealed class GenerationNeedsTests
{
    private static readonly string Nowhere = Path.Combine(Path.GetTempPath(), "no", "such", "folder");

    private static readonly long Memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    // Other programs write to the disk meanwhile: half of what is free stays free.
    private static readonly long Disk = new DriveInfo(Path.GetTempPath()).AvailableFreeSpace;

    [Fact]
    public void Memory_that_the_machine_lacks_is_found_before() =>
        Refused(new GenerationNeeds(Memory + 1, 1), "of memory", RemedyKind.DecodeInTiles);

    [Fact]
    public void Disk_that_the_run_folder_lacks_is_found_before() =>
        Refused(new GenerationNeeds(1, 2 * Disk), "of disk", RemedyKind.OtherRunFolder);

    [Fact]
    public void What_fits_passes() => new GenerationNeeds(Memory, Disk / 2).Check("model", Nowhere);

    private static void Refused(GenerationNeeds needs, string says, RemedyKind helps)
    {
        var fault = Assert.Throws<ResourceException>(() => needs.Check("model", Nowhere));
        Assert.Contains(says, fault.Message, StringComparison.Ordinal);
        Assert.Equal([helps, RemedyKind.Force], fault.Remedies.Select(remedy => remedy.Kind));
    }
}
