using Semblance.Runs.Folder;

namespace Semblance.Runs.Generating;

/// <summary>
/// Takes images into <c>images.parquet</c> while they are made: with the first one, and then every few seconds, so
/// that a killed run loses little of it and a fast one does not spend its time on the table.
/// </summary>
internal sealed class ImageLog(RunFolder run, TimeProvider clock)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    private readonly List<ImageRecord> _pending = [];
    private long? _written;

    /// <summary>Keeps the record in memory until the next write.</summary>
    public void Add(ImageRecord record) => _pending.Add(record);

    /// <summary>Writes the pending records, unless that was done in the last five seconds.</summary>
    public void WriteNowAndThen()
    {
        if (_written is not { } last || clock.GetElapsedTime(last) >= Every)
        {
            Write();
        }
    }

    /// <summary>Writes the pending records to <c>images.parquet</c>, if there are any.</summary>
    /// <exception cref="ResourceException">The run folder cannot be written.</exception>
    public void Write()
    {
        if (_pending.Count > 0)
        {
            ImageTable.Merge(run, _pending);
            _pending.Clear();
        }

        _written = clock.GetTimestamp();
    }
}
