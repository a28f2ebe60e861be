using System.Diagnostics;
using System.Net.Sockets;

namespace Semblance.Tests;

public sealed class RegularFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_pipe_is_not_waited_for()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such pipes.");
        var pipe = _folder.At("pipe.json");
        Process.Start("mkfifo", pipe).WaitForExit();
        File.CreateSymbolicLink(_folder.At("link.json"), pipe);
        Refused("it is a pipe", pipe);
        Refused("it is a pipe", _folder.At("link.json"));
    }

    [Fact]
    public void A_socket_is_none()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux says what it is.");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(_folder.At("s")));
        Refused("it is a socket", _folder.At("s"));
    }

    [Theory]
    [InlineData("/dev/zero", "it is a device")]
    [InlineData("/dev/null", "it is a device")]
    [InlineData("/tmp", "it is a folder")]
    public void Devices_and_folders_are_none(string path, string said)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux says what it is.");
        Refused(said, path);
        File.CreateSymbolicLink(_folder.At("link"), path);
        Refused(said, _folder.At("link"));
    }

    [Fact]
    public void No_more_is_read_than_its_kind_may_have()
    {
        var file = _folder.Write("12345", "five");
        Assert.Equal(5, RegularFile.ReadAllBytes(file, 5).Length);
        Assert.Equal("12345", RegularFile.ReadAllText(file, 5));
        Refused("it has 5 bytes, where a file of its kind may have 4", file, most: 4);
    }

    [Fact]
    public void An_empty_file_is_one() => Assert.Empty(RegularFile.ReadAllBytes(_folder.Write("", "empty"), 10));

    [Fact]
    public void What_is_not_there_is_not_found() =>
        Assert.Throws<FileNotFoundException>(() => RegularFile.OpenRead(_folder.At("none")));

    [Fact]
    public void Links_that_lead_in_a_circle_end()
    {
        File.CreateSymbolicLink(_folder.At("a"), _folder.At("b"));
        File.CreateSymbolicLink(_folder.At("b"), _folder.At("a"));
        Assert.True(FileFault.IsOne(Record.Exception(() => RegularFile.OpenRead(_folder.At("a")))!));
    }

    [Theory]
    [InlineData("", new string[0])]
    [InlineData("a", new[] { "a" })]
    [InlineData("a\r\nb\n\nc\n", new[] { "a", "b", "", "c" })]
    public void Lines(string text, string[] lines) =>
        Assert.Equal(lines, RegularFile.ReadLines(_folder.Write(text, "lines"), 100));

    [Fact]
    public void A_line_that_never_ends_is_refused()
    {
        var file = _folder.Write($"a\n{new string('x', 5000)}\n{new string('x', 3 << 20)}", "lines");
        var read = new List<string>();
        var error = Assert.Throws<IrregularFileException>(() => read.AddRange(RegularFile.ReadLines(file, 10 << 20)));
        Assert.Contains("a line of more than 1048576 characters", error.Message, StringComparison.Ordinal);
    }

    private static void Refused(string said, string path, long most = 100)
    {
        foreach (
            var open in (Action[])
                [
                    () => RegularFile.OpenRead(path, most),
                    () => RegularFile.ReadAllBytes(path, most),
                    () => RegularFile.ReadAllText(path, most),
                    () => RegularFile.Check(path, most),
                ]
        )
        {
            var error = Assert.Throws<IrregularFileException>(open);
            Assert.StartsWith(said, error.Message, StringComparison.Ordinal);
            Assert.Equal(path, error.Path);
        }
    }
}
