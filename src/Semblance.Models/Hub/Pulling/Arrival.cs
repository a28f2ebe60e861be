using System.Net.Http.Headers;
using System.Security.Cryptography;
using Semblance.Models.Hub.Cache;

namespace Semblance.Models.Hub.Pulling;

/// <summary>
/// A file that is arriving: <c>HASH.incomplete</c>, its hash so far, and how far it is. Disk and hash work on one buffer
/// while the network fills the other.
/// </summary>
internal sealed class Arrival : IDisposable
{
    private const int BufferBytes = 1 << 20;

    /// <summary>Bytes after which the disk is set to work, so that the wait for it at the end is short.</summary>
    private const int FlushBytes = 64 << 20;
    private readonly FileStream _file;
    private readonly BlobId _id;
    private IncrementalHash _hash;
    private Task _flush = Task.CompletedTask;
    private long _unflushed;

    private Arrival(string path, BlobId id, long length)
    {
        _file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
        (_id, Length, _hash) = (id, length, id.Begin(length));
        if (_file.Length > length)
        {
            _file.SetLength(0);
        }

        var buffer = new byte[BufferBytes];
        while (_file.Read(buffer) is > 0 and var read)
        {
            _hash.AppendData(buffer, 0, read);
            Position += read;
        }
    }

    /// <summary>Length of the whole file in bytes.</summary>
    public long Length { get; }

    /// <summary>Bytes that are on disk and in the hash.</summary>
    public long Position { get; private set; }

    /// <summary>Bytes that came over the network, those that were thrown away too.</summary>
    public long Arrived { get; private set; }

    /// <summary>More came than the whole.</summary>
    public bool Overflow { get; private set; }

    /// <summary>How often it was started again.</summary>
    public int Restarts { get; set; }

    /// <summary>What the server called the bytes that came so far.</summary>
    public EntityTagHeaderValue? Etag { get; set; }

    /// <summary>Goes on with what an earlier attempt left, after hashing it.</summary>
    /// <exception cref="ResourceException">The file cannot be opened for writing.</exception>
    public static Arrival Open(string path, BlobId id, long length)
    {
        Arrival? arrival = null;
        CacheFolder.Writing(path, () => arrival = new Arrival(path, id, length));
        return arrival!;
    }

    /// <summary>Takes a body to its end.</summary>
    /// <param name="body">The bytes from <see cref="Position"/> on.</param>
    /// <param name="alive">Called before each read.</param>
    /// <param name="received">Gets how many bytes were added.</param>
    /// <param name="cancellationToken">Ends it; what has come is kept.</param>
    public async Task TakeAsync(Stream body, Action alive, Action<long> received, CancellationToken cancellationToken)
    {
        var (filling, keeping) = (new byte[BufferBytes], new byte[BufferBytes]);
        var kept = Task.CompletedTask;
        try
        {
            for (var ended = false; !ended; )
            {
                var filled = 0;
                try
                {
                    while (filled < filling.Length && !ended)
                    {
                        alive();
                        var read = await body.ReadAsync(filling.AsMemory(filled), cancellationToken);
                        ended = read == 0;
                        filled += read;
                        received(read);
                    }
                }
                finally
                {
                    // What came before a fault is kept too: the next attempt goes on at this very byte.
                    await kept;
                    var (full, count) = (filling, filled);
                    kept = Task.Run(() => Keep(full.AsSpan(0, count)), CancellationToken.None);
                    (filling, keeping) = (keeping, filling);
                }

                if (Overflow)
                {
                    return;
                }
            }
        }
        finally
        {
            await kept;
        }
    }

    /// <summary>Empties the file and the hash, to begin again at byte 0.</summary>
    public void Restart()
    {
        CacheFolder.Writing(_file.Name, () => _file.SetLength(0));
        Position = 0;
        Overflow = false;
        _hash.Dispose();
        _hash = _id.Begin(Length);
    }

    /// <summary>Whether all bytes are there and their hash is the announced one. Asked once, at the end.</summary>
    public bool IsRight() => Position == Length && _id.Is(_hash);

    /// <summary>
    /// Brings large files to the disk itself before they get their name, so that after a power cut no name stands for
    /// bytes that never arrived there. Small ones would be noticed when they are read.
    /// </summary>
    public void Settle()
    {
        if (Length >= BufferBytes)
        {
            CacheFolder.Writing(
                _file.Name,
                () =>
                {
                    // A disk tells a fault once: to the flush that met it.
                    _flush.GetAwaiter().GetResult();
                    Flush();
                }
            );
        }
    }

    public void Dispose()
    {
        // The handle must stay open until the flush ends; its error is reported where the file is settled.
        _flush.ContinueWith(_ => { }, TaskScheduler.Default).Wait();
        _file.Dispose();
        _hash.Dispose();
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        Arrived += bytes.Length;
        if (bytes.Length > Length - Position)
        {
            Overflow = true;
            bytes = bytes[..(int)(Length - Position)];
        }

        try
        {
            RandomAccess.Write(_file.SafeFileHandle, bytes, Position);
        }
        catch (Exception error) when (FileFault.IsOne(error))
        {
            throw CacheFolder.Unwritable(_file.Name, error);
        }

        _hash.AppendData(bytes);
        Position += bytes.Length;
        _unflushed += bytes.Length;
        if (_unflushed >= FlushBytes && _flush.IsCompleted)
        {
            _unflushed = 0;
            _flush = Task.Run(Flush);
        }
    }

    private void Flush() => RandomAccess.FlushToDisk(_file.SafeFileHandle);
}
