using Semblance.Runs.Folder;

namespace Semblance.Runs.Tests.Folder;

public sealed class StaleFilesTests : IDisposable
{
    private const string Name = ".abcdefgh.xyz.tmp";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("embeddings/builtin")]
    [InlineData(".cache")]
    public void What_a_killed_process_left_is_removed_by_the_next_that_writes(string place)
    {
        var left = Old(place, Name);
        var kept = Old(place, "mine.tmp");
        new RunFolder(_folder.Path).Write(_folder.At("run.json"), "{}");
        Assert.False(File.Exists(left));
        Assert.True(File.Exists(kept));
    }

    [Fact]
    public void What_a_living_process_writes_is_not()
    {
        var young = _folder.Write("x", Name);
        var old = Old("embeddings", Name);
        using var held = new FileStream(old, FileMode.Open, FileAccess.Write, FileShare.None);
        new RunFolder(_folder.Path).Write(_folder.At("run.json"), "{}");
        Assert.True(File.Exists(young));
        Assert.True(File.Exists(old));
    }

    [Fact]
    public void Folders_that_are_links_are_left_alone()
    {
        using var other = new TemporaryFolder();
        var outside = other.Write("x", Name);
        File.SetLastWriteTimeUtc(outside, DateTime.UnixEpoch);
        Directory.CreateDirectory(_folder.At("embeddings"));
        Directory.CreateSymbolicLink(_folder.At("embeddings", "link"), other.Path);
        new RunFolder(_folder.Path).Write(_folder.At("run.json"), "{}");
        Assert.True(File.Exists(outside));
    }

    private string Old(string place, string name)
    {
        var file = _folder.Write("x", [.. place.Split('/', StringSplitOptions.RemoveEmptyEntries), name]);
        File.SetLastWriteTimeUtc(file, DateTime.UnixEpoch);
        return file;
    }
}
