namespace Semblance.Tests;

public sealed class FolderWalkTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Links_to_the_folder_itself_are_not_followed()
    {
        _folder.Write("", "a", "file");
        foreach (var link in (string[])["one", "two", "three"])
        {
            Directory.CreateSymbolicLink(_folder.At("a", link), ".");
            Directory.CreateSymbolicLink(_folder.At("a", $"{link}-up"), "..");
        }

        Assert.Equal(["a/file"], Found(_folder.Path));
    }

    [Fact]
    public void Folders_that_link_to_each_other_end()
    {
        foreach (var (name, other) in ((string, string)[])[("a", "b"), ("b", "a")])
        {
            _folder.Write("", name, "file");
            Directory.CreateSymbolicLink(_folder.At(name, "x"), $"../{other}");
            Directory.CreateSymbolicLink(_folder.At(name, "y"), $"../{other}/./x/../{name}");
            Directory.CreateSymbolicLink(_folder.At(name, "self"), $"y/../../{name}/x");
        }

        Assert.InRange(Found(_folder.Path).Count, 2, 8);
    }

    [Fact]
    public void A_linked_folder_is_walked_once()
    {
        _folder.Write("", "data", "deep", "file");
        Directory.CreateDirectory(_folder.At("run"));
        Directory.CreateSymbolicLink(_folder.At("run", "model"), "../data");
        File.CreateSymbolicLink(_folder.At("run", "link"), "../data/deep/file");
        Assert.Equal(["run/link", "run/model/deep/file"], Found(_folder.At("run")));
        Assert.Equal(["run/link"], Found(_folder.At("run"), followLinks: false));
    }

    [Fact]
    public void What_is_not_there_has_no_files() => Assert.Empty(FolderWalk.Files(_folder.At("none")));

    private List<string> Found(string folder, bool followLinks = true) =>
        [
            .. FolderWalk
                .Files(folder, followLinks)
                .Select(file => Path.GetRelativePath(_folder.Path, file.FullName).Replace('\\', '/'))
                .Order(StringComparer.Ordinal),
        ];
}
