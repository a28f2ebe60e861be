namespace Semblance.Models.Hub.Cache;

/// <summary>How much space a disk has left.</summary>
internal static class FreeSpace
{
    /// <summary>Bytes that this user may still write below a folder, which need not exist yet; null where it cannot be known.</summary>
    public static long? Of(string folder)
    {
        var existing = Path.GetFullPath(folder);
        while (!Directory.Exists(existing) && Path.GetDirectoryName(existing) is { } parent)
        {
            existing = parent;
        }

        try
        {
            return new DriveInfo(existing).AvailableFreeSpace;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }
}
