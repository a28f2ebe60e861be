namespace Semblance.Runs.Folder;

/// <summary>
/// Keeps two processes that work in one run folder from losing each other's lines: a file that is read, added to and
/// written again must not change in between. The lock ends with the process that holds it.
/// </summary>
internal static class RunLock
{
    // Bits of IOException.HResult: EWOULDBLOCK of Linux and of macOS, sharing and lock violations of Windows.
    private static readonly int[] LockedByOther = [11, 35, 32, 33];

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>The full path of the file that is locked.</summary>
    public static string FileOf(RunFolder run) => run.At(".cache", "lock");

    /// <summary>Whether a file could not be opened since another process has it to itself.</summary>
    public static bool IsHeldByOther(IOException error) => LockedByOther.Contains(error.HResult & 0xFFFF);

    /// <summary>Waits until no one else holds the lock of the run, and holds it until it is disposed of.</summary>
    /// <param name="run">The run.</param>
    /// <param name="target">The full path of the file that is to be written, for messages.</param>
    /// <exception cref="ResourceException">The folder cannot be written, or another process has held the lock for a minute.</exception>
    public static IDisposable Take(RunFolder run, string target)
    {
        var path = FileOf(run);
        var start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                run.Make(Path.GetDirectoryName(path)!, advise: true);
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException error) when (IsHeldByOther(error))
            {
                if (TimeProvider.System.GetElapsedTime(start) > Patience)
                {
                    throw new ResourceException(
                        $"{target} cannot be written: another process has held {path} for more than a minute; end that process, and start again.",
                        error
                    );
                }

                Thread.Sleep(Pause);
            }
            catch (Exception error) when (FileFault.IsOne(error))
            {
                throw RunFolder.Unwritten(target, error);
            }
        }
    }
}
