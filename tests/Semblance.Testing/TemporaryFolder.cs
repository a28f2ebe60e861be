namespace Semblance.Testing;

/// <summary>An empty folder that is deleted at the end of a test.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("semblance-").FullName;

    /// <summary>A path below the folder; nothing is made.</summary>
    public string At(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    /// <summary>A path below the folder, for a file that the test makes: the folders above it are made.</summary>
    public string For(params string[] parts)
    {
        var path = At(parts);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        return path;
    }

    /// <summary>Writes a file below the folder, with the folders above it.</summary>
    public string Write(string content, params string[] parts)
    {
        var path = For(parts);
        File.WriteAllText(path, content);
        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
