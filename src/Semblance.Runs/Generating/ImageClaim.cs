using System.Security.Cryptography;
using System.Text;
using Semblance.Runs.Folder;

namespace Semblance.Runs.Generating;

/// <summary>
/// Which image this process is making, so that others that fill the same run take another one. A claim ends with the
/// process that holds it, however that ends.
/// </summary>
internal sealed class ImageClaim(RunFolder run) : IDisposable
{
    private FileStream? _held;

    /// <summary>Claims an image in place of the one before.</summary>
    /// <param name="file">Of the image, relative to the run folder.</param>
    /// <returns>False where another process is making it.</returns>
    public bool Take(string file)
    {
        Dispose();
        var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(file)).AsSpan(0, 8));
        var path = run.At(".cache", "making", name);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            _held = new FileStream(
                path,
                FileMode.OpenOrCreate,
                FileAccess.ReadWrite,
                FileShare.None,
                bufferSize: 1,
                FileOptions.DeleteOnClose
            );
            return true;
        }
        catch (IOException error) when (RunLock.IsHeldByOther(error))
        {
            return false;
        }
        catch (Exception error) when (FileFault.IsOne(error))
        {
            // Without claims an image may be made twice, which does no harm: it is the same one.
            return true;
        }
    }

    /// <summary>Lets go of what is claimed.</summary>
    public void Dispose()
    {
        _held?.Dispose();
        _held = null;
    }
}
