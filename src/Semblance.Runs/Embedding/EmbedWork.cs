using System.Runtime.InteropServices;
using Semblance.Runs.Folder;
using Semblance.Runs.Inputs;

namespace Semblance.Runs.Embedding;

/// <summary>The work on the images that the run folder does not hold, of one encoder or several.</summary>
/// <param name="encoders">At least one.</param>
/// <param name="rows">All images of the input.</param>
/// <param name="options">Who is told of the progress.</param>
/// <param name="files">What is known of files, added to.</param>
/// <param name="hashes">Of each row; filled in.</param>
/// <param name="checkWritable">Called before the first image goes through a network.</param>
internal sealed class EmbedWork(
    IReadOnlyList<EncoderWork> encoders,
    IReadOnlyList<ImageRow> rows,
    EmbedOptions options,
    FileHashes files,
    ImageHash[] hashes,
    Action checkWritable
)
{
    private readonly Dictionary<string, List<string>> _remarks = [];
    private readonly HashSet<Remedy> _remedies = [];
    private bool _isChecked;

    /// <summary>How many images went through the networks and can be used, over all encoders.</summary>
    public int Embedded => encoders.Sum(own => own.Embedded);

    /// <summary>What should be known of images, each with their paths in order.</summary>
    public IReadOnlyDictionary<string, List<string>> Remarks => _remarks;

    /// <summary>What would help against the faults.</summary>
    public IReadOnlyCollection<Remedy> Remedies => _remedies;

    public async Task RunAsync(Queue<int> pending, CancellationToken cancellationToken)
    {
        var known = rows.Count - pending.Count;
        var preparation = new Preparation(encoders, rows, options, files);
        try
        {
            await foreach (var image in preparation.RunAsync(pending, cancellationToken))
            {
                hashes[image.Row] = image.Hash;
                Note(image);
                var started = false;
                for (var e = 0; e < encoders.Count; e++)
                {
                    if (image.Parts[e].Pixels is { } pixels)
                    {
                        CheckOnce();
                        started |= await encoders[e].AddAsync(image.Row, image.Hash, pixels);
                        preparation.Reuse(pixels, e);
                    }
                    else
                    {
                        encoders[e].PassOver(image.Row, image.Hash, image.Parts[e].Fault);
                    }
                }

                if (started)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    Report();
                }
            }

            foreach (var own in encoders)
            {
                await own.FinishAsync(Report);
            }
        }
        catch when (!encoders.Any(own => own.IsUnwritable))
        {
            foreach (var own in encoders)
            {
                await own.KeepFinishedAsync();
            }

            throw;
        }

        foreach (var own in encoders)
        {
            own.RefuseCopies(hashes);
        }

        Report();

        // Of the encoder that is furthest behind.
        void Report()
        {
            var last = encoders.MinBy(own => own.Done)!;
            options.Progress?.Report(
                new EmbedProgress(known + last.Done, rows.Count, known + last.PassedOver, last.Bad.Count)
            );
        }

        void CheckOnce()
        {
            if (!_isChecked)
            {
                checkWritable();
                _isChecked = true;
            }
        }
    }

    private void Note(Prepared image)
    {
        foreach (var part in image.Parts)
        {
            _remedies.UnionWith(part.Remedies);
        }

        foreach (var remark in image.Parts.SelectMany(part => part.Remarks).Distinct())
        {
            CollectionsMarshal.GetValueRefOrAddDefault(_remarks, remark, out _) ??= [];
            _remarks[remark].Add(rows[image.Row].Path);
        }
    }
}
