using System.Diagnostics;

namespace Semblance.Models.Tests.Hub.Pulling;

/// <summary>A file system of its own, small, in memory; the test is skipped where mounting is not allowed.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private SmallDisk() => Path = System.IO.Path.Combine(_folder.Path, "disk");

    public string Path { get; }

    public static SmallDisk Mount(string options)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Small file systems are mounted on Linux only.");
        var disk = new SmallDisk();
        Directory.CreateDirectory(disk.Path);
        if (!Run("mount", "-t", "tmpfs", "-o", options, "tmpfs", disk.Path))
        {
            disk._folder.Dispose();
            Assert.Skip("Mounting a small file system is not allowed here.");
        }

        return disk;
    }

    public void Resize(string size) =>
        Assert.True(Run("mount", "-o", $"remount,size={size}", Path), "the disk was not resized");

    public void Dispose()
    {
        Run("umount", "-l", Path);
        _folder.Dispose();
    }

    private static bool Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo(program, arguments)
                {
                    UseShellExecute = false,
                    RedirectStandardError = true,
                    RedirectStandardOutput = true,
                }
            )!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
