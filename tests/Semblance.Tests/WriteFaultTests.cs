namespace Semblance.Tests;

/// <summary>Why something cannot be written, and what is advised.</summary>
public sealed class WriteFaultTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("semblance-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(28, "no space is left. Make room. Go elsewhere.")]
    [InlineData(122, "your disk quota is used up. Make room. Go elsewhere.")]
    [InlineData(30, "the file system is read-only. Go elsewhere.")]
    [InlineData(5, "Input/output error. Go elsewhere.")]
    public void The_system_s_number_decides(int error, string says)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The numbers are those of Linux.");
        var path = Path.Combine(folder, "x");
        var fault = new IOException($"Input/output error : '{path}.tmp'", error);

        Assert.Equal(
            $"{path} cannot be written: {says}",
            ResourceException.Unwritten(path, fault, "Go elsewhere.").Message
        );
    }

    [Fact]
    public void Permission_is_asked_for() =>
        Assert.Equal(
            $"The folder {folder}/x cannot be made: permission is denied. Make that place writable. Go elsewhere.",
            ResourceException.Unmade($"{folder}/x", new UnauthorizedAccessException(), "Go elsewhere.").Message
        );

    [Fact]
    public void What_is_in_the_way_comes_before_what_the_system_says()
    {
        var file = Path.Combine(folder, "file");
        var below = Path.Combine(file, "x");
        File.WriteAllText(file, "");

        Assert.Equal(
            $"{below} cannot be written: {file} is a file, not a folder. Move that file away. Go elsewhere.",
            ResourceException.Unwritten(below, new UnauthorizedAccessException(), "Go elsewhere.").Message
        );
        Assert.Equal(
            $"{folder} cannot be written: a folder of that name is in the way. Move that folder away. Go elsewhere.",
            ResourceException.Unwritten(folder, new UnauthorizedAccessException(), "Go elsewhere.").Message
        );
    }

    [Fact]
    public void Nothing_is_advised_where_nothing_else_can_be_done() =>
        Assert.Equal(
            "Standard output cannot be written: permission is denied.",
            ResourceException.Unwritten("Standard output", new UnauthorizedAccessException()).Message
        );
}
