using Semblance.Cli.Terminal;

namespace Semblance.Cli.Tests.Terminal;

/// <summary>What is said where results cannot be written: the name that was given, and no temporary one.</summary>
public sealed class ResultOutputTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_folder_that_is_not_there_is_named_without_a_temporary_file() =>
        Assert.Equal(
            $"{folder.At("no", "x.xml")} cannot be written: its folder does not exist.",
            Said(folder.At("no", "x.xml"))
        );

    [Fact]
    public void A_file_in_the_place_of_a_folder_is_named()
    {
        folder.Write("", "file");
        Assert.Equal(
            $"{folder.At("file", "x.xml")} cannot be written: {folder.At("file")} is a file, not a folder.",
            Said(folder.At("file", "x.xml"))
        );
    }

    [Fact]
    public void A_full_disk_is_said_once()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "There is no /dev/full here.");
        Assert.Equal("/dev/full cannot be written: no space is left.", Said("/dev/full"));
    }

    private static string Said(string path) =>
        Assert.Throws<ResourceException>(() => ResultOutput.ToFile([1], path)).Message;
}
