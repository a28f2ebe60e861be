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

    /// <summary>Decodes the latents tile by tile and blends the overlaps.</summary>
    /// <param name="latents">The whole.</param>
    /// <param name="channels">Of the image.</param>
    /// <param name="decode">Decodes one tile to <see cref="Factor"/> times its size.</param>
    public Planes Decode(Planes latents, int channels, Func<Planes, Planes> decode)
    {
        var image = Planes.Empty(channels, latents.Height * Factor, latents.Width * Factor);
        var columns = Tiles(latents.Width);
        // The newest tile of each column: from this column on that of the row above.
        var newest = new Planes[columns.Count];
        foreach (var (row, (top, height)) in Tiles(latents.Height).Index())
        {
            foreach (var (column, (left, width)) in columns.Index())
            {
                var tile = decode(Cut(latents, top, left, height, width));
                if (row > 0)
                {
                    Blend(newest[column], tile, down: true);
                }

                if (column > 0)
                {
                    Blend(newest[column - 1], tile, down: false);
                }

                newest[column] = tile;
                Paste(tile, image, row * Kept, column * Kept);
            }
        }

        return image;
    }

    private static Planes Cut(Planes from, int top, int left, int height, int width)
    {
        var tile = Planes.Empty(from.Channels, height, width);
        for (var c = 0; c < tile.Channels; c++)
        {
            for (var y = 0; y < height; y++)
            {
                from.Row(c, top + y).Slice(left, width).CopyTo(tile.Row(c, y));
            }
        }

        return tile;
    }

    /// <summary>The first rows (or columns) of a tile become a mixture with the last ones of the tile before it.</summary>
    private void Blend(Planes before, Planes tile, bool down)
    {
        var extent = down ? Math.Min(before.Height, tile.Height) : Math.Min(before.Width, tile.Width);
        extent = Math.Min(Fade, extent);
        var (height, width) = down ? (extent, tile.Width) : (tile.Height, extent);
        for (var c = 0; c < tile.Channels; c++)
        {
            for (var y = 0; y < height; y++)
            {
                var old = down ? before.Row(c, before.Height - extent + y) : before.Row(c, y)[^extent..];
                var row = tile.Row(c, y);
                for (var x = 0; x < width; x++)
                {
                    var share = (float)(down ? y : x) / extent;
                    row[x] = (old[x] * (1 - share)) + (row[x] * share);
                }
            }
        }
    }

    private void Paste(Planes tile, Planes image, int top, int left)
    {
        for (var c = 0; c < tile.Channels; c++)
        {
            for (var y = 0; y < Math.Min(Kept, tile.Height); y++)
            {
                tile.Row(c, y)[..Math.Min(Kept, tile.Width)].CopyTo(image.Row(c, top + y)[left..]);
            }
        }
    }
}
