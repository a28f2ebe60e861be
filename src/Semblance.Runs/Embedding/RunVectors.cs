using System.Runtime.InteropServices;
using Semblance.Runs.Folder;

namespace Semblance.Runs.Embedding;

/// <summary>The embeddings of the sets of a run folder, of one encoder.</summary>
internal sealed class RunVectors : IDisposable
{
    private readonly EmbeddingStore _store;
    private readonly EncoderIdentity _encoder;
    private readonly ILookup<(string, string), ImageRecord> _images;

    private RunVectors(EmbeddingStore store, EncoderIdentity encoder, ILookup<(string, string), ImageRecord> images)
    {
        _store = store;
        _encoder = encoder;
        _images = images;
    }

    /// <summary>Indexes the embeddings; vectors are read when asked for.</summary>
    /// <param name="run">The folder.</param>
    /// <param name="encoder">Whose embeddings.</param>
    /// <param name="paths">Only these images, by their path in the table; null for all that the run has seen.</param>
    /// <param name="images">What the run's table of images holds, where it was read before.</param>
    public static RunVectors Open(
        RunFolder run,
        EncoderIdentity encoder,
        IReadOnlyCollection<string>? paths,
        IReadOnlyList<ImageRecord>? images = null
    )
    {
        return new RunVectors(
            EmbeddingStore.Open(run, encoder),
            encoder,
            (images ?? ImageTable.Read(run))
                .Where(image => paths is null || paths.Contains(image.Path))
                .ToLookup(image => (image.Model, image.Prompt))
        );
    }

    /// <summary>The embedded images of a set; null if there is none.</summary>
    public SetVectors? Find(string model, string prompt)
    {
        List<ImageHash> hashes = [];
        List<string> seeds = [];
        var known = true;
        foreach (var image in _images[(model, prompt)])
        {
            if (ImageHash.TryParse(image.Sha256, out var hash) && _store.Contains(hash, isRead: true))
            {
                hashes.Add(hash);
                known &= image.Seed is not null;
                seeds.Add(image.Seed ?? "");
            }
        }

        return hashes.Count == 0
            ? null
            : new SetVectors(
                known ? seeds : null,
                hashes.Count,
                _encoder.Dimension,
                vectors => _store.Read(CollectionsMarshal.AsSpan(hashes), vectors)
            );
    }

    public void Dispose() => _store.Dispose();
}
