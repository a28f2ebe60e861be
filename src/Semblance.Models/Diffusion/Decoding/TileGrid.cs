namespace Semblance.Models.Diffusion.Decoding;

/// <summary>
/// Cuts latents into overlapping tiles and puts the decoded tiles together, fading from one into the next (diffusers'
/// <c>AutoencoderKL.tiled_decode</c>).
/// </summary>
/// <param name="Side">Of a tile, in latents.</param>
/// <param name="Factor">Pixels per latent.</param>
internal sealed record TileGrid(int Side, int Factor)
{
    // Of a tile's side, as in diffusers.
    private const double Overlap = 0.25;

    /// <summary>From one tile's start to the next, in latents.</summary>
    public int Step => Math.Max(1, (int)(Side * (1 - Overlap)));

    /// <summary>Over how many pixels a tile fades into its neighbour.</summary>
    public int Fade => (Side - Step) * Factor;

    /// <summary>How many pixels of a tile are kept, from its start.</summary>
    private int Kept => Step * Factor;

    /// <summary>The tiles along an axis: where each starts and how long it is, in latents.</summary>
    public IReadOnlyList<(int Start, int Length)> Tiles(int size) =>
        [.. Enumerable.Range(0, ((size - 1) / Step) + 1).Select(i => (i * Step, Math.Min(Side, size - (i * Step))))];

    /// <summary>Decodes tile by tile.</summary>
    /// <param name="latents">[channels, height, width].</param>
    /// <param name="channels">Of the latents.</param>
    /// <param name="height">In latents.</param>
    /// <param name="width">In latents.</param>
    /// <param name="outChannels">Of the picture.</param>
    /// <param name="decode">Decodes one tile [channels, h, w], given with h and w, to [out channels, factor h, factor w].</param>
    /// <returns>[out channels, factor x height, factor x width].</returns>
    public float[] Decode(
        ReadOnlySpan<float> latents,
        int channels,
        int height,
        int width,
        int outChannels,
        Func<float[], int, int, float[]> decode
    )
    {
        var (rows, columns) = (Tiles(height), Tiles(width));
        var picture = new float[outChannels * height * Factor * width * Factor];
        float[][]? above = null;
        for (var r = 0; r < rows.Count; r++)
        {
            var here = new float[columns.Count][];
            for (var c = 0; c < columns.Count; c++)
            {
                var (tileHeight, tileWidth) = (rows[r].Length, columns[c].Length);
                var cut = Cut(latents, channels, height, width, rows[r].Start, columns[c].Start, tileHeight, tileWidth);
                var (h, w) = (tileHeight * Factor, tileWidth * Factor);
                here[c] = decode(cut, tileHeight, tileWidth);
                if (above is not null)
                {
                    FadeFrom(above[c], here[c], outChannels, rows[r - 1].Length * Factor, h, w);
                }
                if (c > 0)
                {
                    FadeFromLeft(here[c - 1], here[c], outChannels, h, columns[c - 1].Length * Factor, w);
                }
                Paste(here[c], h, w, picture, outChannels, height * Factor, width * Factor, r * Kept, c * Kept);
            }
            above = here;
        }
        return picture;
    }

    private static float[] Cut(
        ReadOnlySpan<float> from,
        int channels,
        int height,
        int width,
        int top,
        int left,
        int tileHeight,
        int tileWidth
    )
    {
        var tile = new float[channels * tileHeight * tileWidth];
        for (var c = 0; c < channels; c++)
        {
            for (var y = 0; y < tileHeight; y++)
            {
                from.Slice((((c * height) + top + y) * width) + left, tileWidth)
                    .CopyTo(tile.AsSpan(((c * tileHeight) + y) * tileWidth));
            }
        }
        return tile;
    }

    /// <summary>The first rows of <paramref name="tile"/> become a mixture with the last ones of the tile above.</summary>
    private void FadeFrom(float[] above, float[] tile, int channels, int aboveHeight, int height, int width)
    {
        var extent = Math.Min(Fade, Math.Min(aboveHeight, height));
        for (var c = 0; c < channels; c++)
        {
            for (var y = 0; y < extent; y++)
            {
                var old = above.AsSpan(((c * aboveHeight) + aboveHeight - extent + y) * width, width);
                Mix(old, tile.AsSpan(((c * height) + y) * width, width), y, extent);
            }
        }
    }

    /// <summary>The first columns of <paramref name="tile"/> become a mixture with the last ones of the tile to the left.</summary>
    private void FadeFromLeft(float[] left, float[] tile, int channels, int height, int leftWidth, int width)
    {
        var extent = Math.Min(Fade, Math.Min(leftWidth, width));
        for (var row = 0; row < channels * height; row++)
        {
            for (var x = 0; x < extent; x++)
            {
                var old = left.AsSpan((row * leftWidth) + leftWidth - extent + x, 1);
                Mix(old, tile.AsSpan((row * width) + x, 1), x, extent);
            }
        }
    }

    private static void Mix(ReadOnlySpan<float> old, Span<float> @new, int at, int extent)
    {
        var share = (float)at / extent;
        for (var i = 0; i < @new.Length; i++)
        {
            @new[i] = (old[i] * (1 - share)) + (@new[i] * share);
        }
    }

    private void Paste(
        float[] tile,
        int tileHeight,
        int tileWidth,
        float[] picture,
        int channels,
        int height,
        int width,
        int top,
        int left
    )
    {
        var (rows, columns) = (Math.Min(Kept, tileHeight), Math.Min(Kept, tileWidth));
        for (var c = 0; c < channels; c++)
        {
            for (var y = 0; y < rows; y++)
            {
                tile.AsSpan(((c * tileHeight) + y) * tileWidth, columns)
                    .CopyTo(picture.AsSpan((((c * height) + top + y) * width) + left));
            }
        }
    }
}
