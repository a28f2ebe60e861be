using System.Collections.Concurrent;
using Semblance.Studio.Design;

namespace Semblance.Studio.Reading;

/// <summary>Encoded images in memory; the oldest make room.</summary>
/// <param name="run">The run folder, from which relative paths start.</param>
/// <param name="size">Of every image.</param>
/// <param name="mostBytes">What may be held.</param>
internal sealed class TileCache(string run, TileSize size, long mostBytes = 256L << 20) : IDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<Task<byte[]>>> _tiles = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<(string Path, int Bytes)> _ages = new();
    private readonly SemaphoreSlim _cores = new(Environment.ProcessorCount);
    private long _bytes;

    /// <summary>The JPEG file that a rater gets.</summary>
    /// <exception cref="InputException">The image cannot be read.</exception>
    public async Task<byte[]> GetAsync(string path)
    {
        var tile = _tiles.GetOrAdd(path, _ => new Lazy<Task<byte[]>>(() => MakeAsync(path)));
        try
        {
            return await tile.Value;
        }
        catch
        {
            // It may be readable the next time.
            _tiles.TryRemove(path, out _);
            throw;
        }
    }

    public void Dispose() => _cores.Dispose();

    private async Task<byte[]> MakeAsync(string path)
    {
        await _cores.WaitAsync();
        try
        {
            var bytes = await Task.Run(() => Tiles.Encode(Path.Combine(run, path), size));
            _ages.Enqueue((path, bytes.Length));
            if (Interlocked.Add(ref _bytes, bytes.Length) > mostBytes && _ages.TryDequeue(out var oldest))
            {
                _tiles.TryRemove(oldest.Path, out _);
                Interlocked.Add(ref _bytes, -oldest.Bytes);
            }

            return bytes;
        }
        finally
        {
            _cores.Release();
        }
    }
}
