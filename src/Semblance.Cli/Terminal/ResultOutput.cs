using System.Text;

namespace Semblance.Cli.Terminal;

/// <summary>Where results go: standard output, or a file that is written whole or not at all.</summary>
internal static class ResultOutput
{
    /// <summary>Writes all of it, as UTF-8.</summary>
    /// <exception cref="ResourceException">It cannot be written. A reader that went away (a closed pipe) is not an error.</exception>
    public static void ToStandardOutput(string results)
    {
        try
        {
            if (OperatingSystem.IsWindows() && !Console.IsOutputRedirected)
            {
                Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
            }

            using var stream = Console.OpenStandardOutput();
            stream.Write(Encoding.UTF8.GetBytes(results));
            stream.Flush();
        }
        catch (Exception exception) when (FileFault.IsOne(exception))
        {
            throw ResourceException.Unwritten("Standard output", exception);
        }
    }

    /// <summary>Writes a file whole or not at all.</summary>
    /// <exception cref="ResourceException">It cannot be written.</exception>
    public static void ToFile(byte[] results, string file)
    {
        try
        {
            var path = Path.GetFullPath(file);
            if (IsDevice(path))
            {
                File.WriteAllBytes(path, results);
                return;
            }

            var temporary = $"{path}.{Path.GetRandomFileName()}.tmp";
            try
            {
                File.WriteAllBytes(temporary, results);
                File.Move(temporary, path, overwrite: true);
            }
            catch
            {
                File.Delete(temporary);
                throw;
            }
        }
        catch (Exception exception) when (FileFault.IsOne(exception) || exception is ArgumentException)
        {
            throw ResourceException.Unwritten(file, exception);
        }
    }

    /// <summary>Finds out before long work whether a file can be written; nothing stays behind.</summary>
    /// <exception cref="ResourceException">It cannot.</exception>
    public static void RequireFile(string file)
    {
        try
        {
            var path = Path.GetFullPath(file);
            if (Directory.Exists(path))
            {
                throw new IOException("it is a folder");
            }

            if (!IsDevice(path))
            {
                Try(Path.GetDirectoryName(path)!);
            }
        }
        catch (Exception exception) when (FileFault.IsOne(exception) || exception is ArgumentException)
        {
            throw ResourceException.Unwritten(file, exception);
        }
    }

    /// <summary>The same for a folder, which may have to be made.</summary>
    /// <exception cref="ResourceException">It cannot be made, or nothing can be written into it.</exception>
    public static void RequireFolder(string folder)
    {
        try
        {
            var above = Path.GetFullPath(folder);
            while (!Path.Exists(above) && Path.GetDirectoryName(above) is { } parent)
            {
                above = parent;
            }

            Try(above);
        }
        catch (Exception exception) when (FileFault.IsOne(exception) || exception is ArgumentException)
        {
            throw ResourceException.Unmade(folder, exception);
        }
    }

    private static void Try(string folder) =>
        new FileStream(
            Path.Combine(folder, $".{Path.GetRandomFileName()}.tmp"),
            FileMode.CreateNew,
            FileAccess.Write,
            FileShare.None,
            bufferSize: 0,
            FileOptions.DeleteOnClose
        ).Dispose();

    /// <summary>Writes files into a folder, which is made where it does not exist.</summary>
    /// <exception cref="ResourceException">The folder or a file cannot be written.</exception>
    public static void ToFolder(IEnumerable<(string Name, byte[] Bytes)> files, string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception exception) when (FileFault.IsOne(exception) || exception is ArgumentException)
        {
            throw ResourceException.Unmade(folder, exception);
        }

        foreach (var (name, bytes) in files)
        {
            ToFile(bytes, Path.Combine(folder, name));
        }
    }

    /// <summary>Adds to the end of a file.</summary>
    /// <exception cref="ResourceException">It cannot be written.</exception>
    public static void AppendTo(string text, string file)
    {
        try
        {
            File.AppendAllText(file, text);
        }
        catch (Exception exception) when (FileFault.IsOne(exception) || exception is ArgumentException)
        {
            throw ResourceException.Unwritten(file, exception);
        }
    }

    // /dev/stdout and /dev/full are written to, not replaced.
    private static bool IsDevice(string path) => path.StartsWith("/dev/", StringComparison.Ordinal);
}
