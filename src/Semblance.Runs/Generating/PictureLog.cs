using Semblance.Runs.Folder;
using Semblance.Runs.Inputs;

namespace Semblance.Runs.Generating;

/// <summary>
/// Takes pictures into <c>images.parquet</c> while they are made: with the first one, and then every few seconds, so
/// that a killed run loses little of it and a fast one does not spend its time on the table.
/// </summary>
internal sealed class PictureLog(RunFolder run, TimeProvider clock)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    private readonly List<ImageRecord> _pending = [];
    private long? _written;

    /// <summary>Notes a picture.</summary>
    public void Add(ImageRecord record) => _pending.Add(record);

    /// <summary>Notes the pictures that are there where their table was lost, or it would be begun anew without them.</summary>
    public void AddLost()
    {
        if (!File.Exists(run.At(ImageTable.FileName)) && PictureFolder.Read(run) is { PromptsAreRaw: true } found)
        {
            _pending.AddRange(
                found.Rows.Select(row => new ImageRecord(
                    row.Model,
                    row.Prompt,
                    row.Seed,
                    ImageTable.PathOf(run, row.Path),
                    null,
                    null,
                    null
                ))
            );
        }
    }

    /// <summary>Writes what is noted if the last time is a while ago.</summary>
    public void WriteNowAndThen()
    {
        if (_written is not { } last || clock.GetElapsedTime(last) >= Every)
        {
            Write();
        }
    }

    /// <summary>Writes what is noted.</summary>
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
