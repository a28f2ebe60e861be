using System.Text;
using Semblance.Runs.Folder;

namespace Semblance.Runs.Tests.Folder;

public sealed class EmbeddingStoreTests : IDisposable
{
    private const int Rows = 4;

    private static readonly EncoderIdentity Encoder = new("fake", "", "", "0", "", "fp32", 3, "");

    private readonly Workplace _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public void A_chunk_is_read_once_from_its_check_until_all_of_its_rows_were_taken()
    {
        using var store = Written(1);
        Assert.True(store.Contains(Image(0, 0), isRead: true));
        File.Delete(Path(0));

        Assert.Equal([0.6f, 0, 0.8f, 0.6f, 0, 0.8f], Read(store, 0, 2, 1));
        Assert.Equal([1f, 0, 0, 0.6f, 0, 0.8f], Read(store, 0, 0, 3));
        var error = Assert.Throws<InputException>(() => Read(store, 0, 0));
        Assert.Contains(Path(0), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_check_alone_keeps_nothing()
    {
        using var store = Written(1);
        Assert.True(store.Contains(Image(0, 0)));
        File.Delete(Path(0));
        Assert.Throws<InputException>(() => Read(store, 0, 0));
    }

    [Fact]
    public void What_was_damaged_since_it_was_checked_is_named()
    {
        using var store = Written(1);
        Assert.True(store.Contains(Image(0, 0)));
        Flip(0);
        var error = Assert.Throws<InputException>(() => Read(store, 0, 0));
        Assert.Contains("checksum", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("run again.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_there_is_no_room_the_first_chunk_goes_and_its_rows_are_read_alone()
    {
        Written(2).Dispose();
        EmbeddingChunk[] chunks =
        [
            EmbeddingChunk.Open(Path(0), Encoder).Chunk,
            EmbeddingChunk.Open(Path(1), Encoder).Chunk,
        ];
        using var held = new HeldChunks(chunks, room: chunks[0].Length);
        held.Load(0);
        held.Load(1);

        // Only the last row of the first chunk is damaged, and nobody asks for it.
        Flip(0);
        File.Delete(Path(1));
        var (vectors, norms) = (new float[2 * 3], new float[2]);
        held.Take(0, 0, vectors, norms);
        Assert.Equal([1, 0, 0, 0.6f, 0, 0.8f], vectors);
        Assert.Equal([2, 3], norms);
        held.Take(1, 1, vectors, norms);
        Assert.Equal([0.6f, 0, 0.8f, 0.6f, 0, 0.8f], vectors);
        Assert.Equal([3, 4], norms);
    }

    private static float[] Read(EmbeddingStore store, int chunk, params int[] rows)
    {
        var vectors = new float[rows.Length * 3];
        var least = store.Read(Array.ConvertAll(rows, row => Image(chunk, row)), vectors);
        Assert.Equal(2 + rows.Min(), least);
        return vectors;
    }

    /// <summary>Chunks of four images, whose norms were 2, 3, 4 and 5.</summary>
    private EmbeddingStore Written(int chunks)
    {
        for (var chunk = 0; chunk < chunks; chunk++)
        {
            EmbeddingChunk.Write(
                _place.Run(),
                Path(chunk),
                Encoder,
                [.. Enumerable.Range(0, Rows).Select(row => Image(chunk, row))],
                new float[] { 1, 0, 0, 0.6f, 0, 0.8f, 0.6f, 0, 0.8f, 0.6f, 0, 0.8f },
                new float[] { 2, 3, 4, 5 }
            );
        }

        return EmbeddingStore.Open(_place.Run(), Encoder);
    }

    private string Path(int chunk) =>
        _place.At("run", "embeddings", EmbeddingStore.FolderName(Encoder), $"{chunk}.safetensors");

    private void Flip(int chunk)
    {
        var bytes = File.ReadAllBytes(Path(chunk));
        bytes[^1] ^= 1;
        File.WriteAllBytes(Path(chunk), bytes);
    }

    private static ImageHash Image(int chunk, int row) => ImageHash.Of(Encoding.UTF8.GetBytes($"{chunk} {row}"));
}
