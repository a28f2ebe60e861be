using Semblance.Models.Diffusion.Decoding;

namespace Semblance.Models.Tests.Diffusion.Decoding;

public sealed class TileGridTests
{
    [Theory]
    [InlineData(8, 8)]
    [InlineData(9, 6)]
    [InlineData(21, 14)]
    [InlineData(5, 30)]
    public void Tiles_of_a_local_decoder_give_what_the_whole_gives(int height, int width)
    {
        // Repeats every latent as a square of pixels, so a tile's edges know nothing that the whole does not.
        static Planes Enlarge(Planes latents) =>
            new(
                [
                    .. from c in Enumerable.Range(0, 2)
                    from y in Enumerable.Range(0, latents.Height * 4)
                    from x in Enumerable.Range(0, latents.Width * 4)
                    select latents.Row(c, y / 4)[x / 4],
                ],
                2,
                latents.Height * 4,
                latents.Width * 4
            );
        float[] values = [.. Enumerable.Range(0, 2 * height * width).Select(i => MathF.Sin(i))];
        var latents = new Planes(values, 2, height, width);

        var image = new TileGrid(8, 4).Decode(latents, 2, Enlarge);

        Assert.True(DiffusionCase.Farthest(Enlarge(latents).Values, image.Values) < 1e-6);
    }

    [Fact]
    public void One_tile_fades_into_the_next_in_equal_steps()
    {
        // Side 8, so the second tile starts at 6 and two latents of two pixels are shared; each tile is its own number.
        var number = 0;
        Planes Number(Planes latents)
        {
            var tile = Planes.Empty(1, latents.Height * 2, latents.Width * 2);
            Array.Fill(tile.Values, number++);
            return tile;
        }

        var row = new TileGrid(8, 2).Decode(Planes.Empty(1, 8, 10), 1, Number).Row(0, 0).ToArray();

        float[] expected = [.. Enumerable.Repeat(0f, 12), 0, 0.25f, 0.5f, 0.75f, 1, 1, 1, 1];
        Assert.Equal(expected, row);
    }

    [Fact]
    public void Tiles_cover_an_axis_and_the_last_is_cut()
    {
        Assert.Equal([(0, 64), (48, 52), (96, 4)], new TileGrid(64, 8).Tiles(100));
        Assert.Equal([(0, 64), (48, 16)], new TileGrid(64, 8).Tiles(64));
    }
}
